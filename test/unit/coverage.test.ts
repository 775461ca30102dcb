import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.ts';
import { clusterBootstrap, type Bootstrapped } from '../../src/core/stats/bootstrap.ts';
import { clusteredRate, type Cluster } from '../../src/core/stats/clustered.ts';
import { clusteredLogit } from '../../src/core/stats/logit.ts';
import { pairedDifference, type PairedCluster } from '../../src/core/stats/paired.ts';
import { pairedLogitLimits } from '../../src/core/stats/paired-logit.ts';
import type { Limits } from '../../src/core/stats/quantiles.ts';
import { BetaBinomial } from '../../src/core/stats/testing.ts';
import { WildBootstrap } from '../../src/core/stats/wild.ts';

const ICC = 0.1;
const ANSWERS = 50;

interface Setting {
  readonly probes: number;
  readonly rate: number;
}
/** Whether a method's interval holds the true rate, in one simulated run. */
type Method = (clusters: readonly Cluster[], rate: number, run: number) => boolean;

const within = (limits: Limits | undefined, truth: number): boolean =>
  limits !== undefined && limits.low <= truth && truth <= limits.high;

/** Share of the runs in which each method holds the true rate; all methods see the same runs. */
function coverage({ probes, rate }: Setting, runs: number, methods: readonly Method[]): number[] {
  const source = new BetaBinomial({ rate, icc: ICC, answers: ANSWERS });
  const random = new Random('coverage', probes, rate);
  const held = methods.map(() => 0);
  for (let run = 0; run < runs; run++) {
    const clusters = source.draw(random, probes);
    for (const [index, method] of methods.entries())
      held[index] = (held[index] ?? 0) + Number(method(clusters, rate, run));
  }
  return held.map((count) => count / runs);
}

function print(
  title: string,
  names: readonly string[],
  rows: readonly (Setting & { held: number[] })[],
): void {
  const cell = (text: string): string => text.padStart(12);
  const lines = rows.map(({ probes, rate, held }) =>
    [probes.toString(), `${100 * rate}%`, ...held.map((share) => (100 * share).toFixed(1))]
      .map(cell)
      .join(''),
  );
  console.info([title, ['probes', 'rate', ...names].map(cell).join(''), ...lines].join('\n'));
}

const straight: Method = (clusters, rate) => within(clusteredRate(clusters), rate);
const logOdds: Method = (clusters, rate) => within(clusteredLogit(clusters), rate);
const toldIcc: Method = (clusters, rate) => within(clusteredLogit(clusters, { assumedIcc: ICC }), rate);

describe('how often a 95% interval holds the true rate, when answers to one probe are alike by .1', () => {
  const RUNS = 3000;
  const table = [8, 24, 48].flatMap((probes) =>
    [0.01, 0.02, 0.05, 0.1, 0.2, 0.4].map((rate) => ({
      probes,
      rate,
      held: coverage({ probes, rate }, RUNS, [straight, logOdds, ...(rate <= 0.02 ? [toldIcc] : [])]),
    })),
  );
  print(
    `% of ${RUNS} runs with ${ANSWERS} answers to each probe (standard error .4)`,
    ['straight t', 'log-odds', 'icc told'],
    table,
  );

  it.each(table.filter(({ probes, rate }) => rate >= (probes < 24 ? 0.05 : 0.02)))(
    'on the log-odds scale: 93 to 97% ($probes probes, rate $rate)',
    ({ held: [, share] }) => {
      expect(share).toBeGreaterThan(0.93);
      expect(share).toBeLessThan(0.97);
    },
  );

  // Nothing seen in a fifth of these runs: then what is taken for granted decides.
  it.each(table.filter(({ probes, rate }) => rate < (probes < 24 ? 0.05 : 0.02)))(
    'rarer than that, when told how alike answers are: at least 93% ($probes probes, rate $rate)',
    ({ held: [, , share] }) => {
      expect(share).toBeGreaterThan(0.93);
    },
  );

  it.each(table.filter(({ rate }) => rate >= 0.2))(
    'the straight interval: 93 to 97% for frequent answers ($probes probes, rate $rate)',
    ({ held: [share] }) => {
      expect(share).toBeGreaterThan(0.93);
      expect(share).toBeLessThan(0.97);
    },
  );

  it.each(table.filter(({ rate }) => rate <= 0.05))(
    'the straight interval misses rare answers too often ($probes probes, rate $rate)',
    ({ held: [share = NaN, better = NaN] }) => {
      expect(share).toBeLessThan(0.93);
      expect(better).toBeGreaterThan(share + 0.02);
    },
  );
});

describe('the same for resampling, which is slower', () => {
  const RUNS = 300;
  const rateOf = (drawn: readonly Cluster[]): number =>
    drawn.reduce((sum, { hits }) => sum + hits, 0) / drawn.reduce((sum, { n }) => sum + n, 0);
  // The interval of the wild bootstrap holds what its test does not reject.
  const wild: Method = (clusters, rate, seed) => {
    const weighed = clusters.map(({ hits, n }) => ({ value: hits, weight: n }));
    const boot = WildBootstrap.of(weighed, { seed, draws: 199, range: { low: 0, high: 1 } });
    return (boot?.p(rate) ?? 0) > 0.05;
  };
  /** Both intervals come of one bootstrap. */
  const boots = new WeakMap<readonly Cluster[], Bootstrapped>();
  const boot = (clusters: readonly Cluster[], seed: number): Bootstrapped | undefined => {
    const done = boots.get(clusters) ?? clusterBootstrap(clusters, rateOf, { seed, draws: 199 });
    if (done !== undefined) boots.set(clusters, done);
    return done;
  };
  const percentile: Method = (clusters, rate, seed) => within(boot(clusters, seed)?.percentile, rate);
  const bca: Method = (clusters, rate, seed) => within(boot(clusters, seed)?.bca, rate);
  const table = [8, 24].flatMap((probes) =>
    [0.05, 0.2].map((rate) => ({
      probes,
      rate,
      held: coverage({ probes, rate }, RUNS, [straight, logOdds, wild, percentile, bca]),
    })),
  );
  print(
    `% of ${RUNS} runs (standard error 1.3)`,
    ['straight t', 'log-odds', 'wild', 'percentile', 'BCa'],
    table,
  );

  it.each(table.filter(({ rate }) => rate === 0.2))(
    'the wild bootstrap holds for frequent answers ($probes probes)',
    ({ held: [, , share = NaN] }) => {
      // 93 to 97% less and more two standard errors
      expect(share).toBeGreaterThan(0.93 - 0.026);
      expect(share).toBeLessThan(0.97 + 0.026);
    },
  );

  it.each(table.filter(({ probes }) => probes === 8))(
    'the cluster bootstrap of eight probes is too narrow (rate $rate)',
    ({ held: [, , , share, corrected] }) => {
      expect(share).toBeLessThan(0.93);
      expect(corrected).toBeLessThan(0.93);
    },
  );
});

describe('the same for the difference between a model and a control on the same probes', () => {
  const RUNS = 1500;
  /** Half of the probes are as hard for the one as for the other. */
  function simulate(probes: number, model: number, control: number) {
    const sources = {
      model: new BetaBinomial({ rate: model, icc: ICC, answers: ANSWERS }),
      control: new BetaBinomial({ rate: control, icc: ICC, answers: ANSWERS }),
    };
    const random = new Random('paired', probes, model, control);
    let [straightHeld, logitHeld, found] = [0, 0, 0];
    for (let run = 0; run < RUNS; run++) {
      const pairs: PairedCluster[] = Array.from({ length: probes }, () => {
        const point = random.unit();
        const other = random.unit() < 0.5 ? point : random.unit();
        return { model: sources.model.at(point), control: sources.control.at(other) };
      });
      const logit = pairedLogitLimits(pairs);
      straightHeld += Number(within(pairedDifference(pairs), model - control));
      logitHeld += Number(within(logit, model - control));
      found += Number(logit !== undefined && (logit.low > 0 || logit.high < 0));
    }
    return {
      probes,
      rate: model,
      control,
      held: [control, straightHeld / RUNS, logitHeld / RUNS, found / RUNS],
    };
  }
  const table = [8, 24].flatMap((probes) => [
    simulate(probes, 0.05, 0),
    simulate(probes, 0.2, 0),
    simulate(probes, 0.1, 0.02),
    simulate(probes, 0.05, 0.05),
    simulate(probes, 0.2, 0.2),
  ]);
  print(`% of ${RUNS} runs (standard error .6)`, ['control', 'straight t', 'log-odds', '0 left out'], table);

  it.each(table.filter(({ rate, control }) => rate !== control))(
    'log-odds limits: 93 to 97% ($probes probes, $rate against $control)',
    ({ held: [, , share] }) => {
      expect(share).toBeGreaterThan(0.93);
      expect(share).toBeLessThan(0.97);
    },
  );

  // More than 97% with few probes, half of which do not differ at all: on the safe side, as the t interval is there.
  it.each(table.filter(({ rate, control }) => rate === control))(
    'a difference is found where there is none in at most 7% ($probes probes, $rate)',
    ({ held: [, , , found] }) => {
      expect(found).toBeLessThan(0.07);
    },
  );

  it.each(table.filter(({ rate, control }) => rate === 0.05 && control === 0))(
    'the t interval misses a rare fault against a control without ($probes probes)',
    ({ held: [, share = NaN, better = NaN] }) => {
      expect(share).toBeLessThan(0.93);
      expect(better).toBeGreaterThan(share + 0.02);
    },
  );
});
