/** Addresses that never leave the page. */
const INSIDE = ['blob:', 'data:', 'about:'];

/** Whether a request goes anywhere but to the app's own origin (`http://assay.localhost`). */
export function isForeign(url: string, origin: string): boolean {
  if (INSIDE.some((scheme) => url.startsWith(scheme))) return false;
  return !URL.canParse(url) || new URL(url).origin !== origin;
}
