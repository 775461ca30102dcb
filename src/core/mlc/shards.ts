import { utf8ToBytes } from '@noble/hashes/utils.js';
import type { OutFile } from '../convert/types.ts';
import { streamMd5 } from '../stream-hash.ts';
import type { Parameter } from './parameters.ts';
import { INDEX_FILES } from './weights.ts';

/** MLC's own limit; a larger parameter has a file of its own. */
const MAX_SHARD_BYTES = 32 * 1024 * 1024;

/**
 * The files of weights (`params_shard_N.bin`), then their index under both of its names. The index has each shard's MD5, which is
 * known once the shard is read: read in this order nothing is read twice.
 */
export function shardFiles(parameters: readonly Parameter[]): readonly OutFile[] {
  const shards = pack(parameters).map((each, i) => new Shard(`params_shard_${i}.bin`, each));
  const indexes = INDEX_FILES.map((name) => indexFile(name, parameters, shards));
  return [...shards, ...indexes];
}

function pack(parameters: readonly Parameter[]): readonly (readonly Parameter[])[] {
  const packs: Parameter[][] = [];
  let room = 0;
  for (const parameter of parameters) {
    const last = packs.at(-1);
    if (last === undefined || parameter.nbytes > room) {
      packs.push([parameter]);
      room = MAX_SHARD_BYTES - parameter.nbytes;
    } else {
      last.push(parameter);
      room -= parameter.nbytes;
    }
  }
  return packs;
}

class Shard implements OutFile {
  readonly name: string;
  readonly sizeBytes: number;
  readonly parameters: readonly Parameter[];
  #md5: string | undefined;

  constructor(name: string, parameters: readonly Parameter[]) {
    this.name = name;
    this.parameters = parameters;
    this.sizeBytes = parameters.reduce((sum, { nbytes }) => sum + nbytes, 0);
  }

  async *chunks(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    const hash = await streamMd5();
    for (const parameter of this.parameters) {
      for await (const chunk of parameter.chunks()) {
        hash.update(chunk);
        yield chunk;
      }
    }
    this.#md5 = hash.digest();
  }

  /** 32 hex digits; reads the shard where nobody has. */
  async md5(): Promise<string> {
    const chunks = this.chunks();
    while (this.#md5 === undefined) await chunks.next();
    return this.#md5;
  }
}

function indexFile(name: string, parameters: readonly Parameter[], shards: readonly Shard[]): OutFile {
  // An MD5 has as many letters as another.
  const blank = indexText(
    parameters,
    shards,
    shards.map(() => '0'.repeat(32)),
  );
  return {
    name,
    sizeBytes: utf8ToBytes(blank).length,
    chunks: async function* () {
      const sums: string[] = [];
      for (const shard of shards) sums.push(await shard.md5());
      yield Uint8Array.from(utf8ToBytes(indexText(parameters, shards, sums)));
    },
  };
}

function indexText(
  parameters: readonly Parameter[],
  shards: readonly Shard[],
  sums: readonly string[],
): string {
  const ParamBytes = parameters.reduce((sum, { nbytes }) => sum + nbytes, 0);
  const numbers = parameters.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
  const index = {
    metadata: { ParamSize: parameters.length, ParamBytes, BitsPerParam: (8 * ParamBytes) / numbers },
    records: shards.map(({ name, sizeBytes, parameters: own }, i) => ({
      dataPath: name,
      format: 'raw-shard',
      nbytes: sizeBytes,
      records: recordsOf(own),
      md5sum: sums[i],
    })),
  };
  return `${JSON.stringify(index, undefined, 1)}\n`;
}

function recordsOf(parameters: readonly Parameter[]): readonly object[] {
  let byteOffset = 0;
  return parameters.map(({ name, shape, dtype, nbytes }) => {
    const record = { name, shape, dtype, format: 'raw', nbytes, byteOffset };
    byteOffset += nbytes;
    return record;
  });
}
