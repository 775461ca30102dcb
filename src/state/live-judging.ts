import type { JudgingEvent } from '../core/judging/events.ts';
import type { Judging } from '../core/judging/types.ts';
import type { LiveJudging } from './judging-types.ts';
import { timeLeft } from './live.ts';

/** Gathers the events of a judge at work; `snapshot` gives what the screens show. */
export class JudgingTally {
  #judging: Judging;
  readonly #now: () => number;
  #total: number;
  #done = 0;
  /** What earlier sittings had judged, and when the first verdict of this one came: loading says nothing of the pace. */
  #before = 0;
  #pacedFrom: number | undefined;
  #stage = 'starting';

  constructor(judging: Judging, now: () => number) {
    this.#judging = judging;
    this.#total = judging.total;
    this.#now = now;
  }

  take(event: JudgingEvent): void {
    switch (event.type) {
      case 'planned':
        this.#total = event.total;
        this.#done = event.judged;
        this.#before = event.judged;
        return;
      case 'loading':
        this.#stage = `loading ${event.model.label}`;
        return;
      case 'verdict':
        this.#pacedFrom ??= this.#now();
        this.#done += 1;
        this.#stage = 'judging';
        return;
      case 'judging':
        this.#judging = event.judging;
        if (event.judging.status !== 'running') this.#stage = event.judging.status;
    }
  }

  snapshot(): LiveJudging {
    const { status, elapsedMs, updatedAt } = this.#judging;
    const running = status === 'running';
    const paced = this.#pacedFrom === undefined ? 0 : this.#now() - this.#pacedFrom;
    const stage = { done: this.#done - this.#before, left: Math.max(0, this.#total - this.#done) };
    return {
      judging: this.#judging,
      done: this.#done,
      total: this.#total,
      elapsedMs: running ? elapsedMs + (this.#now() - updatedAt) : elapsedMs,
      leftMs: running ? timeLeft(paced, [stage]) : undefined,
      stage: this.#stage,
    };
  }
}
