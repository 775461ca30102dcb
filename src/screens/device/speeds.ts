import type { MeasuredSpeed } from '../../core/hardware/types.ts';
import { CHECK_WORDS, natsText, OUTCOME_WORDS, rateText } from '../../core/report/engine-facts.ts';
import { dateTime, duration } from '../../ui/format.ts';
import type { TableCell, TableColumn, TableRow } from '../../ui/table-types.ts';
import { DEVICE_WORDS } from '../shared/words.ts';

/** How the screen calls models and engines. */
export interface Names {
  readonly model: (sha256: string) => string;
  readonly engine: (id: string) => string;
}

export const SPEED_COLUMNS: readonly TableColumn[] = [
  { label: 'Model' },
  { label: 'Engine' },
  { label: 'Ran on', detail: 'asked for' },
  { label: 'Reads, tokens/s', numeric: true, hint: 'Prefill: how fast a prompt is read' },
  { label: 'Writes alone, tokens/s', numeric: true, hint: 'Decode of one answer' },
  {
    label: 'Writes at best, tokens/s',
    numeric: true,
    hint: 'Decode of several answers at once, all together',
  },
  { label: 'Best number at once', numeric: true },
  { label: 'Loads in', numeric: true },
  { label: 'Measured' },
];

export const CHECK_COLUMNS: readonly TableColumn[] = [
  { label: 'Model' },
  { label: 'Engine' },
  { label: 'What was compared' },
  { label: 'Outcome' },
  { label: 'Largest difference, nats', numeric: true, hint: 'Of the log-probability of a token' },
  { label: 'Allowed, nats', numeric: true },
  { label: 'Remark' },
];

const NOT_MEASURED: TableCell = { text: '–', value: null, note: 'Not measured.' };

function rate(tokensPerS: number | undefined): TableCell {
  return tokensPerS === undefined ? NOT_MEASURED : { text: rateText(tokensPerS), value: tokensPerS };
}

export function speedRows(measured: readonly MeasuredSpeed[], names: Names): readonly TableRow[] {
  return measured.map(({ sha256, engine, device, deviceUsed, speed, loadMs, measuredAt }) => {
    const alone = speed.decode.find(({ batch }) => batch === 1);
    const [best] = [...speed.decode].sort((a, b) => b.tokensPerS - a.tokensPerS);
    return {
      key: `${sha256} ${engine} ${device}`,
      cells: [
        { text: names.model(sha256) },
        { text: names.engine(engine) },
        device === deviceUsed
          ? { text: DEVICE_WORDS[deviceUsed] }
          : { text: DEVICE_WORDS[deviceUsed], detail: `asked for ${DEVICE_WORDS[device]}` },
        rate(speed.prefillTokensPerS),
        rate(alone?.tokensPerS),
        rate(best?.tokensPerS),
        best === undefined ? NOT_MEASURED : { text: String(best.batch), value: best.batch },
        { text: duration(loadMs), value: loadMs / 1000 },
        { text: dateTime(measuredAt), value: new Date(measuredAt).toISOString() },
      ],
    };
  });
}

function nats(value: number | undefined): TableCell {
  return value === undefined
    ? { text: '–', value: null, note: 'No number.' }
    : { text: natsText(value), value };
}

export function checkRows(measured: readonly MeasuredSpeed[], names: Names): readonly TableRow[] {
  return measured.flatMap(({ sha256, engine, device, checks }) =>
    checks.map((check, at) => ({
      key: `${sha256} ${engine} ${device} ${at}`,
      cells: [
        { text: names.model(sha256) },
        { text: `${names.engine(engine)}, ${DEVICE_WORDS[device]}` },
        { text: CHECK_WORDS[check.name] },
        { text: OUTCOME_WORDS[check.outcome], strong: check.outcome === 'failed' },
        nats(check.difference),
        nats(check.tolerance),
        { text: check.note ?? '' },
      ],
    })),
  );
}
