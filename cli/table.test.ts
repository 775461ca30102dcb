import { describe, expect, test } from 'vitest';
import { textTable, type Column } from './table.ts';

interface Fruit {
  readonly name: string;
  readonly count: number;
}
const COLUMNS: readonly Column<Fruit>[] = [
  { title: 'fruit', cell: (row) => row.name },
  { title: 'n', right: true, cell: (row) => String(row.count) },
  { title: 'note', cell: (row) => (row.count > 9 ? 'many' : '') },
];

describe('textTable', () => {
  test('aligns columns to their widest cell or title', () => {
    const rows = [
      { name: 'fig', count: 3 },
      { name: 'pineapple', count: 120 },
    ];
    expect(textTable(COLUMNS, rows).split('\n')).toEqual([
      'fruit        n  note',
      '---------  ---  ----',
      'fig          3',
      'pineapple  120  many',
    ]);
  });

  test('without rows there are still titles', () => {
    expect(textTable(COLUMNS, [])).toBe('fruit  n  note\n-----  -  ----');
  });
});
