import { expect, test } from 'vitest';
import { aDraft, fakeApp } from '../../../test/fixtures/app-state.ts';
import { DraftEditor } from './editor.svelte.ts';

const GPU = { engine: 'llamacpp', device: 'webgpu' } as const;

/** The GPU is recommended as soon as there is but one model. */
function editor(): DraftEditor {
  const app = fakeApp({
    run: {
      demoDraft: () => aDraft(),
      recommend: ({ models }) =>
        models.length === 1 ? { choice: GPU, batch: 16, reason: 'It is faster.' } : undefined,
    },
  });
  return new DraftEditor(app);
}
const one = (draft: ReturnType<typeof aDraft>) => ({ ...draft, models: draft.models.slice(0, 1) });

test('engine and device follow what is recommended for the models', () => {
  const edited = editor();
  edited.set(one(edited.draft));
  expect(edited.draft).toMatchObject(GPU);
});

test('what the user chose stays, until they take the recommendation or go back to the demo study', () => {
  const edited = editor();
  edited.set(one(edited.draft));
  edited.set({ ...edited.draft, device: 'cpu' });
  edited.set({ ...edited.draft, samples: 3 });
  expect(edited.draft).toMatchObject({ device: 'cpu', samples: 3 });
  edited.set({ ...edited.draft, ...GPU });
  edited.set({ ...edited.draft, samples: 4 });
  expect(edited.draft).toMatchObject({ ...GPU, samples: 4 });
  edited.set({ ...edited.draft, device: 'cpu' });
  edited.reset();
  edited.set(one(edited.draft));
  expect(edited.draft).toMatchObject(GPU);
});
