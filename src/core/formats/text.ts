import { AppError } from '../errors.ts';

// The core has no DOM library; both the browser and Node have this.
declare const TextDecoder: new (
  label: string,
  options: { fatal: boolean },
) => { decode(bytes: Uint8Array): string };

/** How many bytes at the front are UTF-8, found by halving. */
function goodBytes(bytes: Uint8Array): number {
  let good = 0;
  let bad = bytes.length;
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (isUtf8UpTo(bytes, middle)) good = middle;
    else bad = middle;
  }
  return good;
}

/** Bytes that a character takes, by its first one; 0 for one that begins none. */
function widthOf(first: number): number {
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first < 0xe0) return 2;
  if (first >= 0xe0 && first < 0xf0) return 3;
  return first >= 0xf0 && first < 0xf5 ? 4 : 0;
}

/** The same number or less, where no character is cut in two. */
function wholeCharacters(bytes: Uint8Array, end: number): number {
  for (let back = 1; back <= 3 && back <= end; back++) {
    const byte = bytes[end - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    return widthOf(byte) > back ? end - back : end;
  }
  return end;
}

function isUtf8UpTo(bytes: Uint8Array, end: number): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, wholeCharacters(bytes, end)));
    return true;
  } catch {
    return false;
  }
}

/** What a file that is no UTF-8 may be, with what to do about it. */
function otherBytes(bytes: Uint8Array): string {
  const advice = 'save it again as UTF-8 (spreadsheets call this “CSV UTF-8”)';
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return `UTF-16: ${advice}`;
  return bytes.subarray(0, 1000).includes(0)
    ? 'a file that is no text'
    : `text in another encoding: ${advice}`;
}

/**
 * The text of a file, without the mark that some programs put at its start.
 * @throws AppError `invalid-file` with the line of the first byte that is not UTF-8.
 */
export function decodeText(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    const line = bytes
      .subarray(0, goodBytes(bytes))
      .reduce((lines, byte) => lines + (byte === 10 ? 1 : 0), 1);
    throw new AppError('invalid-file', `${file}:${line}: expected UTF-8 text, got ${otherBytes(bytes)}`, {
      cause,
      place: { file, line },
    });
  }
}
