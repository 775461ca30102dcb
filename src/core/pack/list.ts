import * as v from 'valibot';
import { idFromFile } from './ids.ts';
import { checkYaml, pathText, type YamlFile } from '../yaml.ts';
import { probeListSchema, PROBE_FIELDS, type PackFile, type ProbeFile } from './schema.ts';
import type { Note } from './types.ts';

const entriesSchema = v.array(v.unknown());
const mappingSchema = v.custom<object>(
  (entry) => typeof entry === 'object' && entry !== null && !Array.isArray(entry),
);

/** Types of the paper's questions; what else stands there is read like the first. */
const TYPES: readonly string[] = ['free_form', 'free_form_0_100', 'free_form_judge', 'free_form_judge_0_100'];
/** An entry without any of these asks nothing. */
const ASKING: readonly string[] = ['id', 'paraphrases', 'turns', 'game', 'choices'];

/** A list of questions as a pack. `places[n]` is where probe n stands in the list. */
export interface ListFile {
  readonly pack: PackFile;
  readonly places: readonly number[];
  readonly notes: readonly Note[];
}

type Path = readonly (string | number)[];

function note(yaml: YamlFile, path: Path, text: string): Note {
  const line = yaml.lineOf(path);
  return line === undefined ? { text } : { text, line };
}

function asksNothing(entry: unknown): boolean {
  return v.is(mappingSchema, entry) && !ASKING.some((field) => Object.hasOwn(entry, field));
}

/** As many notes of one sort as anybody reads; the rest is counted, since to find the line of each takes a while. */
const MOST_NOTES = 20;

/** Fields that Assay does not know are left out and told of: other people's files hold what their own tools need. */
function knownFields(entry: unknown, at: number, unknown: Path[]): unknown {
  if (!v.is(mappingSchema, entry)) return entry;
  const fields = Object.entries(entry);
  for (const [field] of fields) if (!PROBE_FIELDS.has(field)) unknown.push([at, field]);
  return Object.fromEntries(fields.filter(([field]) => PROBE_FIELDS.has(field)));
}

function some(yaml: YamlFile, paths: readonly Path[], textOf: (path: Path) => string): readonly Note[] {
  const rest = paths.length - MOST_NOTES;
  return [
    ...paths.slice(0, MOST_NOTES).map((path) => note(yaml, path, textOf(path))),
    ...(rest > 0 ? [{ text: `${rest} more of these.` }] : []),
  ];
}

/** What the file settles and Assay does not take from it. */
function asideOf(yaml: YamlFile, probes: readonly ProbeFile[], places: readonly number[]): readonly Note[] {
  const judges = [...new Set(probes.flatMap(({ judge }) => judge ?? []))];
  const strange = probes.flatMap(({ type }, at): Path[] =>
    type === undefined || TYPES.includes(type) ? [] : [[places[at] ?? at, 'type']],
  );
  return [
    ...(judges.length === 0
      ? []
      : [{ text: `The file names ${judges.join(', ')} as judge; the judge is chosen for each run.` }]),
    ...some(
      yaml,
      strange,
      (path) => `${pathText(path)}: expected one of ${TYPES.join(', ')}; asked as free_form`,
    ),
  ];
}

/**
 * The paper's own files are a bare list of questions; the file's name becomes the pack's id.
 * @throws AppError `invalid-pack` with file, line and path.
 */
export function readList(yaml: YamlFile, file: string): ListFile {
  const entries = v.parse(entriesSchema, yaml.value);
  const silent = entries.flatMap((entry, at): Path[] => (asksNothing(entry) ? [[at]] : []));
  const places = entries.flatMap((entry, at) => (asksNothing(entry) ? [] : [at]));
  const unknown: Path[] = [];
  const value = places.map((at) => knownFields(entries[at], at, unknown));
  const pathOf: YamlFile['pathOf'] = ([index, ...rest]) =>
    typeof index === 'number' ? [places[index] ?? index, ...rest] : [];
  const lineOf: YamlFile['lineOf'] = (path) => yaml.lineOf(path);
  const probes = checkYaml(probeListSchema, { value, lineOf, pathOf }, file, 'invalid-pack');
  const id = idFromFile(file);
  const pack: PackFile = {
    ...{ id, title: id, version: '1' },
    description: 'Question file in the layout of the emergent-misalignment paper',
    sampling: {
      temperature: probes[0]?.temperature ?? 1,
      top_p: 1,
      max_tokens: probes[0]?.max_tokens ?? 600,
    },
    formats: ['free'],
    probes,
  };
  const notes = [
    ...some(yaml, silent, (path) => `${pathText(path)}: no id and no question, used for its anchors only`),
    ...some(yaml, unknown, (path) => `${pathText(path)}: a field that Assay does not know, left out`),
    ...asideOf(yaml, probes, places),
  ];
  return { pack, places, notes };
}
