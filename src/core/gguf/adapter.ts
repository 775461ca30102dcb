import * as v from 'valibot';
import type { BinaryFile } from '../engine.ts';
import { AppError } from '../errors.ts';
import { readGgufHeader, type GgufHeader } from './header.ts';
import { checkSize, type GgufInfo } from './info.ts';
import { optional, required, text } from './metadata.ts';

/** The two factors of one changed weight: it becomes W + alpha / rank * B A. Shapes as ggml gives them, `[in, out]`. */
export interface GgufFactors {
  /** Of the weight in the base, e.g. `blk.0.attn_q.weight`. */
  readonly name: string;
  /** `[in, rank]` */
  readonly a: readonly number[];
  /** `[rank, out]` */
  readonly b: readonly number[];
}

/** A low-rank adapter (LoRA) as llama.cpp reads it (convert_lora_to_gguf.py, llama-adapter.cpp). */
export interface GgufAdapter {
  readonly name?: string;
  /** Of the base that it is for. */
  readonly architecture: string;
  readonly alpha: number;
  /** Largest of its factors' ranks; they differ in few adapters. */
  readonly rank: number;
  /** Parts of a layer that it changes, e.g. `attn_q`, sorted. */
  readonly targets: readonly string[];
  readonly parameters: number;
  readonly tensors: readonly GgufFactors[];
}

/** What kind of GGUF file it is: a model, an adapter, or something else by its own name. */
export async function readGgufType(file: BinaryFile): Promise<string> {
  return typeOf(await readGgufHeader(file));
}

function typeOf(header: GgufHeader): string {
  return optional(header, 'general.type', text) ?? 'model';
}

/** Reads and checks the header of an adapter; rejects with AppError `invalid-file` or `model-unsupported`. */
export async function readGgufAdapter(file: BinaryFile): Promise<GgufAdapter> {
  const header = await readGgufHeader(file);
  const type = typeOf(header);
  if (type !== 'adapter') throw unsupported(`expected type "adapter", got "${type}"`);
  const kind = required(header, 'adapter.type', text);
  if (kind !== 'lora') throw unsupported(`expected kind "lora", got "${kind}"`);
  if (header.metadata.has('adapter.alora.invocation_tokens'))
    throw unsupported('expected one that always acts, got one that a text of the prompt calls');
  checkSize(header, file.size);
  const tensors = factorsOf(header);
  const name = optional(header, 'general.name', text);
  return {
    ...(name === undefined ? {} : { name }),
    architecture: required(header, 'general.architecture', text),
    alpha: required(header, 'adapter.lora.alpha', v.pipe(v.number(), v.finite())),
    rank: Math.max(...tensors.map(rankOf)),
    targets: [...new Set(tensors.map(({ name }) => targetOf(name)))].sort(),
    parameters: tensors.reduce((sum, { a, b }) => sum + product(a) + product(b), 0),
    tensors,
  };
}

/**
 * Rejects with `model-unsupported` unless the base has every weight that the adapter changes, in the shape that it changes.
 * llama.cpp's own load of a wrong adapter ends without a model and without an error (measured).
 */
export function checkFits(adapter: GgufAdapter, base: Pick<GgufInfo, 'architecture' | 'shapes'>): void {
  const other = (why: string): AppError =>
    new AppError('model-unsupported', `the adapter is for another base: ${why}`);
  if (adapter.architecture !== base.architecture)
    throw other(`it expects architecture "${adapter.architecture}", the base has "${base.architecture}"`);
  for (const factors of adapter.tensors) {
    const expected = shapeOf(factors);
    const got = base.shapes.get(factors.name);
    if (got === undefined) throw other(`it expects a weight "${factors.name}", the base has none`);
    if (got.length !== expected.length || expected.some((length, at) => got[at] !== length))
      throw other(`"${factors.name}": it expects ${expected.join(' x ')}, the base has ${got.join(' x ')}`);
  }
}

function unsupported(why: string): AppError {
  return new AppError('model-unsupported', `GGUF adapter: ${why}`);
}

const SUFFIX = /^(.+)\.lora_([ab])$/;

function factorsOf(header: GgufHeader): readonly GgufFactors[] {
  const halves = new Map<string, { a?: readonly number[]; b?: readonly number[] }>();
  for (const { name, shape } of header.tensors) {
    const [, weight, half] = SUFFIX.exec(name) ?? [];
    if (weight === undefined)
      throw unsupported(`expected low-rank factors only (".lora_a", ".lora_b"), got "${name}"`);
    halves.set(weight, { ...halves.get(weight), [half === 'a' ? 'a' : 'b']: shape });
  }
  if (halves.size === 0) throw unsupported('expected low-rank factors, got none');
  return [...halves].map(([name, { a, b }]) => {
    if (a === undefined || b === undefined) throw unsupported(`"${name}": expected two factors, got one`);
    const factors = { name, a, b };
    if (a.length !== 2 || b.length !== 2 || rankOf(factors) !== a[isEmbedding(name) ? 0 : 1])
      throw unsupported(`"${name}": expected factors of one rank, got ${a.join(' x ')} and ${b.join(' x ')}`);
    return factors;
  });
}

/** Of the token embedding, whose rows are looked up, llama.cpp has the factors the other way round. */
function isEmbedding(name: string): boolean {
  return name.endsWith('token_embd.weight');
}

function rankOf({ b }: GgufFactors): number {
  return b[0] ?? 0;
}

function shapeOf({ name, a, b }: GgufFactors): readonly number[] {
  return isEmbedding(name) ? [b[1] ?? 0, a[1] ?? 0] : [a[0] ?? 0, b[1] ?? 0];
}

function targetOf(name: string): string {
  return name.replace(/^blk\.\d+\./, '').replace(/\.weight$/, '');
}

function product(shape: readonly number[]): number {
  return shape.reduce((sum, length) => sum * length, 1);
}
