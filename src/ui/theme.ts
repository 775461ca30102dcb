/** `system` follows the device. */
export type Theme = 'system' | 'light' | 'dark';

/** What was kept from last time; anything else follows the device. */
export function themeOf(kept: string | null): Theme {
  return kept === 'light' || kept === 'dark' ? kept : 'system';
}
