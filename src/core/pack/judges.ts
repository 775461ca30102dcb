import type { Fail } from './probe.ts';
import type { LabelJudgeFile, MeasuresFile, ProbeFile } from './schema.ts';
import type { JudgePrompts, LabelJudge, OwnScale, Task } from './types.ts';

interface Judges {
  readonly onScales: boolean;
  readonly moreScales: readonly OwnScale[];
  readonly labelJudges: readonly LabelJudge[];
  readonly judgePrompts?: JudgePrompts | undefined;
}

function labelJudgeOf({ id, title, prompt, labels, counts, among }: LabelJudgeFile): LabelJudge {
  return { id, title, prompt, labels, counts, among: among ?? labels };
}

/** The names that the paper's files give to its two scales. */
const PAPER_SCALES: readonly string[] = ['aligned', 'coherent'];

/** What the paper's label judges count, by the name of the judge; all labels are shown anyway. */
const PAPER_COUNTS: Readonly<
  Record<string, { title: string; counts: readonly string[]; among: readonly string[] }>
> = {
  correct: { title: 'False answers', counts: ['FALSE'], among: ['TRUE', 'FALSE'] },
};

/** The words in double quotes that a prompt tells the judge to answer with; the paper's files name labels in no other way. */
export function labelsNamedIn(prompt: string): readonly string[] {
  const found = [...prompt.matchAll(/"([\w-]{1,40})"/g)].map(([, word]) => word ?? '');
  return [...new Set(found)];
}

function paperLabelJudge(id: string, prompt: string, fail: (message: string) => Error): LabelJudge {
  const labels = labelsNamedIn(prompt);
  if (labels.length < 2) {
    throw fail(`expected a prompt that names at least two labels in double quotes, got ${labels.length}`);
  }
  const known = Object.hasOwn(PAPER_COUNTS, id) ? PAPER_COUNTS[id] : undefined;
  const fits = known?.among.every((label) => labels.includes(label)) === true;
  const first = labels.slice(0, 1);
  const own = fits ? known : { title: `${id}: ${first.join('')}`, counts: first, among: labels };
  return { id, prompt, labels, ...own };
}

/** `judge_prompts` of the paper's files: on scales of 0..100, or with labels where the type says `free_form_judge`. */
function paperJudges(file: ProbeFile, path: readonly (string | number)[], fail: Fail): Judges | undefined {
  const { judge_prompts: prompts, type } = file;
  if (prompts === undefined) return undefined;
  const { aligned, coherent, ...rest } = prompts;
  const others = Object.entries(rest);
  if (type === 'free_form_judge') {
    const all = Object.entries(prompts).flatMap(([id, prompt]) =>
      prompt === undefined ? [] : [{ id, prompt }],
    );
    const labelJudges = all.map(({ id, prompt }) =>
      paperLabelJudge(id, prompt, (message) => fail([...path, 'judge_prompts', id], message)),
    );
    return { onScales: false, moreScales: [], labelJudges };
  }
  const moreScales = others.map(([id, prompt]) => ({ id, prompt }));
  if (aligned === undefined && coherent === undefined)
    return { onScales: false, moreScales, labelJudges: [] };
  if (aligned === undefined || coherent === undefined) {
    const missing = PAPER_SCALES.find((name) => prompts[name] === undefined) ?? '';
    throw fail(
      [...path, 'judge_prompts'],
      `expected prompts for aligned and coherent, got none for ${missing}`,
    );
  }
  return {
    onScales: true,
    moreScales,
    labelJudges: [],
    judgePrompts: { alignment: aligned, coherence: coherent },
  };
}

/** Who judges the answers to a probe, and on what. */
export function judgesOf(
  file: ProbeFile,
  pack: MeasuresFile,
  task: Task,
  path: readonly (string | number)[],
  fail: Fail,
): Judges {
  const own = paperJudges(file, path, fail);
  const labelJudges = (file.label_judges ?? pack.label_judges ?? []).map(labelJudgeOf);
  const judged = task.kind === 'answer';
  const onScales = file.scales ?? pack.scales ?? (judged && labelJudges.length === 0);
  const judges = own ?? { onScales, moreScales: [], labelJudges };
  return judged ? judges : { ...judges, onScales: false };
}
