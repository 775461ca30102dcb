import { AppError, toAppError } from '../core/errors.ts';
import { readRunFile } from '../core/formats/run-file.ts';
import type { Judging } from '../core/judging/types.ts';
import type { RunRecord } from '../core/run/types.ts';
import { openDatabase } from './database.ts';
import type { RunImporter } from './run-importer.ts';

/** What another device was at work on is not at work here. */
function stopped(judging: Judging): Judging {
  return judging.status === 'running' ? { ...judging, status: 'paused' } : judging;
}

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
        const whole = readRunFile(await file.text(), file.name);
        const status = whole.run.status === 'running' ? 'paused' : whole.run.status;
        const run: RunRecord = { ...whole.run, status, imported: true };
        const judgings = (whole.judgings ?? []).map((each) => ({ ...each, judging: stopped(each.judging) }));
        await store.putWholeRun({ ...whole, run, judgings });
        return { run };
      } catch (thrown) {
        const { code, message } = toAppError(thrown);
        return { failure: { code, message } };
      } finally {
        store.close();
      }
    },
  };
}
