import type { AppState, RunDraft } from '../../state/types.ts';

/** The draft on the Run screen: the demo study until something is changed. */
export class DraftEditor {
  readonly #app: AppState;
  #edited = $state.raw<RunDraft | undefined>();

  constructor(app: AppState) {
    this.#app = app;
  }

  get draft(): RunDraft {
    return this.#edited ?? { ...this.#app.run.demoDraft(), title: 'Study' };
  }

  get edited(): boolean {
    return this.#edited !== undefined;
  }

  set(draft: RunDraft): void {
    this.#edited = draft;
  }

  reset(): void {
    this.#edited = undefined;
  }
}

const editors = new WeakMap<AppState, DraftEditor>();

/** One draft for each app, so that a look at another screen does not lose it. */
export function editorOf(app: AppState): DraftEditor {
  const known = editors.get(app);
  if (known !== undefined) return known;
  const fresh = new DraftEditor(app);
  editors.set(app, fresh);
  return fresh;
}
