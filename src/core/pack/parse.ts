import { hashText } from '../hash.ts';
import { checkYaml, readYaml, yamlError, type YamlFile } from '../yaml.ts';
import { BUILT_IN_FORMATS, builtInFormat } from './formats.ts';
import { given } from './given.ts';
import { probeOf, type Fail } from './probe.ts';
import { packSchema, probeListSchema, type OwnFormatFile, type PackFile } from './schema.ts';
import type { Format, Pack, Probe } from './types.ts';

function ownFormat(file: OwnFormatFile): Format {
  const { id, title, template, answer, system, raw, stop } = file;
  return { id, title, template, answer, ...given({ system, raw, stop, coherentAbove: file.coherent_above }) };
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
  const probes = pack.probes.map((probe, at) => probeOf(probe, pack, ['probes', at], fail));
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
