import { AppError } from '../errors.ts';

/** Why a file is not taken: `file:line: path: message`. */
export function refuse(file: string, message: string, line?: number, path?: string): AppError {
  const where = line === undefined ? file : `${file}:${line}`;
  const text = path === undefined ? message : `${path}: ${message}`;
  const place = { file, ...(line === undefined ? {} : { line }), ...(path === undefined ? {} : { path }) };
  return new AppError('invalid-file', `${where}: ${text}`, { place });
}
