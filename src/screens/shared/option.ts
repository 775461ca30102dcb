/** One entry of a select box. */
export interface Option {
  readonly value: string;
  readonly label: string;
}
