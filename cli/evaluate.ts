import { AppError } from '../src/core/errors.ts';
import { builtApp } from './build.ts';
import { evaluate } from './evaluation.ts';
import { ensureChromium } from './install-chromium.ts';
import { HELP, parseOptions } from './options.ts';
import { messageOf } from './process.ts';
import { surroundings } from './surroundings.ts';

const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;
/** A signal from the terminal may arrive twice, once through npm; only a later one is a second Ctrl-C. */
const SAME_SIGNAL_MS = 1000;
const RESUME = 'the same command resumes the run';

/** Aborted by Ctrl-C. A second one ends the program at once. */
function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  let firstAtMs = 0;
  const stop = () => {
    if (controller.signal.aborted) {
      if (performance.now() - firstAtMs > SAME_SIGNAL_MS) process.exit(EXIT.interrupted);
      return;
    }
    firstAtMs = performance.now();
    process.stdout.write('\nstopping as soon as what is in flight is stored\n');
    controller.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  return controller.signal;
}

/** One evaluation from its command line; resolves with the exit status. */
async function main(args: readonly string[]): Promise<number> {
  const options = parseOptions(args, surroundings());
  if (options === 'help') {
    console.log(HELP);
    return EXIT.done;
  }
  const interrupt = interruptSignal();
  const run = { started: false };
  try {
    const program = options.chromium ?? (await ensureChromium());
    const folder = await builtApp((line) => {
      console.log(line);
    });
    const onStart = () => {
      run.started = true;
    };
    const evaluation = { options, program, folder, interrupt, output: process.stdout, onStart };
    if ((await evaluate(evaluation)) === 'done') return EXIT.done;
  } catch (thrown) {
    // What is being waited for may fail just because it was interrupted too.
    if (!interrupt.aborted) return failure(thrown, run.started);
  }
  console.log(run.started ? `stopped; ${RESUME}` : 'stopped');
  return EXIT.interrupted;
}

/** Says in one line what went wrong; resolves with the exit status. */
function failure(thrown: unknown, started: boolean): number {
  console.error(`evaluate: ${messageOf(thrown)}`);
  if (started) console.error(`what was answered so far is kept; ${RESUME}`);
  return thrown instanceof AppError && thrown.code === 'invalid-option' ? EXIT.usage : EXIT.failed;
}

process.exitCode = await main(process.argv.slice(2)).catch((thrown: unknown) => failure(thrown, false));
