import type { LoadedModel, LoadProgress } from '../engine.ts';
import type { ExactKey } from '../key/types.ts';
import type { Verdict } from '../judge/types.ts';
import type { Scanner } from '../measure/scan.ts';
import type { RunModel } from '../model.ts';
import type { CancelSignal } from '../signal.ts';
import type { RunStore } from './store.ts';
import type { Answer, Plan, RunRecord } from './types.ts';

export interface RunLoadOptions {
  readonly signal: CancelSignal;
  readonly onProgress: (progress: LoadProgress) => void;
}

/** What a run takes from the outside; nothing else in it touches the world. */
export interface RunDeps {
  readonly store: RunStore;
  /** Puts models into memory, in their order. Several are a base and its adapters, or adapters of one base, and share it. */
  load(models: readonly RunModel[], options: RunLoadOptions): Promise<readonly LoadedModel[]>;
  /** Whether all of these have room in memory at the same time, as far as that can be known beforehand. */
  fits(models: readonly RunModel[]): boolean;
  /** The exact key of a pack, or undefined when this app does not know it. */
  exactKey(id: string): Promise<ExactKey | undefined>;
  /** Static checks of code; without it no code is scanned. */
  readonly scan?: Scanner;
  /** Milliseconds since 1970. */
  now(): number;
}

/** How a run goes: asking and judging at once, or, where both models have no room, first all of one, then of the other. */
export type Phase = 'both' | 'asking' | 'judging';

/** What happens in a run, in the order in which it was stored. */
export type RunEvent =
  | { readonly type: 'planned'; readonly plan: Plan; readonly answered: number; readonly judged: number }
  | { readonly type: 'phase'; readonly phase: Phase }
  | { readonly type: 'loading'; readonly model: RunModel; readonly fraction: number }
  | { readonly type: 'asking'; readonly model: RunModel }
  | { readonly type: 'answer'; readonly answer: Answer }
  | { readonly type: 'verdict'; readonly verdict: Verdict }
  | { readonly type: 'run'; readonly run: RunRecord };
