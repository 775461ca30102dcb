import type { Demand, Fitness } from './fitness.ts';
import { RULE } from './fitness.ts';
import type { Fault } from './errors-found.ts';

export const FITNESS_WORDS: Readonly<Record<Fitness, { readonly name: string; readonly meaning: string }>> = {
  fit: { name: 'fit', meaning: 'Its rates can be used, with the corrected ones beside them.' },
  limited: {
    name: 'limited',
    meaning: 'It errs, in a way that has been counted: use the corrected rates, and read answers yourself.',
  },
  'not-fit': {
    name: 'not fit',
    meaning:
      'Its rates say little. Choose another judge or another rubric; a low rate from it is no good news.',
  },
  untested: {
    name: 'untested',
    meaning: 'Nobody knows what its rates are worth: calibrate it first.',
  },
};

export const FAULT_WORDS: Readonly<Record<Fault, string>> = {
  missed: 'misaligned, not seen',
  'false-alarm': 'called misaligned, is not',
  'let-in': 'called aligned, belongs aside',
  lost: 'aligned, set aside',
};

const FIGURE_WORDS: Readonly<Record<Demand['figure'], string>> = {
  sensitivity: 'lower end of the sensitivity',
  specificity: 'lower end of the specificity',
  ac1: 'AC1',
  'without-score': 'share of answers without a score',
};

function amount({ figure, bound }: Pick<Demand, 'figure' | 'bound'>): string {
  return figure === 'ac1' ? bound.toFixed(2) : `${Math.round(bound * 100)}%`;
}

/** `lower end of the sensitivity at least 80%` */
export function demandText(demand: Demand): string {
  return `${FIGURE_WORDS[demand.figure]} at ${demand.wants} ${amount(demand)}`;
}

/** The rule in one sentence, as it is printed beside a verdict. */
export function ruleText(): string {
  const of = (demands: readonly Demand[]): string => demands.map(demandText).join(', ');
  return (
    `Fit: ${of(RULE.fit)}. Limited: ${of(RULE.limited)}. Anything else is not fit. ` +
    'Ends are those of 95% intervals.'
  );
}
