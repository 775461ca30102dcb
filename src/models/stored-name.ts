const LONGEST = 80;

/** Under which name a model's file lies in its folder: no other file's, and no path, whatever it was called before. */
export function storedName(at: number, name: string): string {
  return `${at}-${name.replace(/[^\w.-]+/g, '_').slice(-LONGEST)}`;
}
