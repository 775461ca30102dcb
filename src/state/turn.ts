import { AppError } from '../core/errors.ts';

/** One thing at a time has the engines: a run, or a measurement. */
export class Turn {
  #held: string | undefined;

  /** Takes the turn; the function it returns gives it back. @throws AppError `invalid-option`, saying who has it. */
  take(what: string): () => void {
    if (this.#held !== undefined) throw new AppError('invalid-option', this.#held);
    this.#held = what;
    return () => {
      this.#held = undefined;
    };
  }
}
