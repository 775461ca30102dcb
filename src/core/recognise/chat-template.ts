import { chatTemplateOf } from '../huggingface/template.ts';
import { tokenizerConfigSchema } from '../huggingface/tokenizer-schema.ts';
import { readJson } from '../mlc/json.ts';
import { readText, type Placed } from './pile.ts';

const MAX_BYTES = 16 * 1024 * 1024;

/** The part of a pile of files that is asked for one of a folder. */
interface Folder {
  in(folder: string, name: string): Placed | undefined;
}

/** The chat template of a folder, of its own file or of tokenizer_config.json; rejects where either is damaged. */
export async function chatTemplateIn(folder: string, pile: Folder): Promise<string | undefined> {
  const jinja = pile.in(folder, 'chat_template.jinja');
  const config = pile.in(folder, 'tokenizer_config.json');
  return chatTemplateOf(
    jinja === undefined ? undefined : await readText(jinja, MAX_BYTES),
    config === undefined
      ? undefined
      : readJson(await readText(config, MAX_BYTES), tokenizerConfigSchema, config.name),
  );
}
