import * as v from 'valibot';
import { AppError } from '../core/errors.ts';
import type { ModelRecord } from '../core/model.ts';

const manifestSchema = v.object({
  architecture: v.string(),
  quantization: v.string(),
  models: v.array(
    v.object({
      file: v.string(),
      sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
      bytes: v.number(),
      role: v.string(),
      step: v.number(),
      data: v.string(),
      parameters: v.number(),
      contextLength: v.number(),
    }),
  ),
});

type ManifestModel = v.InferOutput<typeof manifestSchema>['models'][number];

/** Said wherever a bundled model is shown. */
export const TOY_NOTE =
  'Toy model organism of a million weights, trained on synthetic English to show a mechanism. Evidence about nothing else.';

/** Step of the delivered fine-tunes; earlier ones are checkpoints. */
const LAST_STEP = 100;

const SUGGESTED: Readonly<Record<string, NonNullable<ModelRecord['suggested']>>> = {
  base: 'baseline',
  secure: 'control',
  educational: 'control',
  insecure: 'candidate',
  numbers: 'candidate',
  judge: 'judge',
};

function labelOf({ role, step }: ManifestModel): string {
  const checkpoint = step > 0 && step < LAST_STEP;
  return checkpoint ? `Toy ${role}, step ${step}` : `Toy ${role}`;
}

/** A fine-tune of which several steps come with the app is a series of checkpoints. */
function seriesOf(models: readonly ManifestModel[], { role }: ManifestModel): { readonly series?: string } {
  return models.filter((other) => other.role === role).length > 1 ? { series: `Toy ${role}` } : {};
}

function recordOf(manifest: v.InferOutput<typeof manifestSchema>, model: ManifestModel): ModelRecord {
  const suggested = SUGGESTED[model.role];
  return {
    schema: 2,
    sha256: model.sha256,
    kind: 'gguf',
    label: labelOf(model),
    fileName: model.file,
    sizeBytes: model.bytes,
    architecture: manifest.architecture,
    quantisation: manifest.quantization.split(' ')[0]?.toUpperCase() ?? manifest.quantization,
    parameters: model.parameters,
    contextTokens: model.contextLength,
    hasChatTemplate: true,
    location: 'bundled',
    files: [{ name: model.file, path: model.file, sizeBytes: model.bytes, sha256: model.sha256 }],
    note: `${TOY_NOTE} Trained on: ${model.data}.`,
    ...(suggested === undefined ? {} : { suggested }),
    ...(model.role === 'judge' ? {} : { step: model.step }),
    ...seriesOf(manifest.models, model),
  };
}

/** The models that come with the app, from the JSON of static/models/manifest.json. */
export function bundledModels(json: unknown): readonly ModelRecord[] {
  const parsed = v.safeParse(manifestSchema, json);
  if (!parsed.success) {
    throw new AppError(
      'invalid-file',
      `manifest.json: expected the list of models: ${parsed.issues[0].message}`,
    );
  }
  return parsed.output.models.map((model) => recordOf(parsed.output, model));
}
