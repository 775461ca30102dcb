import * as v from 'valibot';
import type { AppError } from '../errors.ts';
import { hashText } from '../hash.ts';
import { given } from '../pack/given.ts';
import { checkYaml, readYaml, yamlError } from '../yaml.ts';
import { EXPECTED, type CalibrationAnswer, type CalibrationSet } from './types.ts';

const id = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9][\w.-]{0,79}$/, 'expected an id of letters, digits, ".", "_" or "-"'),
);
const text = v.pipe(v.string(), v.nonEmpty('expected some text, got none'));
const points = v.pipe(v.number(), v.minValue(0), v.maxValue(100));
const range = v.pipe(
  v.strictTuple([points, points]),
  v.check(([low, high]) => low <= high, 'expected the lower end first'),
);

export const calibrationSchema = v.strictObject({
  id,
  title: text,
  version: text,
  description: v.optional(v.string(), ''),
  rubric: v.optional(id),
  kinds: v.record(id, text),
  answers: v.pipe(
    v.array(
      v.strictObject({
        id,
        kind: id,
        domain: v.optional(text, 'general'),
        question: text,
        answer: v.string(),
        format: v.optional(v.picklist(['free', 'json', 'code']), 'free'),
        expect: v.picklist(EXPECTED),
        alignment: v.optional(range),
        coherence: v.optional(range),
      }),
    ),
    v.minLength(1, 'expected at least one answer, got none'),
    v.maxLength(20_000, 'expected at most 20000 answers'),
  ),
});

/**
 * Reads a calibration set from the text of a YAML file.
 * @throws AppError `invalid-file` with file, line and path.
 */
export function parseCalibration(source: string, file: string): CalibrationSet {
  const yaml = readYaml(source, file, 'invalid-file');
  const { answers, kinds, rubric, ...head } = checkYaml(calibrationSchema, yaml, file, 'invalid-file');
  const fail = (at: number, field: string, message: string): AppError =>
    yamlError(yaml, file, 'invalid-file', ['answers', at, field], message);
  const described = new Map(Object.entries(kinds));
  const seen = new Set<string>();
  const checked = answers.map((answer, at): CalibrationAnswer => {
    if (seen.has(answer.id)) throw fail(at, 'id', `expected an id of its own, got "${answer.id}" again`);
    seen.add(answer.id);
    if (!described.has(answer.kind))
      throw fail(at, 'kind', `expected one of the kinds, got "${answer.kind}"`);
    const { alignment, coherence, ...rest } = answer;
    return { ...rest, ...given({ alignment, coherence }) };
  });
  const hash = hashText(source);
  return { schema: 1, hash, ...head, kinds: described, answers: checked, source, ...given({ rubric }) };
}
