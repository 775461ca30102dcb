import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  Legend,
  LineController,
  LineElement,
  LinearScale,
  PointElement,
  ScatterController,
  SubTitle,
  Title,
  Tooltip,
  type Plugin,
} from 'chart.js';
import { intervalBands } from './bands.ts';
import { errorBars, referenceLines, type Drawn } from './error-bars.ts';

// The library draws nothing that is not registered; what is left out is left out of the download too.
Chart.register(
  BarController,
  BarElement,
  CategoryScale,
  Legend,
  LineController,
  LineElement,
  LinearScale,
  PointElement,
  ScatterController,
  SubTitle,
  Title,
  Tooltip,
);

export { Chart };

/** What Assay draws beside the library's own, on the page and in a saved picture alike; labels of lines come last, above the marks. */
export function pluginsOf(drawn: Drawn): Plugin[] {
  return [intervalBands(drawn), errorBars(drawn), referenceLines(drawn)];
}
