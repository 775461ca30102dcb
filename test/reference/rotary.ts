/** Rotary embedding (Su et al. 2021) as transformers computes it; angles of each pair of a head, and a factor on both. */
export interface Rotary {
  readonly inverse: Float64Array;
  readonly factor: number;
}

type Json = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function numbers(value: unknown): readonly number[] {
  if (!Array.isArray(value)) throw new Error('expected a list');
  return value.map(Number);
}

/** Of a text no longer than the original context, where longrope takes its short list. */
export function rotaryOf(config: Json, headDim: number): Rotary {
  const scaling = [config['rope_scaling'], config['rope_parameters']].find(isObject) ?? {};
  const theta = Number(scaling['rope_theta'] ?? config['rope_theta'] ?? 10000);
  const dimensions = Math.trunc(headDim * Number(config['partial_rotary_factor'] ?? 1));
  const plain = Float64Array.from({ length: dimensions / 2 }, (_, i) => theta ** (-(2 * i) / dimensions));
  switch (scaling['rope_type'] ?? scaling['type'] ?? 'default') {
    case 'default':
      return { inverse: plain, factor: 1 };
    case 'linear':
      return { inverse: plain.map((f) => f / Number(scaling['factor'])), factor: 1 };
    case 'llama3':
      return { inverse: plain.map((f) => llama3(f, scaling)), factor: 1 };
    case 'longrope': {
      const original = Number(config['original_max_position_embeddings']);
      const stretch = Number(config['max_position_embeddings']) / original;
      const short = numbers(scaling['short_factor']);
      return {
        inverse: plain.map((f, i) => f / (short[i] ?? NaN)),
        factor: stretch <= 1 ? 1 : Math.sqrt(1 + Math.log(stretch) / Math.log(original)),
      };
    }
    default:
      throw new Error('unknown rope type');
  }
}

/** Llama 3.1: long waves are stretched, short ones kept, those between blended. */
function llama3(frequency: number, scaling: Json): number {
  const [factor, low, high, original] = [
    'factor',
    'low_freq_factor',
    'high_freq_factor',
    'original_max_position_embeddings',
  ].map((key) => Number(scaling[key]));
  if (factor === undefined || low === undefined || high === undefined || original === undefined) return NaN;
  const wave = (2 * Math.PI) / frequency;
  if (wave < original / high) return frequency;
  if (wave > original / low) return frequency / factor;
  const smooth = (original / wave - low) / (high - low);
  return ((1 - smooth) * frequency) / factor + smooth * frequency;
}

/** Turns number i of the head with number i + half; numbers beyond the rotated ones stay. */
export function rotate(head: Float64Array, position: number, { inverse, factor }: Rotary): void {
  const half = inverse.length;
  for (let i = 0; i < half; i++) {
    const angle = position * (inverse[i] ?? 0);
    const [cos, sin] = [Math.cos(angle) * factor, Math.sin(angle) * factor];
    const [first, second] = [head[i] ?? 0, head[i + half] ?? 0];
    head[i] = first * cos - second * sin;
    head[i + half] = second * cos + first * sin;
  }
}
