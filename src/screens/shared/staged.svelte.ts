/**
 * The newest value, handed to the parts of a page one after the other, each in a task of its own: what a page shows of many numbers would
 * hold it up if it came, or changed, all at once. While newer values keep coming, every part still gets its turn.
 */
export class Staged<T> {
  #shown = $state.raw<readonly (T | undefined)[]>([]);
  #newest: T | undefined;
  #parts = 0;
  #next = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** What this part shows now; undefined before its first turn. */
  at(part: number): T | undefined {
    return this.#shown[part];
  }

  /** Call it from an effect: it reads nothing reactive. */
  put(value: T, parts: number): void {
    this.#newest = value;
    this.#parts = parts;
    this.#timer ??= setTimeout(() => {
      this.#step();
    }, 0);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #step(): void {
    this.#timer = undefined;
    const shown = Array.from({ length: this.#parts }, (_, part) => this.#shown[part]);
    const behind = [...shown.keys()].filter((part) => shown[part] !== this.#newest);
    const part = behind.find((each) => each >= this.#next) ?? behind[0];
    if (part === undefined) return;
    shown[part] = this.#newest;
    this.#shown = shown;
    this.#next = part + 1;
    if (behind.length > 1)
      this.#timer = setTimeout(() => {
        this.#step();
      }, 0);
  }
}
