import { cellKey } from '../../core/results/cell-key.ts';
import type { Denominator, RateCell } from '../../core/results/types.ts';
import type { HeatCell } from '../../ui/heat.ts';
import type { RunHeads } from '../shared/heads.ts';
import { probeKey, wordingKey, type RunTables } from '../shared/tables.ts';
import type { AnswerFilter } from './filter.ts';
import { heatCell, intervalHeat } from '../shared/heat-cell.ts';

/** A row of a heat table, and which answers stand behind it. */
export interface HeatRow {
  readonly label: string;
  readonly detail: string;
  readonly cells: readonly HeatCell[];
  readonly filter: Partial<AnswerFilter>;
}

/** A row for each probe, a column for each model. */
export function probeRows(
  heads: RunHeads,
  tables: Pick<RunTables, 'probeCells'>,
  format: string,
  of: Denominator,
): readonly HeatRow[] {
  return heads.probes.map(({ key, title, domain }) => ({
    label: title,
    detail: domain,
    filter: { probe: key, format },
    cells: heads.models.map(({ sha256, label }) =>
      heatCell(tables.probeCells.get(probeKey(sha256, format, key)), of, `${label}, ${title}`),
    ),
  }));
}

/** A row for each wording of the probes that have several. */
export function wordingRows(
  heads: RunHeads,
  cells: ReadonlyMap<string, RateCell>,
  format: string,
  of: Denominator,
): readonly HeatRow[] {
  return heads.probes
    .filter(({ wordings }) => wordings > 1)
    .flatMap(({ key, title, wordings }) =>
      Array.from({ length: wordings }, (_, wording) => ({
        label: title,
        detail: `wording ${wording + 1}`,
        filter: { probe: key, format, wording: String(wording) },
        cells: heads.models.map(({ sha256, label }) =>
          heatCell(
            cells.get(wordingKey(sha256, format, key, wording)),
            of,
            `${label}, ${title}, wording ${wording + 1}`,
          ),
        ),
      })),
    );
}

/** A row for each domain, a column for each format, of one model; each cell with its clustered interval. */
export function domainRows(
  heads: Pick<RunHeads, 'domains' | 'formats'>,
  cells: ReadonlyMap<string, RateCell>,
  model: { readonly sha256: string; readonly label: string },
  of: Denominator,
): readonly HeatRow[] {
  return heads.domains.map((domain) => ({
    label: domain,
    detail: '',
    filter: { model: model.sha256, domain },
    cells: heads.formats.map(({ id, title }) =>
      intervalHeat(cells.get(cellKey(model.sha256, id, domain)), of, `${model.label}, ${domain}, ${title}`),
    ),
  }));
}
