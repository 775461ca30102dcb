import { expect, test } from 'vitest';
import { isForeign } from './origin.ts';

test.each([
  ['http://assay.localhost/', false],
  ['http://assay.localhost/assets/main.js?x=http://example.com', false],
  ['http://assay.localhost:80/', false],
  ['blob:http://assay.localhost/5f3c', false],
  ['data:text/plain,hello', false],
  ['about:blank', false],
  ['http://assay.localhost.example.com/', true],
  ['http://assay.localhost@example.com/', true],
  ['http://assay.localhost:8080/', true],
  ['https://assay.localhost/', true],
  ['https://example.com/', true],
  ['ws://assay.localhost/', true],
  ['file:///etc/hosts', true],
  ['', true],
])('%s is foreign: %s', (url, foreign) => {
  expect(isForeign(url, 'http://assay.localhost')).toBe(foreign);
});
