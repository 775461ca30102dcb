import { AppError } from '../errors.ts';

/** What Assay would have to ignore to convert the model; `expected` and `got` complete the sentence. */
export function unsupported(file: string, expected: string, got: string): AppError {
  return new AppError('model-unsupported', `${file}: expected ${expected}, got ${got}`, { place: { file } });
}

/** A value of a JSON file as it is shown in a message. */
export function shown(value: unknown): string {
  const text = value === undefined ? 'nothing' : written(value);
  return text.length <= 120 ? text : `${text.slice(0, 117)}...`;
}

/** JSON that reads may still be nested too deeply to be written. */
function written(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return 'something nested too deeply to be shown';
  }
}
