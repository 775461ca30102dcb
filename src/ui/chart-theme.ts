/** The app's colours as a canvas understands them. */
export interface ChartColours {
  readonly series: readonly string[];
  readonly text: string;
  readonly muted: string;
  readonly border: string;
  readonly surface: string;
}

const SERIES = [1, 2, 3, 4, 5, 6, 7, 8];

/** Reads the CSS variables at `host`. They go through a real element because a variable may hold any expression. */
export function readColours(host: Element): ChartColours {
  const sample = document.createElement('span');
  sample.hidden = true;
  host.append(sample);
  const colour = (variable: string): string => {
    sample.style.color = `var(${variable})`;
    return getComputedStyle(sample).color;
  };
  const colours = {
    series: SERIES.map((index) => colour(`--series-${index}`)),
    text: colour('--text'),
    muted: colour('--muted'),
    border: colour('--line'),
    surface: colour('--surface'),
  };
  sample.remove();
  return colours;
}

/** Calls back after the light or dark theme has changed, by the system or on the root element. */
export function onThemeChange(callback: () => void): () => void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const forced = matchMedia('(forced-colors: active)');
  const observer = new MutationObserver(callback);
  dark.addEventListener('change', callback);
  forced.addEventListener('change', callback);
  observer.observe(document.documentElement, { attributeFilter: ['data-theme', 'class', 'style'] });
  return () => {
    dark.removeEventListener('change', callback);
    forced.removeEventListener('change', callback);
    observer.disconnect();
  };
}
