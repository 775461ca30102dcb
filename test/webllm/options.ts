import { parseArgs } from 'node:util';

export interface ProofOptions {
  readonly model: string;
  readonly library: string;
  /** Ascending numbers of samples that are drawn at once. */
  readonly batches: readonly number[];
  /** Whole distributions that are compared with the reference. */
  readonly positions: number;
  /** Tokens of each sample whose speed is taken. */
  readonly tokens: number;
  /** About how many words the prompts of the measurements have. */
  readonly promptWords: number;
  readonly contextTokens: number;
  readonly minutes: number;
  readonly gpu: 'best' | 'software';
  readonly headless: boolean;
  readonly chromium?: string;
}

const FULL = {
  batches: '1,4,16,64',
  positions: 20,
  tokens: 64,
  promptWords: 200,
  contextTokens: 1024,
  minutes: 60,
};
const QUICK = { batches: '1,4', positions: 2, tokens: 2, promptWords: 12, contextTokens: 256, minutes: 60 };

export const HELP = `Usage: npm run test:webllm -- --model DIR --lib FILE [options]

Runs Assay's WebLLM engine for real: in Chromium, on WebGPU, with a folder in MLC's format and the model library that belongs to
it. Compares its log-probabilities with a forward pass of this program's own, shared prefixes with separate ones, and its speed
with the public one-sequence API of the same WebLLM. Ends with status 1 when anything disagrees, 2 when it cannot be run.

  --model DIR       folder with mlc-chat-config.json (npm run make:random-model makes one)
  --lib FILE        model library (.wasm)
  --batches LIST    samples drawn at once (default: ${FULL.batches}; quick: ${QUICK.batches})
  --positions N     distributions compared with the reference (default: ${FULL.positions}; quick: ${QUICK.positions})
  --tokens N        tokens of each timed sample (default: ${FULL.tokens}; quick: ${QUICK.tokens})
  --context N       context of each sample, in tokens (default: ${FULL.contextTokens}; quick: ${QUICK.contextTokens})
  --quick           little of everything: for a GPU of software, where one step takes half a minute
  --minutes N       time limit (default: ${FULL.minutes})
  --gpu KIND        best: the GPU of this machine, else one of software; software: that in any case (default: best)
  --headed          with a window: some drivers give WebGPU only then
  --chromium FILE   Chrome, Edge or Chromium (default: ASSAY_CHROMIUM, else one is found)
  --help            this text`;

function whole(name: string, text: string, most: number): number {
  const value = /^\d{1,7}$/.test(text) ? Number(text) : NaN;
  if (value >= 1 && value <= most) return value;
  throw new Error(`--${name} expected a whole number from 1 to ${most}, got "${text}"`);
}

function required(name: string, value: string | undefined): string {
  if (value !== undefined && value !== '') return value;
  throw new Error(`expected --${name}; see --help`);
}

function gpuOf(text: string | undefined): ProofOptions['gpu'] {
  if (text === undefined || text === 'best') return 'best';
  if (text === 'software') return 'software';
  throw new Error(`--gpu expected best or software, got "${text}"`);
}

/** Reads the command line; undefined where help is asked for. Throws an Error that names the option. */
export function parseProofOptions(args: readonly string[]): ProofOptions | undefined {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...{ model: text, lib: text, batches: text, positions: text, tokens: text, context: text },
      ...{ minutes: text, gpu: text, chromium: text, quick: flag, headed: flag, help: flag },
    },
  });
  if (values.help === true) return undefined;
  const usual = values.quick === true ? QUICK : FULL;
  const batches = (values.batches ?? usual.batches)
    .split(',')
    .map((part) => whole('batches', part.trim(), 1024));
  return {
    model: required('model', values.model),
    library: required('lib', values.lib),
    batches: [...new Set(batches)].sort((a, b) => a - b),
    positions: whole('positions', values.positions ?? String(usual.positions), 200),
    tokens: whole('tokens', values.tokens ?? String(usual.tokens), 4096),
    promptWords: usual.promptWords,
    contextTokens: whole('context', values.context ?? String(usual.contextTokens), 1_000_000),
    minutes: whole('minutes', values.minutes ?? String(usual.minutes), 10_000),
    gpu: gpuOf(values.gpu),
    headless: values.headed !== true,
    ...(values.chromium === undefined ? {} : { chromium: values.chromium }),
  };
}
