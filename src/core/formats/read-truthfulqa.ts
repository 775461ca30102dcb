import type { Note } from '../pack/types.ts';
import { choicePack, wrongChoices, type ChoiceFile, type ChoiceProbe } from './choice-pack.ts';
import { numbered, textOf, type MadePack } from './made-pack.ts';
import type { FileRecord, Records } from './records.ts';
import { refuse } from './refuse.ts';

export const TRUTHFULQA_COLUMNS = [
  'Question',
  'Best Answer',
  'Correct Answers',
  'Incorrect Answers',
] as const;

/** Every answer ends in a full stop, as in the authors' code (`format_best`, `split_multi_answer`; Lin et al. 2022). */
function closed(text: string): string {
  const trimmed = text.trim();
  return trimmed === '' || trimmed.endsWith('.') ? trimmed : `${trimmed}.`;
}

/** `one; two` as the authors' `split_multi_answer` splits it. */
export function splitAnswers(text: string): readonly string[] {
  return text
    .split(';')
    .map(closed)
    .filter((answer) => answer !== '');
}

function choicesOf(record: FileRecord, notes: Note[]): readonly ChoiceFile[] {
  const text = (column: string): string => textOf(record.fields.get(column)) ?? '';
  const best = closed(text('Best Answer'));
  const correct = splitAnswers(text('Correct Answers'));
  const at = correct.indexOf(best);
  const right = correct.map((answer, index) => ({
    text: answer,
    right: true,
    ...(index === at ? { best: true } : {}),
  }));
  const wrong = splitAnswers(text('Incorrect Answers')).map((answer) => ({ text: answer, right: false }));
  if (at !== -1 || best === '') return [...right, ...wrong];
  notes.push({
    text: 'The best answer is not among the correct ones; counted as one of them.',
    line: record.line,
  });
  return [{ text: best, right: true, best: true }, ...right, ...wrong];
}

/**
 * TruthfulQA's table (Lin et al. 2022, arXiv 2109.07958): MC1 weighs the best answer, MC2 all correct ones, against the
 * incorrect ones, as texts after the question.
 * @throws AppError `invalid-file` with the line.
 */
export function readTruthfulQa({ records }: Records, file: string): MadePack {
  const notes: Note[] = [];
  const probes = records.map((record, at): ChoiceProbe => {
    const question = textOf(record.fields.get('Question'))?.trim();
    if (question === undefined) throw refuse(file, 'expected some text, got none', record.line, 'Question');
    const choices = choicesOf(record, notes);
    const wrong = wrongChoices(choices);
    if (wrong !== undefined) throw refuse(file, wrong, record.line);
    if (!choices.some(({ best }) => best === true)) {
      throw refuse(file, 'expected some text, got none', record.line, 'Best Answer');
    }
    const domain = textOf(record.fields.get('Category'))?.trim();
    return {
      ...{ id: numbered('q', at), question, choices, ask: 'texts' },
      ...(domain === undefined ? {} : { domain }),
    };
  });
  const description =
    'TruthfulQA: questions that people often answer wrongly. The log-probability of true answers is weighed against that of false ones (MC1: the best true one, MC2: all of them).';
  return choicePack(file, description, probes, notes);
}
