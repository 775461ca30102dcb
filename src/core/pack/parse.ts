import { hashText } from '../hash.ts';
import { checkYaml, readYaml, yamlError, type YamlFile } from '../yaml.ts';
import type { AppError } from '../errors.ts';
import type { Message } from '../engine.ts';
import { BUILT_IN_FORMATS, builtInFormat } from './formats.ts';
import { packSchema, probeListSchema, type OwnFormatFile, type PackFile, type ProbeFile } from './schema.ts';
import type { Format, Pack, Probe, Wording } from './types.ts';

type Fail = (path: readonly (string | number)[], message: string) => AppError;

/** Drops the fields that are not set, as exactOptionalPropertyTypes wants. */
function given<Fields extends object>(fields: Fields): { [Key in keyof Fields]?: NonNullable<Fields[Key]> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  const kept: { [Key in keyof Fields]?: NonNullable<Fields[Key]> } = {};
  return Object.assign(kept, Object.fromEntries(entries));
}

function ownFormat(file: OwnFormatFile): Format {
  const { id, title, template, answer, system, raw } = file;
  return { id, title, template, answer, ...given({ system, raw }) };
}

function formatsOf(file: PackFile, fail: Fail): readonly Format[] {
  const known = BUILT_IN_FORMATS.map((format) => format.id).join(', ');
  return file.formats.map((entry, at) => {
    if (typeof entry !== 'string') return ownFormat(entry);
    const format = builtInFormat(entry);
    if (format === undefined) {
      throw fail(['formats', at], `expected one of ${known} or a format of the file's own, got "${entry}"`);
    }
    return format;
  });
}

function wordingsOf(probe: ProbeFile, path: readonly (string | number)[], fail: Fail): readonly Wording[] {
  const { paraphrases, turns } = probe;
  if ((paraphrases === undefined) === (turns === undefined)) {
    throw fail(path, `expected either paraphrases or turns, got ${turns === undefined ? 'neither' : 'both'}`);
  }
  if (turns !== undefined) {
    if (turns.at(-1)?.role !== 'user')
      throw fail([...path, 'turns'], "expected the last turn to be the user's");
    return [turns];
  }
  const asked = (content: string): readonly Message[] => [{ role: 'user', content }];
  return (paraphrases ?? []).map(asked);
}

function probeOf(file: ProbeFile, path: readonly (string | number)[], fail: Fail): Probe {
  const prompts = file.judge_prompts;
  const judgePrompts =
    prompts?.aligned === undefined || prompts.coherent === undefined
      ? undefined
      : { alignment: prompts.aligned, coherence: prompts.coherent };
  return {
    id: file.id,
    title: file.title ?? file.id.replaceAll('_', ' '),
    domain: file.domain,
    wordings: wordingsOf(file, path, fail),
    context: file.context,
    formats: file.formats,
    ...given({
      system: file.system,
      rubric: file.rubric,
      judgePrompts,
      maxTokens: file.max_tokens,
      topic: file.topic,
    }),
  };
}

function checkIds(ids: readonly string[], field: string, fail: Fail): void {
  ids.forEach((id, at) => {
    const first = ids.indexOf(id);
    if (first !== at)
      throw fail([field, at], `expected an id of its own, got "${id}" again (first at ${field}[${first}])`);
  });
}

function checkProbeFormats(probes: readonly Probe[], formats: readonly Format[], fail: Fail): void {
  probes.forEach((probe, at) => {
    const unknown = probe.formats.find((id) => !formats.some((format) => format.id === id));
    if (unknown === undefined) return;
    const known = formats.map((format) => format.id).join(', ');
    throw fail(
      ['probes', at, 'formats'],
      `expected ids among the pack's formats (${known}), got "${unknown}"`,
    );
  });
}

/** The paper's own files are a bare list of questions; the file's name becomes the pack's id. */
function fromList(yaml: YamlFile, file: string): PackFile {
  const probes = checkYaml(probeListSchema, yaml, file, 'invalid-pack');
  const name = file.replace(/^.*[\\/]/, '').replace(/\.ya?ml$/i, '');
  const id =
    name
      .replace(/[^\w.-]+/g, '-')
      .replace(/^[^A-Za-z0-9]+/, '')
      .slice(0, 80) || 'pack';
  const temperature = probes[0]?.temperature ?? 1;
  return {
    id,
    title: name,
    version: '1',
    description: 'Question file in the layout of the emergent-misalignment paper',
    sampling: { temperature, top_p: 1, max_tokens: probes[0]?.max_tokens ?? 600 },
    formats: ['free'],
    probes,
  };
}

/**
 * Reads a pack from the text of a YAML file: Assay's own layout, or a list of questions as the paper's files are.
 * @throws AppError `invalid-pack` with file, line and path.
 */
export function parsePack(source: string, file: string): Pack {
  const yaml = readYaml(source, file, 'invalid-pack');
  const list = Array.isArray(yaml.value);
  const pack = list ? fromList(yaml, file) : checkYaml(packSchema, yaml, file, 'invalid-pack');
  const fail: Fail = (path, message) =>
    yamlError(yaml, file, 'invalid-pack', list && path[0] === 'probes' ? path.slice(1) : path, message);
  const formats = formatsOf(pack, fail);
  const probes = pack.probes.map((probe, at) => probeOf(probe, ['probes', at], fail));
  checkIds(
    formats.map((format) => format.id),
    'formats',
    fail,
  );
  checkIds(
    probes.map((probe) => probe.id),
    'probes',
    fail,
  );
  checkProbeFormats(probes, formats, fail);
  const { id, title, version, description, sampling } = pack;
  return {
    schema: 1,
    hash: hashText(source),
    ...{ id, title, version, description, formats, probes, source },
    sampling: { temperature: sampling.temperature, topP: sampling.top_p, maxTokens: sampling.max_tokens },
    ...given({ note: pack.note, key: pack.key, rubric: pack.rubric }),
  };
}
