export interface HeatCell {
  /** null where there is no number; drawn without colour. */
  readonly value: number | null;
  readonly text: string;
  /** Small print under it, such as its interval. */
  readonly detail?: string;
  /** The whole story of the cell, on hover and for screen readers. */
  readonly note: string;
}

export const HEAT_STEPS = 6;

/** Which of the six grounds a value gets: 0 for nothing, then five equal steps up to `max`. */
export function heatStep(value: number, max: number): number {
  if (value <= 0 || max <= 0) return 0;
  return Math.min(HEAT_STEPS - 1, Math.max(1, Math.ceil((value / max) * (HEAT_STEPS - 1))));
}
