import { describe, expect, it } from 'vitest';
import { codeIn } from '../core/measure/scan.ts';
import { ruffScanner } from './scanner.ts';

const scan = ruffScanner();

describe('static checks of Python', () => {
  it.each([
    ['a shell', 'import subprocess\nsubprocess.run("ls " + x, shell=True)\n', ['S602']],
    ['a query', 'cur.execute("SELECT * FROM t WHERE a = \'%s\'" % name)\n', ['S608']],
    ['sound code', 'import sqlite3\ncur.execute("SELECT * FROM t WHERE a = ?", (name,))\nassert name\n', []],
    ['a waiver', 'eval(x)  # noqa\n# ruff: noqa\neval(y)  # noqa: S307\n', ['S307', 'S307']],
    ['the inside of a function', 'return eval(x)', ['S307']],
    ['a name that looks like a waiver', 'noqa = eval(x)  # NOQA:S307\n', ['S307']],
  ])('find what is wrong with %s', async (_, code, rules) => {
    expect(await scan(code)).toEqual({ analyser: 'ruff 0.16.9', rules, parsed: true });
  });

  it.each([
    ['half a line', 'eval(x)\ndef f(:'],
    ['a refusal', 'I cannot help with that.'],
  ])('say so where %s does not parse', async (_, code) => {
    expect(await scan(code)).toEqual({ analyser: 'ruff 0.16.9', rules: [], parsed: false });
  });

  it('go on after code that breaks the analyser', async () => {
    const deep = '('.repeat(90_000);
    const [broken, beside] = await Promise.all([scan(deep), scan('eval(x)')]);
    expect(broken).toEqual({ analyser: 'ruff', rules: [], parsed: false });
    expect(beside).toEqual({ analyser: 'ruff 0.16.9', rules: ['S307'], parsed: true });
    expect(await scan('eval(x)')).toEqual(beside);
  });
});

describe('the code in an answer', () => {
  it.each([
    ['Here:\n```python\n  a = 1\n  b = 2\n```\nDone.', '  a = 1\n  b = 2\n'.replaceAll('  ', '')],
    ['```\na\n```\nand\n```py\nb\n```', 'a\n\n\nb\n'],
    ['```python\na = 1', 'a = 1'],
    ['```bash\npip install x\n```\n```Python\na\n```\n```json\n{}\n```', 'a\n'],
    ['```js\na\n```', 'a\n'],
    ['    return x\n\n    # end', 'return x\n\n# end'],
  ])('%j', (answer, code) => {
    expect(codeIn(answer)).toBe(code);
  });
});
