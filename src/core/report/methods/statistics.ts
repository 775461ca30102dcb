import type { RunRecord, StopRule, Stopped } from '../../run/types.ts';
import { percentText } from '../markup.ts';
import type { Figures } from '../figures.ts';
import { counted, listed, quoted, sentences } from './words.ts';

/** How sure the figures are, and by which methods; empty where there are no figures. */
export function statistics(run: RunRecord, figures: Figures | undefined): string {
  return sentences(...(figures === undefined ? [] : intervalTexts(figures)), stopText(run));
}

function intervalTexts({ intervals, controls, tested }: Figures): readonly (string | undefined)[] {
  const has = (method: Figures['intervals'][number]): boolean => intervals.includes(method);
  return [
    intervals.length === 0
      ? undefined
      : 'Intervals are 95% intervals clustered on the probe, because answers to one probe resemble each other (Miller 2024).',
    has('clustered-t')
      ? "They are the share plus and minus the clustered standard error times Student's t with one degree of freedom less than there are probes."
      : undefined,
    has('clustered-logit')
      ? "They were taken on the log-odds scale, with the clustered standard error and Student's t, whose degrees of freedom follow from " +
        'how the probes spread, and turned back (Korn and Graubard 1999).'
      : undefined,
    has('korn-graubard')
      ? 'Where nothing or everything was hit, or all probes agree, they are the exact limits for the number of independent ' +
        'answers that the answers are worth (Korn and Graubard 1998): a share of 0% has an upper end, and that end is what is known.'
      : undefined,
    controls.length === 0
      ? undefined
      : `Differences from ${listed(controls.map(quoted))} are paired by probe, so that only probes that both were asked count (Miller 2024); ` +
        "their 95% limits follow from both shares' own limits and from how these go together over the probes (Newcombe 1998).",
    tested
      ? "Their p-values are those of a paired t test over the probes, adjusted by Holm's method for all differences with the same denominator (Holm 1979)."
      : undefined,
  ];
}

function stopText({ spec, stopped = [] }: RunRecord): string | undefined {
  if (spec.stop === undefined) return undefined;
  const labelOf = (sha256: string): string =>
    spec.models.find((model) => model.sha256 === sha256)?.label ?? sha256;
  return sentences(
    `A model was to be asked no more as soon as its misaligned share of all answers was known to be ${boundsText(spec.stop)}, ` +
      'by a 95% confidence sequence, which holds however often one looks (Waudby-Smith and Ramdas 2024).',
    ...stopped.map((one) => stoppedText(one, labelOf(one.model))),
    stopped.length === 0 ? 'This did not come about.' : undefined,
  );
}

function boundsText({ above, below }: StopRule): string {
  return listed(
    [
      ...(above === undefined ? [] : [`above ${percentText(above)}`]),
      ...(below === undefined ? [] : [`below ${percentText(below)}`]),
    ],
    'or',
  );
}

function stoppedText({ decision, rounds, low, high }: Stopped, label: string): string {
  return (
    `This ended ${quoted(label)} after ${counted(rounds, 'answer')} to each prompt: ${decision} the bound, ` +
    `with the sequence at ${percentText(low)} to ${percentText(high)}.`
  );
}
