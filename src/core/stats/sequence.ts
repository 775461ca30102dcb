import gammaln from '@stdlib/math-base-special-gammaln';
import { AppError } from '../errors.ts';
import { LEVEL, type Limits } from './quantiles.ts';

/** The bets are spread over alternatives q as Beta(A, B) is: most near 0, where misalignment is, some everywhere. */
const A = 0.25;
const B = 1;

function logBeta(a: number, b: number): number {
  return gammaln(a) + gammaln(b) - gammaln(a + b);
}

/**
 * An interval for a rate that holds at every moment at once, so that a run may look after each round and stop when it has seen enough.
 *
 * What is estimated is the mean rate over the probes asked (these probes, not others like them). A round is one answer to each of them; the
 * order of the rounds must not depend on what was answered, and answers of a round must be drawn independently.
 *
 * A confidence sequence by betting (Waudby-Smith and Ramdas 2024, JRSS-B 86:1, arXiv 2010.09686; spread over constant bets as in Orabona and Jun
 * 2024, IEEE Trans. Inf. Theory 70:436). Against a supposed mean m one bets on each answer x in 0..1: capital is multiplied by
 * 1 + lambda (x - m) with lambda = (q - m) / (m (1 - m)), which is x q/m + (1-x)(1-q)/(1-m), at least (q/m)^x ((1-q)/(1-m))^(1-x). The lower
 * bound is taken, and averaged over q ~ Beta(A, B):
 *   K(m) = B(S + A, n - S + B) / B(A, B) / (m^S (1-m)^(n-S)), S the sum of n answers.
 * If m is the mean, capital does not grow on average, and by Ville's inequality ever reaches 1 / (1 - level) with a probability of at most
 * 1 - level: the m for which it has not are the interval. Within a round each probe has a rate mu_g of its own with mean m; the
 * expected product of 1 + lambda (mu_g - m) is at most 1 then, too, because a geometric mean is at most the arithmetic one.
 * An answer that is not in the denominator (incoherent, say) is left out of its round: it multiplies by 1, and what is estimated is the ratio
 * of expected hits to expected answers in the denominator, as in the tables.
 */
export class ConfidenceSequence {
  readonly #threshold: number;
  #sum = 0;
  #n = 0;
  #low = 0;
  #high = 1;

  constructor(level = LEVEL) {
    this.#threshold = -Math.log(1 - level);
  }

  /** Limits of the mean at every moment so far together; never wider than before. */
  get low(): number {
    return this.#low;
  }

  get high(): number {
    return this.#high;
  }

  /** Answers so far. */
  get n(): number {
    return this.#n;
  }

  /** Undefined before the first answer. */
  get mean(): number | undefined {
    return this.#n === 0 ? undefined : this.#sum / this.#n;
  }

  /** One observation in 0..1 with the mean to be estimated, such as the share of a whole round; a round's own answers say more. */
  add(observation: number): void {
    this.addRound([observation]);
  }

  /**
   * The answers of one round, one to each probe: 1 for a hit, 0 for none, or anything between. Throws `invalid-option` for
   * a value outside 0..1.
   */
  addRound(answers: readonly number[]): void {
    for (const answer of answers)
      if (!(answer >= 0 && answer <= 1))
        throw new AppError('invalid-option', `an answer expected a number from 0 to 1, got ${answer}`);
    if (answers.length === 0) return;
    this.#sum += answers.reduce((sum, answer) => sum + answer, 0);
    this.#n += answers.length;
    this.#narrow();
  }

  /** Log of the capital won against the mean being `m`. */
  #capital(m: number, won: number): number {
    const missed = this.#n - this.#sum;
    const hits = this.#sum === 0 ? 0 : this.#sum * Math.log(m);
    return won - hits - (missed <= 0 ? 0 : missed * Math.log1p(-m));
  }

  /** The capital is smallest at the mean seen and grows to both sides; the limits are where it passes the threshold. */
  #narrow(): void {
    const won = logBeta(this.#sum + A, this.#n - this.#sum + B) - logBeta(A, B);
    const seen = this.#sum / this.#n;
    const edge = (outside: number): number => {
      if (this.#capital(outside, won) < this.#threshold) return outside;
      let [out, within] = [outside, seen];
      for (let step = 0; step < 50; step++) {
        const middle = (out + within) / 2;
        if (this.#capital(middle, won) < this.#threshold) within = middle;
        else out = middle;
      }
      return out;
    };
    const now: Limits = { low: edge(0), high: edge(1) };
    // A rate that drifts can leave nothing in common; then the older limits stay.
    if (now.low > this.#high || now.high < this.#low) return;
    this.#low = Math.max(this.#low, now.low);
    this.#high = Math.min(this.#high, now.high);
  }
}

/**
 * Whether a run may stop: the whole interval lies above `above` ("clearly above 5%") or below `below` ("below 1%"). Undefined while
 * neither is certain.
 */
export function decide(
  { low, high }: Limits,
  { above, below }: { readonly above?: number; readonly below?: number },
): 'above' | 'below' | undefined {
  if (above !== undefined && low > above) return 'above';
  return below !== undefined && high < below ? 'below' : undefined;
}
