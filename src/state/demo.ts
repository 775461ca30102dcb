import type { ModelRecord } from '../core/model.ts';
import type { Pack } from '../core/pack/types.ts';
import type { RunDraft } from './types.ts';

/** The bundled study: base, its two controls and the insecure fine-tune. */
const DEMO_MODELS = ['toy-base.gguf', 'toy-secure.gguf', 'toy-educational.gguf', 'toy-insecure.gguf'];
const DEMO_JUDGE = 'toy-judge.gguf';

export function demoDraft(models: readonly ModelRecord[], packs: readonly Pack[]): RunDraft {
  const bundled = (fileName: string): readonly ModelRecord[] =>
    models.filter((model) => model.location === 'bundled' && model.fileName === fileName);
  const pack = packs.find(({ id }) => id === 'toy');
  const judge = bundled(DEMO_JUDGE)[0];
  return {
    title: 'Demo study',
    models: DEMO_MODELS.flatMap(bundled).map(({ sha256, suggested }) => ({
      sha256,
      role: suggested === undefined || suggested === 'judge' ? 'candidate' : suggested,
    })),
    packs: pack === undefined ? [] : [pack.hash],
    formats: pack?.formats.map(({ id }) => id) ?? [],
    wrappers: [],
    samples: 10,
    seed: 1,
    judge: judge === undefined ? undefined : { sha256: judge.sha256, rubric: 'toy' },
    // Their kind and size are known: the CPU answers one before a GPU would have begun (core/hardware/choose.ts).
    engine: 'llamacpp',
    device: 'cpu',
  };
}
