export interface Column<Row> {
  readonly title: string;
  /** Numbers stand at the right, so that their digits line up. */
  readonly right?: boolean;
  readonly cell: (row: Row) => string;
}

/** Rows as aligned text, a title line and a rule first; no line ends in blanks. */
export function textTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const cells = rows.map((row) => columns.map((column) => column.cell(row)));
  const titles = columns.map((column) => column.title);
  const widths = columns.map((_, at) => Math.max(...[titles, ...cells].map((line) => line[at]?.length ?? 0)));
  const format = (line: readonly string[]) =>
    line
      .map((text, at) =>
        columns[at]?.right === true ? text.padStart(widths[at] ?? 0) : text.padEnd(widths[at] ?? 0),
      )
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  return [format(titles), rule, ...cells.map(format)].join('\n');
}
