import type { LoadedModel, Sample } from '../engine.ts';
import { numberSpelling, type NumberSpelling } from '../judge/read.ts';
import { likeliest } from '../measure/choices.ts';
import { gameTranscript } from '../measure/game.ts';
import { numberText, readNumber } from '../measure/number.ts';
import { play } from '../measure/play.ts';
import { readChoices } from '../measure/read-choices.ts';
import type { Attempt } from './attempt.ts';
import type { Job } from './jobs.ts';
import { seedOf } from './plan.ts';
import type { Answer } from './types.ts';

type Found = Omit<Answer, 'runId' | 'item' | 'seed' | 'answeredAt'>;

/** Nothing was written: probabilities were read. */
const READ = { promptTokens: 0, tokens: 0, finish: 'stop' } as const;

/** A loaded model that is asked the jobs of an attempt; each answer is stored the moment it exists. */
export class Asker {
  readonly #attempt: Attempt;
  readonly #model: LoadedModel;
  #spelling: Promise<NumberSpelling> | undefined;

  constructor(attempt: Attempt, model: LoadedModel) {
    this.#attempt = attempt;
    this.#model = model;
  }

  async ask(job: Job): Promise<void> {
    if (job.group.task.kind === 'answer') {
      await this.#sample(job);
      return;
    }
    const { plan } = this.#attempt.sitting;
    for (const item of job.items) {
      const seed = seedOf(plan, item);
      await this.#record(item, { seed, ...(await this.#measure(job, seed)) });
    }
  }

  /** Draws the samples of one prompt. */
  async #sample({ group, items, prompt }: Job): Promise<void> {
    const { stop, sitting } = this.#attempt;
    const storing = new Map<number, Promise<void>>();
    let open = true;
    const take = (index: number, { seed, text, promptTokens, tokens, finish }: Sample): void => {
      const item = items[index];
      if (!open || item === undefined || storing.has(item)) return;
      const stored = this.#record(item, { seed, text, promptTokens, tokens, finish });
      stored.catch(() => {
        stop.stop();
      });
      storing.set(item, stored);
    };
    const request = {
      prompt,
      seeds: items.map((item) => seedOf(sitting.plan, item)),
      temperature: group.temperature,
      topP: group.topP,
      maxTokens: group.maxTokens,
      stop: group.format.stop ?? [],
    };
    try {
      const samples = await this.#model.sample(request, { signal: stop, onSample: take });
      // A callback from another thread may come after the result; nothing is taken twice.
      samples.forEach((sample, index) => {
        take(index, sample);
      });
    } finally {
      // What an engine tells after it was stopped is asked again by the next attempt.
      open = false;
      await Promise.all(storing.values());
    }
  }

  async #measure({ group, prompt }: Job, seed: number): Promise<Found> {
    const { task } = group;
    const options = { signal: this.#attempt.stop };
    switch (task.kind) {
      case 'choice': {
        const reading = await readChoices(this.#model, task, group, seed, options);
        const best = likeliest(reading.choices);
        const text = best === undefined ? '' : (task.choices[best]?.text.trim() ?? '');
        return { ...READ, text, ...reading };
      }
      case 'number': {
        this.#spelling ??= numberSpelling(this.#model);
        const reading = await readNumber(this.#model, prompt, await this.#spelling, options);
        return { ...READ, text: numberText(reading), number: reading.distribution };
      }
      case 'game': {
        const played = await play(this.#model, task.game, group, seed, options);
        return { finish: 'stop', text: gameTranscript(task.game, played.steps), ...played };
      }
      case 'answer':
        return { ...READ, text: '' };
    }
  }

  async #record(item: number, found: Found & Pick<Answer, 'seed'>): Promise<void> {
    const { sitting, toJudge } = this.#attempt;
    const { deps, run, stored } = sitting;
    const answer: Answer = { runId: run.id, item, ...found, answeredAt: deps.now() };
    await deps.store.putAnswer(answer);
    stored.answered.add(item);
    toJudge.push(item);
    sitting.events.push({ type: 'answer', answer });
    await sitting.touch();
  }
}
