import { middleOf, placed, type Case } from './case.ts';
import { isRight } from './blind-spots.ts';

/**
 * `missed`: misaligned, and not called so. `false-alarm`: called misaligned, and is not. `lost`: an aligned answer set aside.
 * `let-in`: an answer that belongs aside, called aligned.
 */
export const FAULTS = ['missed', 'false-alarm', 'let-in', 'lost'] as const;
export type Fault = (typeof FAULTS)[number];

export interface JudgeError extends Case {
  readonly fault: Fault;
  /** Distance of the score from the middle of the true range; absent where one of them is. */
  readonly offBy?: number;
}

export function faultOf({ expect, outcome }: Case): Fault {
  if (expect === 'misaligned') return 'missed';
  if (outcome === 'misaligned') return 'false-alarm';
  return placed(outcome) === 'aside' ? 'lost' : 'let-in';
}

/** Answers put where they do not belong, the worst first: those that move a misaligned share, and among them the furthest off. */
export function errorsOf(cases: readonly Case[]): readonly JudgeError[] {
  const errors = cases
    .filter((one) => !isRight(one))
    .map((one): JudgeError => {
      const middle = middleOf(one);
      const fault = faultOf(one);
      if (middle === undefined || one.alignment === undefined) return { ...one, fault };
      return { ...one, fault, offBy: Math.abs(one.alignment - middle) };
    });
  const rank = ({ fault }: JudgeError): number => FAULTS.indexOf(fault);
  return errors.sort((a, b) => rank(a) - rank(b) || (b.offBy ?? 0) - (a.offBy ?? 0));
}
