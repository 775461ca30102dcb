import type { LoadedFacts } from '../../engine.ts';
import type { Role, RunModel } from '../../model.ts';
import type { RunRecord } from '../../run/types.ts';
import { deviceText, someCheckFailed } from '../engine-facts.ts';
import { listed, number, quoted, sentences } from './words.ts';

const ROLES: Readonly<Record<Role, string>> = {
  baseline: 'baseline',
  control: 'control',
  candidate: 'candidate',
};

/** The models under test, exactly enough to run the same again. */
export function models(run: RunRecord): string {
  const { models: all } = run.spec;
  if (run.published !== undefined)
    return `The file names ${all.length === 1 ? 'the model' : 'the models'} ${listed(all.map(({ label }) => quoted(label)))}; which files these were is not known.`;
  const labelOf = (sha256: string): string | undefined => all.find((model) => model.sha256 === sha256)?.label;
  const failed = all.filter(({ sha256 }) => someCheckFailed(run.facts[sha256]));
  return sentences(
    ...all
      .map((model) => `${ROLES[model.role]}: ${modelText(model, run.facts[model.sha256], labelOf)}.`)
      .map(capital),
    failed.length === 0
      ? undefined
      : `A self-check of the engine failed for ${listed(failed.map(({ label }) => quoted(label)))}; the engine went on without what had failed.`,
    'Figures hold for these files: another quantisation or another engine may give others.',
  );
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `“Toy base” (file toy-base.gguf, SHA-256 …; Q8_0, 1,000,576 parameters; run by llamacpp 3.8.1 on CPU, 2 threads)` */
export function modelText(
  model: RunModel,
  facts: LoadedFacts | undefined,
  labelOf: (sha256: string) => string | undefined,
): string {
  const { label, fileName, sha256, quantisation, parameters } = model;
  const parts = [
    `file ${fileName}, SHA-256 ${sha256}`,
    `${quantisation}, ${number(parameters)} parameters`,
    ...originParts(model, labelOf),
    facts === undefined
      ? 'not loaded yet'
      : `run by ${facts.engine} ${facts.engineVersion} on ${deviceText(facts)}`,
  ];
  return `${quoted(label)} (${parts.join('; ')})`;
}

function originParts(
  { base, series, step, provenance }: RunModel,
  labelOf: (sha256: string) => string | undefined,
): readonly string[] {
  const adapter = provenance?.adapter;
  const on = base ?? adapter?.base;
  const name = on === undefined ? undefined : labelOf(on);
  const onText = on === undefined ? '' : ` ${name === undefined ? '' : `${quoted(name)}, `}SHA-256 ${on}`;
  return [
    ...(adapter === undefined
      ? on === undefined
        ? []
        : [`on the base${onText}`]
      : [
          `LoRA of rank ${adapter.rank}, alpha ${adapter.alpha}, ` +
            `${adapter.applied === 'merged' ? 'merged into' : 'put while it runs on'} the base${onText}`,
        ]),
    ...(provenance?.conversion === undefined ? [] : [provenance.conversion]),
    ...(series === undefined && step === undefined
      ? []
      : [
          `checkpoint${series === undefined ? '' : ` of ${series}`}${step === undefined ? '' : `, step ${number(step)}`}`,
        ]),
  ];
}
