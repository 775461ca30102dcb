/** Something that may be an id, made of any text; empty where nothing of the text can stand in one. */
export function idFromText(text: string): string {
  const id = text.replace(/[^\w.-]+/g, '-').replace(/^[^A-Za-z0-9]+/, '');
  return id.slice(0, 80);
}

/** The id of a pack whose file gives it none; the same again for a file that is named by this id. */
export function idFromFile(file: string): string {
  const name = file.replace(/^.*[\\/]/, '').replace(/\.(ya?ml|json|jsonl|csv|tsv)$/i, '');
  return idFromText(name) || 'pack';
}

/** Ids of their own for texts that may become the same id, in the order in which they come. */
export class OwnIds {
  readonly #given = new Map<string, string>();
  readonly #used = new Set<string>();
  /** How often an id was wanted, so that thousands of texts with the same one do not search for long. */
  readonly #wanted = new Map<string, number>();

  /** The same id for the same text. */
  of(text: string): string {
    const known = this.#given.get(text);
    if (known !== undefined) return known;
    const wanted = idFromText(text) || 'q';
    let id = wanted;
    for (let times = this.#wanted.get(wanted) ?? 1; this.#used.has(id);) {
      times += 1;
      this.#wanted.set(wanted, times);
      id = `${wanted.slice(0, 70)}-${times}`;
    }
    this.#used.add(id);
    this.#given.set(text, id);
    return id;
  }
}
