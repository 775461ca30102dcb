import { hashText } from '../hash.ts';
import { checkYaml, readYaml, yamlError, type YamlFile } from '../yaml.ts';
import { BUILT_IN_FORMATS, builtInFormat } from './formats.ts';
import { given } from './given.ts';
import { probeOf, type Fail } from './probe.ts';
import { readList } from './list.ts';
import { repairLeadingMapping } from './repair.ts';
import { packSchema, type OwnFormatFile, type PackFile } from './schema.ts';
import type { Format, Note, Pack, Probe } from './types.ts';

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
  const first = new Map<string, number>();
  ids.forEach((id, at) => {
    const earlier = first.get(id);
    if (earlier !== undefined)
      throw fail([field, at], `expected an id of its own, got "${id}" again (first at ${field}[${earlier}])`);
    first.set(id, at);
  });
}

function checkProbeFormats(probes: readonly Probe[], formats: readonly Format[], fail: Fail): void {
  const ids = new Set(formats.map(({ id }) => id));
  probes.forEach((probe, at) => {
    const unknown = probe.formats.find((id) => !ids.has(id));
    if (unknown === undefined) return;
    throw fail(
      ['probes', at, 'formats'],
      `expected ids among the pack's formats (${[...ids].join(', ')}), got "${unknown}"`,
    );
  });
}

/** A file that was read, and what its reader ought to know of it. */
export interface ReadPack {
  readonly pack: Pack;
  readonly notes: readonly Note[];
}

interface Layout {
  readonly file: PackFile;
  readonly notes: readonly Note[];
  readonly fail: Fail;
}

function layoutOf(yaml: YamlFile, name: string): Layout {
  const failAt: Fail = (path, message) => yamlError(yaml, name, 'invalid-pack', path, message);
  if (!Array.isArray(yaml.value)) {
    return { file: checkYaml(packSchema, yaml, name, 'invalid-pack'), notes: [], fail: failAt };
  }
  const { pack, places, notes } = readList(yaml, name);
  const fail: Fail = ([first, at, ...rest], message) => {
    if (first !== 'probes') return failAt([], message);
    return failAt(typeof at === 'number' ? [places[at] ?? at, ...rest] : [], message);
  };
  return { file: pack, notes, fail };
}

function checkedPack({ file, fail }: Layout, source: string): Pack {
  const formats = formatsOf(file, fail);
  const probes = file.probes.map((probe, at) => probeOf(probe, file, ['probes', at], fail));
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
  const { id, title, version, description, sampling } = file;
  return {
    schema: 1,
    hash: hashText(source),
    ...{ id, title, version, description, formats, probes, source },
    sampling: { temperature: sampling.temperature, topP: sampling.top_p, maxTokens: sampling.max_tokens },
    ...given({ note: file.note, key: file.key, rubric: file.rubric }),
  };
}

/**
 * Reads a pack from the text of a YAML or JSON file: Assay's own layout, which is taken strictly, or a list of questions as
 * the paper's files are, where fields that Assay does not know are left out and noted. The pack's `source` is `source`
 * unchanged, so that it reads as the same pack again.
 * @throws AppError `invalid-pack` with file, line and path.
 */
export function readPack(source: string, file: string): ReadPack {
  const repaired = repairLeadingMapping(source);
  const yaml = readYaml(repaired?.source ?? source, file, 'invalid-pack');
  const layout = layoutOf(yaml, file);
  const notes =
    repaired === undefined
      ? []
      : [
          {
            text: `Lines ${repaired.from}-${repaired.to} stand before the list and are no question: read as an entry of their own.`,
            line: repaired.from,
          },
        ];
  return { pack: checkedPack(layout, source), notes: [...notes, ...layout.notes] };
}

/** The pack alone. */
export function parsePack(source: string, file: string): Pack {
  return readPack(source, file).pack;
}
