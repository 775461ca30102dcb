import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import path from 'node:path';
import type { WeightRecord, WeightShard } from '../../src/core/mlc/weights.ts';
import { bytesOf, filled, type Blank } from './fill.ts';

/** As MLC's own tools pack them; a tensor that is larger gets a file of its own. */
const SHARD_BYTES = 32 * 1024 * 1024;

function packed(blanks: readonly Blank[]): readonly (readonly Blank[])[] {
  const shards: Blank[][] = [];
  let room = 0;
  for (const blank of blanks) {
    const bytes = bytesOf(blank);
    const last = shards.at(-1);
    if (last === undefined || bytes > room) {
      shards.push([blank]);
      room = SHARD_BYTES;
    } else last.push(blank);
    room -= bytes;
  }
  return shards;
}

async function writeShard(
  folder: string,
  name: string,
  blanks: readonly Blank[],
  seed: number,
): Promise<WeightShard> {
  const file = await open(path.join(folder, name), 'w');
  const md5 = createHash('md5');
  const records: WeightRecord[] = [];
  let byteOffset = 0;
  try {
    for (const blank of blanks) {
      const nbytes = bytesOf(blank);
      for (const block of filled(blank, seed)) {
        md5.update(block);
        await file.writeFile(block);
      }
      records.push({ ...blank, format: 'raw', nbytes, byteOffset });
      byteOffset += nbytes;
    }
  } finally {
    await file.close();
  }
  return { path: name, nbytes: byteOffset, md5: md5.digest('hex'), records };
}

/** Writes random tensors into files of at most SHARD_BYTES, one block in memory at a time. */
export async function writeShards(
  folder: string,
  blanks: readonly Blank[],
  seed: number,
  say: (line: string) => void,
): Promise<readonly WeightShard[]> {
  const packs = packed(blanks);
  const shards: WeightShard[] = [];
  for (const [at, pack] of packs.entries()) {
    const shard = await writeShard(folder, `params_shard_${at}.bin`, pack, seed);
    shards.push(shard);
    say(
      `${shard.path}: ${pack.length} tensors, ${(shard.nbytes / 1e6).toFixed(1)} MB (${at + 1} of ${packs.length})`,
    );
  }
  return shards;
}

/** The text of `ndarray-cache.json` and `tensor-cache.json`. */
export function indexText(shards: readonly WeightShard[]): string {
  const records = shards.flatMap((shard) => shard.records);
  const bytes = records.reduce((sum, { nbytes }) => sum + nbytes, 0);
  const index = {
    metadata: { ParamSize: records.length, ParamBytes: bytes },
    records: shards.map(({ path, nbytes, md5, records }) => ({
      dataPath: path,
      format: 'raw-shard',
      nbytes,
      records,
      md5sum: md5,
    })),
  };
  return `${JSON.stringify(index, undefined, 1)}\n`;
}
