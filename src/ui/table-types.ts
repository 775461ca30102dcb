/** One cell of a table as data: what is shown, what is copied, and why something is missing. */
export interface TableCell {
  readonly text: string;
  /** Goes into the CSV in place of the text: the full number behind a rounded one, or null for none. */
  readonly value?: number | string | null;
  /** Read out and shown on hover, e.g. the reason for a dash. */
  readonly note?: string;
  /** Second line in small print, e.g. an interval. */
  readonly detail?: string;
  readonly strong?: boolean;
}

export interface TableColumn {
  readonly label: string;
  /** Numbers stand to the right. */
  readonly numeric?: boolean;
  /** Sentences, which go over several lines. */
  readonly wrap?: boolean;
  /** Name of the small print in the CSV; `interval` when absent. */
  readonly detail?: string;
  /** Plain words on what the column counts, on hover and for screen readers. */
  readonly hint?: string;
}

export interface TableRow {
  readonly key: string;
  /** The first one heads the row. */
  readonly cells: readonly TableCell[];
  /** Starts a new group of rows: drawn with a line above. */
  readonly group?: boolean;
}
