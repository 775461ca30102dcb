import { AppError, toAppError } from '../core/errors.ts';
import { readRunFile } from '../core/formats/run-file.ts';
import { decodeText } from '../core/formats/text.ts';
import { openDatabase } from './database.ts';
import { asImported } from './imported.ts';
import type { RunImporter } from './run-importer.ts';

/** What can be read as one text; more than any run that fits the limits of a plan makes. */
const MAX_FILE_BYTES = 400_000_000;

export function runImporter(): RunImporter {
  return {
    async importRun(file) {
      const store = openDatabase();
      try {
        if (file.size > MAX_FILE_BYTES) {
          const message = `${file.name}: expected at most ${MAX_FILE_BYTES} bytes, got ${file.size}`;
          throw new AppError('invalid-file', message);
        }
        const text = decodeText(new Uint8Array(await file.arrayBuffer()), file.name);
        const whole = asImported(readRunFile(text, file.name));
        await store.putWholeRun(whole);
        return { run: whole.run };
      } catch (thrown) {
        const { code, message } = toAppError(thrown);
        return { failure: { code, message } };
      } finally {
        store.close();
      }
    },
  };
}
