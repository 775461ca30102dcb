import type { LoadedModel, LoadProgress } from '../engine.ts';
import type { ExactKey } from '../key/types.ts';
import type { Verdict } from '../judge/types.ts';
import type { RunModel } from '../model.ts';
import type { CancelSignal } from '../signal.ts';
import type { RunStore } from './store.ts';
import type { Answer, Plan, RunRecord } from './types.ts';

/** What a run takes from the outside; nothing else in it touches the world. */
export interface RunDeps {
  readonly store: RunStore;
  load(
    model: RunModel,
    options: { signal: CancelSignal; onProgress: (progress: LoadProgress) => void },
  ): Promise<LoadedModel>;
  /** The exact key of a pack, or undefined when this app does not know it. */
  exactKey(id: string): Promise<ExactKey | undefined>;
  /** Milliseconds since 1970. */
  now(): number;
}

/** What happens in a run, in the order in which it was stored. */
export type RunEvent =
  | { readonly type: 'planned'; readonly plan: Plan; readonly answered: number; readonly judged: number }
  | { readonly type: 'loading'; readonly model: RunModel; readonly fraction: number }
  | { readonly type: 'asking'; readonly model: RunModel }
  | { readonly type: 'answer'; readonly answer: Answer }
  | { readonly type: 'verdict'; readonly verdict: Verdict }
  | { readonly type: 'run'; readonly run: RunRecord };
