import { afterAll, describe, expect, it } from 'vitest';
import { withBarrier } from './barrier.ts';
import { call, callable, construct, intercept, need, part, whole } from './reflect.ts';
import { LIBRARY_ADDRESS, MODEL_ADDRESS, serveOnly } from './sideload.ts';

describe('what is private to WebLLM', () => {
  class Thing {
    readonly size = 3;
    readonly name: string;
    constructor(name: string) {
      this.name = name;
    }
    hello(who: string): string {
      return `${who}, I am ${this.name}`;
    }
  }

  it('is reached by name', () => {
    const made = construct({ Thing }, 'Thing', 'Ada');
    expect(call(made, 'hello', 'Bob')).toBe('Bob, I am Ada');
    expect(need(made, 'name')).toBe('Ada');
    expect(whole(made, 'size')).toBe(3);
    expect(callable((a: number, b: number) => a + b, 'add')(1, 2)).toBe(3);
    expect(part(undefined, 'x')).toBeUndefined();
  });

  it.each([
    ['method', () => call({}, 'run')],
    ['member', () => need({ x: null }, 'x')],
    ['class', () => construct({}, 'Engine')],
    ['function', () => callable(1, 'decode')],
    ['whole number', () => whole({ length: 0.5 }, 'length')],
  ])('is missed with words: a %s', (what, work) => {
    expect(work).toThrow(new RegExp(`expected a ${what} "\\w+", got none: its version is another`));
  });

  it('can be watched as it is called', () => {
    const seen: unknown[] = [];
    expect(
      intercept(Thing.prototype, 'hello', (given, original) => {
        seen.push(given);
        return `${String(original('Eve'))}!`;
      }),
    ).toBe(true);
    expect(new Thing('Ada').hello('Bob')).toBe('Eve, I am Ada!');
    expect(seen).toEqual([['Bob']]);
    expect(intercept(Thing.prototype, 'missing', () => undefined)).toBe(false);
  });
});

describe('serveOnly', () => {
  const { fetch } = globalThis;
  const caches = Object.getOwnPropertyDescriptor(globalThis, 'caches');
  afterAll(() => {
    globalThis.fetch = fetch;
    if (caches !== undefined) Object.defineProperty(globalThis, 'caches', caches);
  });

  it('answers from the files and fetches nothing', async () => {
    const config = `${MODEL_ADDRESS}mlc-chat-config.json`;
    serveOnly(
      new Map([
        [config, new Blob(['{}'])],
        [LIBRARY_ADDRESS, new Blob(['wasm'])],
      ]),
    );
    const cache = await globalThis.caches.open('webllm/config');
    expect(await (await cache.match(config))?.text()).toBe('{}');
    expect(await (await cache.match(new Request(LIBRARY_ADDRESS)))?.text()).toBe('wasm');
    expect((await cache.keys()).map(({ url }) => url)).toEqual([config, LIBRARY_ADDRESS]);
    expect(await cache.match(`${MODEL_ADDRESS}other.bin`)).toBeUndefined();
    await expect(cache.add(`${MODEL_ADDRESS}other.bin`)).rejects.toThrow(
      /hold no .*other\.bin, and nothing is fetched/,
    );
    await expect(globalThis.fetch('https://example.org/')).rejects.toThrow(/nothing is fetched/);
  });
});

describe('withBarrier', () => {
  const shader = [
    'fn merge_state_inplace() {',
    '  let other : f32 = S[i];',
    '  S[i] = (log2((exp2(a) + exp2(b))) + top);',
    '}',
  ].join('\n');

  it('puts a barrier between what is read and what is written', () => {
    const lines = withBarrier(shader)?.split('\n');
    expect(lines?.[2]?.trim()).toBe('workgroupBarrier();');
    expect(lines?.filter((line) => !line.includes('workgroupBarrier'))).toEqual(shader.split('\n'));
  });

  it('says so where the shader is written otherwise', () => {
    expect(withBarrier('fn merge_state_inplace() { T[i] = 1; }')).toBeUndefined();
  });
});
