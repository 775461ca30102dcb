/** GPT-2's byte-level BPE writes each byte as one printable character (bytes_to_unicode in its encoder.py). */
export function byteLevel(): (token: string) => Uint8Array {
  const printable = (byte: number): boolean =>
    (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
  const bytes = new Map<string, number>();
  let moved = 0;
  for (let byte = 0; byte < 256; byte++) {
    bytes.set(String.fromCodePoint(printable(byte) ? byte : 256 + moved++), byte);
  }
  return (token) => Uint8Array.from(Array.from(token), (character) => bytes.get(character) ?? 0x3f);
}

/** SentencePiece writes a space as U+2581. */
export function spaced(token: string): Uint8Array {
  return new TextEncoder().encode(token.replaceAll('\u2581', ' '));
}
