/** What stands where there is no number. Missing is not zero. */
export const NONE = '-';

function hundred(share: number): string {
  return (share * 100).toFixed(1);
}

/** `12.5%` of a share of 1. */
export function percent(share: number | null): string {
  return share === null ? NONE : `${hundred(share)}%`;
}

/** `10.0 to 50.0`, in percent unless `text` writes it otherwise. */
export function interval(
  low: number | null,
  high: number | null,
  text: (value: number) => string = hundred,
): string {
  return low === null || high === null ? NONE : `${text(low)} to ${text(high)}`;
}
