import type { AppState, RunDraft } from '../../state/types.ts';

/** The draft on the Run screen: the demo study until something is changed. */
export class DraftEditor {
  readonly #app: AppState;
  #edited = $state.raw<RunDraft | undefined>();
  /** The user chose another engine or device than the recommended one. */
  #byHand = false;

  constructor(app: AppState) {
    this.#app = app;
  }

  get draft(): RunDraft {
    return this.#edited ?? { ...this.#app.run.demoDraft(), title: 'Study' };
  }

  get edited(): boolean {
    return this.#edited !== undefined;
  }

  /** Until the user chooses an engine or device, both follow what is recommended for the models. */
  set(draft: RunDraft): void {
    const before = this.draft;
    const advised = this.#app.run.recommend(draft)?.choice ?? {};
    if (draft.engine !== before.engine || draft.device !== before.device)
      this.#byHand = !isChosen(draft, { ...draft, ...advised });
    this.#edited = this.#byHand ? draft : { ...draft, ...advised };
  }

  reset(): void {
    this.#edited = undefined;
    this.#byHand = false;
  }
}

function isChosen(draft: RunDraft, { engine, device }: RunDraft): boolean {
  return draft.engine === engine && draft.device === device;
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
