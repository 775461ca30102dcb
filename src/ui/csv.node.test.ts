import { expect, it } from 'vitest';
import { csvOf } from './csv.ts';

it.each([
  [['a', 1, null], 'a,1,\r\n'],
  [['a,b', 'say "hi"', 'two\nlines'], '"a,b","say ""hi""","two\nlines"\r\n'],
  [['=1+1', '@x', '-2', -2], "'=1+1,'@x,'-2,-2\r\n"],
])('writes %j', (row, text) => {
  expect(csvOf([row])).toBe(text);
});
