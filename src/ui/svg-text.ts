/**
 * Text for XML, in content and in quoted attributes alike. What XML 1.0 has no place for (control characters, half
 * surrogates, U+FFFE and U+FFFF) becomes a replacement character, or no viewer would open the file.
 */
export function xmlText(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** A length in user units: hundredths are finer than any screen or print shows. */
export function units(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** ` name="value"` for each attribute that has a value. */
export function attributes(of: Readonly<Record<string, string | number | undefined>>): string {
  return Object.entries(of)
    .map(([name, value]) =>
      value === undefined ? '' : ` ${name}="${typeof value === 'number' ? units(value) : xmlText(value)}"`,
    )
    .join('');
}

/** A computed colour as SVG has it, the opacity apart: many programs read no `rgba()` in SVG. */
export function paintOf(colour: string, alpha: number): { paint: string; opacity: number | undefined } {
  const [, red, green, blue, own] = /^rgba\((\d+), (\d+), (\d+), ([\d.]+)\)$/.exec(colour) ?? [];
  const opacity = Number(own ?? 1) * alpha;
  return {
    paint: own === undefined ? colour : `rgb(${red}, ${green}, ${blue})`,
    opacity: opacity === 1 ? undefined : opacity,
  };
}
