import type { Choice, Draw, Logits } from '../../../src/engines/webllm/device-model.ts';
import { byLikelihood, logSoftmax } from '../../../src/engines/webllm/readout/softmax.ts';

/** Rows of logits read in plain 64-bit code, for tests that run without a GPU. */
export function cpuLogits(rows: readonly Float32Array[]): Logits {
  let open = true;
  const rowAt = (at: number): readonly (number | undefined)[] => {
    const row = rows[at];
    if (row === undefined || !open) throw new Error(`no row ${at}, or read after its release`);
    return logSoftmax(row);
  };
  return {
    rows: rows.length,
    sample: (draws) => Promise.resolve(draws.map((draw) => drawFrom(rowAt(draw.row), draw))),
    logprobs: (entries) => Promise.resolve(entries.map(({ row, id }) => rowAt(row)[id])),
    top: (row, count) => Promise.resolve(byLikelihood(rowAt(row)).slice(0, count)),
    keep: (row) => cpuLogits([rows[row] ?? new Float32Array()]),
    release: () => {
      open = false;
    },
  };
}

function drawFrom(logprobs: readonly (number | undefined)[], { temperature, random }: Draw): Choice {
  const [best] = byLikelihood(logprobs);
  if (best === undefined) throw new Error('no tokens');
  if (temperature === 0 || best.logprob === undefined) return best;
  const top = best.logprob;
  const weights = logprobs.map((logprob) => Math.exp(((logprob ?? -Infinity) - top) / temperature));
  let left = random * weights.reduce((a, b) => a + b, 0);
  for (const [id, weight] of weights.entries()) {
    left -= weight;
    if (left < 0) return { id, logprob: logprobs[id] };
  }
  return best;
}
