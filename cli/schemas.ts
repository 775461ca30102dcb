import { writeFileSync } from 'node:fs';
import { toJsonSchema } from '@valibot/to-json-schema';
import { calibrationSchema } from '../src/core/calibration/parse.ts';
import { packSchema } from '../src/core/pack/schema.ts';
import { rubricSchema } from '../src/core/judge/rubric.ts';

/** The schemas that editors use, made from the validator so that there is one truth. */
export function editorSchemas(): Readonly<Record<string, string>> {
  const options = { errorMode: 'ignore', typeMode: 'input' } as const;
  const text = (title: string, schema: object): string =>
    `${JSON.stringify({ title, ...schema }, null, 2)}\n`;
  return {
    'probes/pack.schema.json': text('Assay probe pack', toJsonSchema(packSchema, options)),
    'probes/calibration.schema.json': text('Assay calibration set', toJsonSchema(calibrationSchema, options)),
    'probes/rubric.schema.json': text('Assay judge rubric', toJsonSchema(rubricSchema, options)),
  };
}

if (process.argv[1]?.endsWith('schemas.ts') === true) {
  for (const [file, text] of Object.entries(editorSchemas())) writeFileSync(file, text);
}
