import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from './process.ts';
import { editorSchemas } from './schemas.ts';

it.each(Object.entries(editorSchemas()))(
  '%s is what the validator says; npm run schemas makes it',
  (file, text) => {
    const committed: unknown = JSON.parse(readFileSync(path.join(ROOT, file), 'utf8'));
    expect(committed).toEqual(JSON.parse(text));
  },
);
