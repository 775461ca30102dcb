/**
 * Characters that would change how a text looks without being seen: controls other than tab and line feed,
 * zero-width and bidirectional ones, and line separators. They are shown by their number, as in `⟦U+202E⟧`.
 */
const HIDDEN =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

export function visibleText(text: string): string {
  return text.replace(
    HIDDEN,
    (character) => `⟦U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}⟧`,
  );
}

/** Characters shown before somebody asks for all. */
export const SHOWN = 4000;

/** The start of a text, never half of a surrogate pair. */
export function startOf(text: string, length: number): string {
  if (text.length <= length) return text;
  const last = text.charCodeAt(length - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length);
}

/** One line for a list: spaces joined, hidden characters shown. */
export function preview(text: string): string {
  return visibleText(startOf(text, 240).replaceAll(/\s+/g, ' ').trim());
}
