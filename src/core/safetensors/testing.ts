import type { FloatType } from '../tensors/types.ts';
import { f32ToBf16, f32ToF16 } from '../tensors/numbers.ts';

/** The web's encoder, which Node has too. */
declare const TextEncoder: new () => { encode(text: string): Uint8Array<ArrayBuffer> };

/** For tests: the bytes of a safetensors file with this header, as given, and these numbers. */
export function rawSafetensors(header: string | Uint8Array, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const json = typeof header === 'string' ? new TextEncoder().encode(header) : header;
  const out = new Uint8Array(8 + json.length + data.length);
  new DataView(out.buffer).setBigUint64(0, BigInt(json.length), true);
  out.set(json, 8);
  out.set(data, 8 + json.length);
  return out;
}

export interface WrittenTensor {
  readonly shape: readonly number[];
  readonly numbers: Float32Array;
  readonly type?: FloatType;
}

/** For tests: a safetensors file of these tensors, in their order. */
export function writeSafetensors(tensors: Readonly<Record<string, WrittenTensor>>): Uint8Array<ArrayBuffer> {
  const header: Record<string, unknown> = { __metadata__: { format: 'pt' } };
  const parts: Uint8Array[] = [];
  let offset = 0;
  for (const [name, { shape, numbers, type = 'F32' }] of Object.entries(tensors)) {
    const bytes = encode(numbers, type);
    header[name] = { dtype: type, shape, data_offsets: [offset, offset + bytes.length] };
    offset += bytes.length;
    parts.push(bytes);
  }
  const data = new Uint8Array(offset);
  let at = 0;
  for (const part of parts) {
    data.set(part, at);
    at += part.length;
  }
  const json = JSON.stringify(header);
  return rawSafetensors(json.padEnd(Math.ceil(json.length / 8) * 8), data);
}

function encode(numbers: Float32Array, type: FloatType): Uint8Array {
  const stored = type === 'F32' ? numbers : type === 'F16' ? f32ToF16(numbers) : f32ToBf16(numbers);
  return new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength);
}
