import { open } from 'node:fs/promises';
import { bytesOf, filled, type Blank } from './fill.ts';

/** The header of a safetensors file: its length in 8 bytes, then JSON padded with spaces to a multiple of 8. */
function header(blanks: readonly Blank[]): Buffer {
  let end = 0;
  const entries = blanks.map((tensor) => {
    const start = end;
    end += bytesOf(tensor);
    return [tensor.name, { dtype: 'BF16', shape: tensor.shape, data_offsets: [start, end] }] as const;
  });
  const json = JSON.stringify({ __metadata__: { format: 'pt' }, ...Object.fromEntries(entries) });
  const text = json.padEnd(Math.ceil(json.length / 8) * 8);
  const bytes = Buffer.alloc(8 + text.length);
  bytes.writeBigUInt64LE(BigInt(text.length));
  bytes.write(text, 8, 'latin1');
  return bytes;
}

/** Writes random tensors, all of bfloat16, as one safetensors file. */
export async function writeSafetensors(
  destination: string,
  blanks: readonly Blank[],
  seed: number,
): Promise<void> {
  const file = await open(destination, 'w');
  try {
    await file.writeFile(header(blanks));
    for (const tensor of blanks) for (const block of filled(tensor, seed)) await file.writeFile(block);
  } finally {
    await file.close();
  }
}
