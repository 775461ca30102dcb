import { toAppError, type AppError } from '../../core/errors.ts';
import type { ReadPack } from '../../core/pack/parse.ts';
import type { IntakeState } from '../../state/types.ts';

/** Typing has stopped. */
const QUIET_MS = 250;

/** The text of a pack while it is written, and what is wrong with it. */
export class DraftCheck {
  readonly #intake: IntakeState;
  readonly #file: string;
  #text = $state('');
  #read = $state.raw<ReadPack | undefined>();
  #error = $state.raw<AppError | undefined>();
  #waiting = $state(false);
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(intake: IntakeState, file: string) {
    this.#intake = intake;
    this.#file = file;
  }

  get text(): string {
    return this.#text;
  }

  set text(text: string) {
    this.#text = text;
    this.#waiting = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      void this.#check(text);
    }, QUIET_MS);
  }

  /** The pack that the text is; undefined while it is none. */
  get read(): ReadPack | undefined {
    return this.#read;
  }

  get error(): AppError | undefined {
    return this.#error;
  }

  /** The text has changed since it was last looked at. */
  get waiting(): boolean {
    return this.#waiting;
  }

  /** Stores the text; rejects with what is wrong with it. */
  save() {
    return this.#intake.save(this.#text, this.#file);
  }

  async #check(text: string): Promise<void> {
    let read: ReadPack | undefined;
    let error: AppError | undefined;
    try {
      read = await this.#intake.check(text, this.#file);
    } catch (thrown) {
      error = toAppError(thrown);
    }
    if (text !== this.#text) return;
    this.#read = read;
    this.#error = error;
    this.#waiting = false;
  }
}
