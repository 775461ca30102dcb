import type { CalibrationSet } from '../calibration/types.ts';
import type { Verdict } from '../judge/types.ts';
import type { RunModel } from '../model.ts';
import type { RunDeps } from '../run/events.ts';
import type { RunStore } from '../run/store.ts';
import type { Judging } from './types.ts';

/** What a judging needs of storage. */
export interface JudgingStore extends Pick<
  RunStore,
  'getRun' | 'getPack' | 'getAnswer' | 'answeredItems' | 'judgedItems' | 'putVerdict'
> {
  putJudging(judging: Judging): Promise<void>;
}

export interface JudgingDeps extends Pick<RunDeps, 'load' | 'exactKey' | 'scan' | 'now'> {
  readonly store: JudgingStore;
  /** The calibration set with this hash, or undefined where it is not at hand. */
  calibration(hash: string): Promise<CalibrationSet | undefined>;
}

/** What happens while a judge is at work, in the order in which it was stored. */
export type JudgingEvent =
  | { readonly type: 'planned'; readonly total: number; readonly judged: number }
  | { readonly type: 'loading'; readonly model: RunModel; readonly fraction: number }
  | { readonly type: 'verdict'; readonly verdict: Verdict }
  | { readonly type: 'judging'; readonly judging: Judging };
