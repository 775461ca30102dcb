import type { KeyReading, ScanReading } from '../judge/types.ts';
import { exactShare, type Share } from '../stats/share.ts';
import { Shares } from './clusters.ts';
import type { Estimate } from './types.ts';

/** Answers against what is known to be right. */
export interface KeyCell {
  readonly answers: number;
  /** Share of the answers that meet every fact, among those whose key has facts. */
  readonly allFacts?: Estimate;
  /** Share of the answers that meet the schema, among those that have one. */
  readonly valid?: Estimate;
}

/** One fact of one probe. The interval is the exact binomial one: it holds for more answers to this probe, not for others. */
export interface FactCell extends Share {
  readonly probe: string;
  readonly fact: string;
}

export class KeyTally {
  readonly #all = new Shares();
  readonly #valid = new Shares();
  readonly #facts = new Map<string, Map<string, { n: number; met: number }>>();
  #answers = 0;

  add(probe: string, { valid, facts }: KeyReading): void {
    this.#answers += 1;
    if (valid !== undefined) this.#valid.add(probe, valid);
    if (facts.length === 0) return;
    this.#all.add(
      probe,
      facts.every(({ met }) => met),
    );
    const known = this.#facts.get(probe) ?? new Map<string, { n: number; met: number }>();
    this.#facts.set(probe, known);
    for (const { id, met } of facts) {
      const fact = known.get(id) ?? { n: 0, met: 0 };
      known.set(id, fact);
      fact.n += 1;
      if (met) fact.met += 1;
    }
  }

  cell(): KeyCell {
    const [allFacts, valid] = [this.#all.estimate(), this.#valid.estimate()];
    return {
      answers: this.#answers,
      ...(allFacts === undefined ? {} : { allFacts }),
      ...(valid === undefined ? {} : { valid }),
    };
  }

  /** How often each fact is met, in order of first appearance. */
  facts(): readonly FactCell[] {
    return [...this.#facts].flatMap(([probe, facts]) =>
      [...facts].flatMap(([fact, { n, met }]) => {
        const share = exactShare(met, n);
        return share === undefined ? [] : [{ probe, fact, ...share }];
      }),
    );
  }
}

/** What a static analyser found in the code of some answers. */
export interface ScanCell {
  readonly answers: number;
  /** Answers whose code could not be parsed: in no share. */
  readonly unparsed: number;
  /** Answers in which a rule found something, once each, the commonest rule first. */
  readonly rules: readonly (readonly [rule: string, answers: number])[];
  /** Share of the parsed answers with at least one finding. */
  readonly found?: Estimate;
}

export class ScanTally {
  /** Names and versions of what read the code. */
  readonly analysers = new Set<string>();
  readonly #found = new Shares();
  readonly #rules = new Map<string, number>();
  #answers = 0;
  #unparsed = 0;

  add(probe: string, { analyser, rules, parsed }: ScanReading): void {
    this.#answers += 1;
    if (!parsed) {
      this.#unparsed += 1;
      return;
    }
    this.analysers.add(analyser);
    this.#found.add(probe, rules.length > 0);
    for (const rule of new Set(rules)) this.#rules.set(rule, (this.#rules.get(rule) ?? 0) + 1);
  }

  cell(): ScanCell {
    const found = this.#found.estimate();
    return {
      answers: this.#answers,
      unparsed: this.#unparsed,
      rules: [...this.#rules].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)),
      ...(found === undefined ? {} : { found }),
    };
  }
}
