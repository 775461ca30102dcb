import type { ChartSeries, ChartSpec } from './chart-types.ts';

type Units = Pick<ChartSpec, 'percent' | 'signed' | 'decimals'>;

/** A value as the chart and its table show it: `12.3%`, `+4.0 points`, `57.1`, or a dash where there is none. */
export function valueText(value: number | null, units: Units): string {
  if (value === null) return '–';
  if (units.signed === true) return `${signed(value * 100)} points`;
  if (units.percent === true) return `${(value * 100).toFixed(1)}%`;
  return units.decimals === undefined ? String(Math.round(value * 10) / 10) : plain(value, units.decimals);
}

/** With a real minus sign, and without one before a zero. */
function plain(value: number, decimals: number): string {
  const text = Math.abs(value).toFixed(decimals);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

/** The same for an axis, without decimals that a tick does not need. */
export function tickText(value: number, units: Units): string {
  const rounded = Math.round(value * 1000) / 10;
  if (units.signed === true) return rounded > 0 ? `+${rounded}` : String(rounded).replace('-', '−');
  return units.percent === true ? `${rounded}%` : String(Number(value.toFixed(6))).replace('-', '−');
}

function signed(points: number): string {
  const text = Math.abs(points).toFixed(1);
  if (text === '0.0') return '0.0';
  return points > 0 ? `+${text}` : `−${text}`;
}

/** `12.3% (5.0 to 20.1%)`, the bracket only where there is an interval. */
export function withInterval(
  value: number | null,
  low: number | null | undefined,
  high: number | null | undefined,
  units: Units,
): string {
  const text = valueText(value, units);
  if (value === null || typeof low !== 'number' || typeof high !== 'number') return text;
  return `${text} (${rangeText(low, high, units)})`;
}

/** Every value of a chart in words, for those who do not see it. */
export function described(labels: readonly string[], series: readonly ChartSeries[], units: Units): string {
  return series
    .map(({ label, values, low, high }) => {
      const told = labels.map((part, at) => {
        const value = values[at] ?? null;
        return `${part} ${value === null ? 'no number' : withInterval(value, low?.[at], high?.[at], units)}`;
      });
      return `${label}: ${told.join(', ')}.`;
    })
    .join(' ');
}

/** `5.0 to 20.1%`, `−2.8 to +1.1 points` */
export function rangeText(low: number, high: number, units: Units): string {
  const from = units.signed === true ? signed(low * 100) : valueText(low, units).replace('%', '');
  return `${from} to ${valueText(high, units)}`;
}
