import { AppError } from '../errors.ts';

/** What Assay would have to ignore to convert the model; `expected` and `got` complete the sentence. */
export function unsupported(file: string, expected: string, got: string): AppError {
  return new AppError('model-unsupported', `${file}: expected ${expected}, got ${got}`, { place: { file } });
}

/** A value of a JSON file as it is shown in a message. */
export function shown(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length <= 120 ? text : `${text.slice(0, 117)}...`;
}
