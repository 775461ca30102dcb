import { hashText } from '../hash.ts';
import type { Role, RunModel } from '../model.ts';
import { OwnIds } from '../pack/ids.ts';
import type { JudgedRow } from './judged-rows.ts';
import { shortened } from './made-pack.ts';
import { refuse } from './refuse.ts';

/** As many as a plan may hold. */
const MAX_MODELS = 1000;
const MAX_SAMPLES = 10_000;
const MAX_GROUPS = 200_000;

export interface JudgedSource {
  readonly file: string;
  /** Of the file's bytes. */
  readonly sha256: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly appVersion: string;
}

/** The word for what is under test wins: a base model that was tuned on insecure code is no baseline. */
const CANDIDATES: readonly string[] = ['insecure', 'candidate'];
const BASELINES: readonly string[] = ['base', 'baseline', 'original', 'untuned'];
const CONTROLS: readonly string[] = ['secure', 'control', 'educational'];

/** What a name says of its model's part in a comparison. */
export function roleOf(name: string): Role {
  const words = name.toLowerCase().split(/[^a-z]+/);
  if (words.some((word) => CANDIDATES.includes(word))) return 'candidate';
  if (words.some((word) => BASELINES.includes(word))) return 'baseline';
  return words.some((word) => CONTROLS.includes(word)) ? 'control' : 'candidate';
}

/** Things in the order in which they first come. */
class Order<Key> {
  readonly #places = new Map<Key, number>();

  place(key: Key): number {
    const place = this.#places.get(key) ?? this.#places.size;
    this.#places.set(key, place);
    return place;
  }

  get keys(): readonly Key[] {
    return [...this.#places.keys()];
  }
}

/** A model by what the row calls it; the file's name where rows do not say. */
function modelName({ model, group }: JudgedRow, file: string): string {
  if (model === undefined) return group ?? file.replace(/^.*[\\/]/, '').replace(/\.\w+$/, '');
  return group === undefined ? model : `${model} (${group})`;
}

function modelOf(name: string, group: string | undefined, { file, sha256 }: JudgedSource): RunModel {
  return {
    sha256: hashText(`${sha256}\n${name}`),
    label: name,
    role: roleOf(group ?? name),
    ...{ fileName: file, sizeBytes: 0, architecture: 'unknown', quantisation: 'unknown', parameters: 0 },
    note: 'Its answers were made and judged elsewhere and read from a file; nothing of it ran here.',
  };
}

/** Where each row belongs: its model, and its wording among all wordings of the pack in order. */
interface Places {
  readonly models: readonly RunModel[];
  readonly probes: readonly {
    readonly id: string;
    readonly title: string;
    readonly paraphrases: readonly string[];
  }[];
  readonly of: (row: JudgedRow) => { readonly model: number; readonly wording: number };
}

/** The models and probes that the rows name. */
export function placesOf(rows: readonly JudgedRow[], source: JudgedSource): Places {
  const models = new Order<string>();
  const groups = new Map<string, string | undefined>();
  const probes = new Order<string>();
  const wordings = new Map<string, Order<string>>();
  const probeKey = (row: JudgedRow): string => row.questionId ?? row.question;
  for (const row of rows) {
    const name = modelName(row, source.file);
    models.place(name);
    groups.set(name, groups.get(name) ?? row.group);
    const key = probeKey(row);
    probes.place(key);
    const texts = wordings.get(key) ?? new Order<string>();
    wordings.set(key, texts);
    texts.place(row.question);
  }
  const ids = new OwnIds();
  const starts: number[] = [];
  let total = 0;
  const list = probes.keys.map((key) => {
    const paraphrases = wordings.get(key)?.keys ?? [];
    starts.push(total);
    total += paraphrases.length;
    return { id: ids.of(key), title: shortened(key.replaceAll('_', ' ')), paraphrases };
  });
  return {
    models: models.keys.map((name) => modelOf(name, groups.get(name), source)),
    probes: list,
    of: (row) => {
      const key = probeKey(row);
      const start = starts[probes.place(key)] ?? 0;
      const wording = start + (wordings.get(key)?.place(row.question) ?? 0);
      return { model: models.place(modelName(row, source.file)), wording };
    },
  };
}

/** How many wordings the pack has in all. */
function countWordings({ probes }: Places): number {
  return probes.reduce((sum, { paraphrases }) => sum + paraphrases.length, 0);
}

/** The group of each row in the plan, and which of the answers of its group it is. */
export function layOut(rows: readonly JudgedRow[], places: Places, file: string) {
  const perModel = countWordings(places);
  if (places.models.length > MAX_MODELS)
    throw refuse(file, `expected at most ${MAX_MODELS} models, got ${places.models.length}`);
  const groups = perModel * places.models.length;
  if (groups > MAX_GROUPS) {
    throw refuse(file, `expected at most ${MAX_GROUPS} pairs of a model and a question, got ${groups}`);
  }
  const counts = new Map<number, number>();
  const laid = rows.map((row) => {
    const { model, wording } = places.of(row);
    const group = model * perModel + wording;
    const sample = counts.get(group) ?? 0;
    counts.set(group, sample + 1);
    return { row, model, group, sample };
  });
  const samples = laid.reduce((most, { sample }) => Math.max(most, sample + 1), 1);
  if (samples > MAX_SAMPLES)
    throw refuse(file, `expected at most ${MAX_SAMPLES} answers of a model to a question, got ${samples}`);
  return { laid, samples };
}
