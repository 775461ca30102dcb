import path from 'node:path';
import { parseArgs } from 'node:util';
import { messageOf } from './process.ts';
import { makeRandomModel } from './random-model/make.ts';

const HELP = `Usage: npm run make:random-model -- --lib FILE [options]

Writes a model of random weights in the layout that a model library of WebLLM demands, with a tokenizer of its own: for
tests and measurements without anybody's weights. The same seed gives the same files on every machine.

  --lib FILE          model library (.wasm)
  --out DIR           folder to write to (default: out/random-<name of the library>)
  --seed N            0 to 4294967295 (default: 1)
  --hf                write a Hugging Face folder (safetensors in bfloat16) of the same architecture instead
  --adapters N        with --hf: also a series of N PEFT adapters, in <DIR>-adapters/checkpoint-10, -20, ...
  --vocabulary N      tokens, where the library leaves that to the weights
  --rope-theta X      base of the rotary embedding, where it is not known for the architecture
  --norm-epsilon X    epsilon of the norms, likewise
  --help              this text`;

function number(option: string, text: string | undefined, least: number, most: number): number | undefined {
  if (text === undefined) return undefined;
  const value = text.trim() === '' ? NaN : Number(text);
  if (value >= least && value <= most) return value;
  throw new Error(`--${option} expected a number from ${least} to ${most}, got "${text}"`);
}

function whole(option: string, text: string | undefined, least: number, most: number): number | undefined {
  const value = number(option, text, least, most);
  if (value === undefined || Number.isInteger(value)) return value;
  throw new Error(`--${option} expected a whole number, got "${text ?? ''}"`);
}

async function main(args: readonly string[]): Promise<void> {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...{
        lib: text,
        out: text,
        seed: text,
        adapters: text,
        vocabulary: text,
        'rope-theta': text,
        'norm-epsilon': text,
      },
      hf: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help === true) {
    console.log(HELP);
    return;
  }
  if (values.lib === undefined) throw new Error('expected --lib FILE, a model library (.wasm); see --help');
  const vocabulary = whole('vocabulary', values.vocabulary, 1, 2 ** 24);
  const ropeTheta = number('rope-theta', values['rope-theta'], 1, 1e12);
  const normEpsilon = number('norm-epsilon', values['norm-epsilon'], 0, 1);
  const adapters = whole('adapters', values.adapters, 1, 1000);
  if (adapters !== undefined && values.hf !== true) throw new Error('--adapters expected together with --hf');
  const out = values.out ?? path.join('out', `random-${path.basename(values.lib, '.wasm')}`);
  await makeRandomModel(
    {
      library: values.lib,
      out,
      seed: whole('seed', values.seed, 0, 0xffffffff) ?? 1,
      huggingFace: values.hf === true,
      ...(adapters === undefined ? {} : { adapters }),
      ...(vocabulary === undefined ? {} : { vocabulary }),
      ...(ropeTheta === undefined ? {} : { ropeTheta }),
      ...(normEpsilon === undefined ? {} : { normEpsilon }),
    },
    console.log,
  );
  console.log(`written to ${out}`);
}

await main(process.argv.slice(2)).catch((thrown: unknown) => {
  console.error(`make:random-model: ${messageOf(thrown).split('\n')[0] ?? ''}`);
  process.exitCode = 2;
});
