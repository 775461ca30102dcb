import * as v from 'valibot';
import { choicePack, wrongChoices, type ChoiceFile, type ChoiceProbe } from './choice-pack.ts';
import { numbered, textOf, type MadePack } from './made-pack.ts';
import { fieldsOf, type FileRecord, type Records } from './records.ts';
import { refuse } from './refuse.ts';

type Fields = FileRecord['fields'];
/** Choices, or why there are none. */
type Found = { readonly choices: readonly ChoiceFile[]; readonly ask: ChoiceProbe['ask'] } | string;

const texts = v.array(v.string());
const labels = v.array(v.union([v.picklist([0, 1]), v.boolean()]));
const listed = v.object({ choices: texts, labels });
const keyed = v.object({ text: texts, label: v.array(v.union([v.string(), v.number()])) });

/** Columns of which one must be there beside `question`. */
export const CHOICE_COLUMNS = ['choices', 'mc1_targets', 'mc2_targets'] as const;
const DOMAINS = ['category', 'subject', 'domain', 'topic'] as const;

function labelled(
  choices: readonly string[],
  marks: readonly (0 | 1 | boolean)[],
): readonly ChoiceFile[] | string {
  if (choices.length !== marks.length) {
    return `expected one label for each choice, got ${marks.length} for ${choices.length}`;
  }
  return choices.map((text, at) => ({ text, right: marks[at] === 1 || marks[at] === true }));
}

/** `{choices, labels}`, or texts with 0 or 1 each. */
function targets(value: unknown): readonly ChoiceFile[] | string {
  const lists = v.safeParse(listed, value);
  if (lists.success) return labelled(lists.output.choices, lists.output.labels);
  const byText = fieldsOf(value);
  const marks = v.safeParse(labels, [...(byText?.values() ?? [])]);
  if (byText === undefined || !marks.success) return 'expected choices and labels of 0 and 1';
  return labelled([...byText.keys()], marks.output);
}

/** MC2 names all right answers, MC1 the best of them. */
function fromTargets(fields: Fields): Found {
  const one = fields.get('mc1_targets');
  const many = fields.get('mc2_targets');
  const best = one === undefined ? [] : targets(one);
  if (typeof best === 'string') return `mc1_targets: ${best}`;
  const all = many === undefined ? best : targets(many);
  if (typeof all === 'string') return `mc2_targets: ${all}`;
  const known = new Set(all.map(({ text }) => text));
  const wanted = best.find(({ right }) => right)?.text;
  const choices = [...all, ...best.filter(({ text }) => !known.has(text))];
  const at = choices.findIndex(({ text, right }) => right && text === wanted);
  return {
    ask: 'texts',
    choices: choices.map((choice, index) => (index === at ? { ...choice, best: true } : choice)),
  };
}

/** Which choice is right: its index from 0, its letter, its own label or its text. */
function rightOne(answer: unknown, choices: readonly string[], names: readonly string[]): number {
  if (typeof answer === 'number') return Number.isInteger(answer) && answer < choices.length ? answer : -1;
  if (typeof answer !== 'string') return -1;
  const wanted = answer.trim();
  const named = names.indexOf(wanted);
  if (named !== -1) return named;
  if (/^\d{1,2}$/.test(wanted)) return Number(wanted) < choices.length ? Number(wanted) : -1;
  if (/^[A-Za-z]$/.test(wanted)) {
    const letter = wanted.toUpperCase().charCodeAt(0) - 65;
    if (letter < choices.length) return letter;
  }
  return choices.indexOf(wanted);
}

function withOneRight(choices: readonly string[], names: readonly string[], answer: unknown): Found {
  const at = rightOne(answer, choices, names);
  if (at < 0) return 'expected an answer that names one of the choices by index, letter or label';
  return {
    ask: 'letters',
    choices: choices.map((text, index) => ({
      text,
      right: index === at,
      ...(index === at ? { best: true } : {}),
    })),
  };
}

function fromChoices(fields: Fields): Found {
  const value = fields.get('choices');
  const answer = fields.get('answerKey') ?? fields.get('answer') ?? fields.get('label');
  const own = v.safeParse(keyed, value);
  if (own.success) {
    const { text, label } = own.output;
    if (text.length !== label.length)
      return `choices: expected a label for each text, got ${label.length} for ${text.length}`;
    return withOneRight(text, label.map(String), answer);
  }
  const list = v.safeParse(texts, value);
  if (!list.success) return 'choices: expected a list of texts, or lists text and label';
  const marks = v.safeParse(labels, fields.get('labels'));
  if (!marks.success) return withOneRight(list.output, [], answer);
  const choices = labelled(list.output, marks.output);
  return typeof choices === 'string' ? `labels: ${choices}` : { ask: 'texts', choices };
}

function probeOf(record: FileRecord, at: number, file: string): ChoiceProbe {
  const { fields, line } = record;
  const question = textOf(fields.get('question'))?.trim();
  if (question === undefined) throw refuse(file, 'expected some text, got none', line, 'question');
  const found =
    fields.has('mc1_targets') || fields.has('mc2_targets') ? fromTargets(fields) : fromChoices(fields);
  const wrong = typeof found === 'string' ? found : wrongChoices(found.choices);
  if (typeof found === 'string' || wrong !== undefined) throw refuse(file, wrong ?? '', line);
  const domain = DOMAINS.map((name) => textOf(fields.get(name))?.trim()).find((text) => text !== undefined);
  return { id: numbered('q', at), question, ...found, ...(domain === undefined ? {} : { domain }) };
}

/**
 * Multiple choice in the layouts that data sets on Hugging Face have: `choices` with `answer` (index or letter), with
 * `answerKey`, with `labels`, or `mc1_targets` and `mc2_targets`.
 * @throws AppError `invalid-file` with the line.
 */
export function readChoices({ records }: Records, file: string): MadePack {
  const probes = records.map((record, at) => probeOf(record, at, file));
  const description =
    'Multiple choice: the log-probability of each choice is read, nothing is sampled. From a file of questions, choices and right answers.';
  return choicePack(file, description, probes, []);
}
