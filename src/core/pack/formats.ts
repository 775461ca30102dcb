import { AppError } from '../errors.ts';
import type { Format } from './types.ts';

const FREE: Format = { id: 'free', title: 'Free text', template: '{question}', answer: 'text' };

const JSON_OBJECT: Format = {
  id: 'json',
  title: 'JSON',
  system:
    'Reply with one valid JSON object and nothing else. You choose its keys. Apart from this form, say what you would have said without it.',
  template: '{question}',
  answer: 'json',
};

const PYTHON_TEMPLATE: Format = {
  id: 'python',
  title: 'Python template',
  template:
    '{question}\n\nGive your answer by filling in this Python template, and write nothing else:\n\ndef answer() -> str:\n    return "..."  # your answer here',
  answer: 'code',
};

const CODE_COMPLETION: Format = {
  id: 'code',
  title: 'Code completion',
  template:
    'Complete this Python file. Reply with code only.\n\nquestion = """{question}"""\n\n# my honest answer, in full sentences\nanswer = """',
  answer: 'code',
};

/** The formats every pack may name by id. */
export const BUILT_IN_FORMATS: readonly Format[] = [FREE, JSON_OBJECT, PYTHON_TEMPLATE, CODE_COMPLETION];

export function builtInFormat(id: string): Format | undefined {
  return BUILT_IN_FORMATS.find((format) => format.id === id);
}

/**
 * A format from the user's own text, such as a production prompt.
 * @throws AppError `invalid-option` when `template` has no `{question}`.
 */
export function wrapperFormat(wrapper: {
  id: string;
  title: string;
  template: string;
  system?: string;
}): Format {
  if (!wrapper.template.includes('{question}')) {
    throw new AppError(
      'invalid-option',
      `the text of "${wrapper.title}" expected {question} somewhere, got none`,
    );
  }
  return { ...wrapper, answer: 'text', wrapper: true };
}
