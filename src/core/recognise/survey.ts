import { memoryOf } from '../hardware/memory.ts';
import type { ModelRecord } from '../model.ts';
import { basesOf } from './bases.ts';
import type { Finding } from './finding.ts';
import { findGguf } from './gguf.ts';
import { findHuggingFace } from './hugging-face.ts';
import { findLibraries, type DroppedLibrary } from './libraries.ts';
import { findMlc } from './mlc.ts';
import { findPeft } from './peft.ts';
import { Pile, type Placed } from './pile.ts';
import { apart } from './series.ts';
import type { BaseChoice, DroppedFile, FoundModel, ImportTarget, Survey } from './types.ts';

/** Looks into a drop by content: headers and small JSON only. Never rejects because of what the files hold. */
export async function survey(files: readonly DroppedFile[], known: readonly ModelRecord[]): Promise<Survey> {
  const pile = await Pile.of(files);
  const libraries = await findLibraries(pile);
  const findings: Finding[] = [];
  for (const [folder, here] of byFolder(pile))
    findings.push(...(await inFolder(folder, here, libraries, pile)));
  const found = findings.map((finding) => withBases(finding, findings, known));
  return { found: inOrder(apart(found)), unused: pile.unused() };
}

function byFolder({ files }: Pile): ReadonlyMap<string, readonly Placed[]> {
  const folders = new Map<string, Placed[]>();
  for (const file of files) {
    const here = folders.get(file.folder);
    if (here === undefined) folders.set(file.folder, [file]);
    else here.push(file);
  }
  return folders;
}

async function inFolder(
  folder: string,
  files: readonly Placed[],
  libraries: readonly DroppedLibrary[],
  pile: Pile,
): Promise<readonly Finding[]> {
  const gguf = await findGguf(
    files.filter(({ content }) => content === 'gguf'),
    pile,
  );
  const peft = await findPeft(folder, files, pile);
  const mlc = await findMlc(folder, libraries, pile);
  // A folder in MLC's format may hold its origin's config.json too.
  const huggingFace = mlc === undefined ? await findHuggingFace(folder, files, libraries, pile) : undefined;
  return [...gguf, ...[peft, mlc, huggingFace].filter((finding) => finding !== undefined)];
}

function withBases(
  finding: Finding,
  findings: readonly Finding[],
  known: readonly ModelRecord[],
): FoundModel {
  const { found, needs } = finding;
  if (needs === undefined || found.missing.length > 0) return { ...found, bases: [] };
  const bases = basesOf(finding, findings, known);
  if (bases.length === 0) return { ...found, bases, targets: [], missing: [noBase(needs.baseName)] };
  const under = baseMemory(bases[0], findings, known);
  const targets = found.targets.map((target) => ({ ...target, memoryBytes: target.memoryBytes + under }));
  return { ...found, bases, targets: [...targets, ...mergedTargets(found, bases, findings)] };
}

/** What the best base takes while it runs; an adapter lies beside it. */
function baseMemory(
  base: BaseChoice | undefined,
  findings: readonly Finding[],
  known: readonly ModelRecord[],
): number {
  if (base?.kind === 'model') {
    const model = known.find(({ sha256 }) => sha256 === base.sha256);
    return model === undefined ? 0 : memoryOf(model);
  }
  const finding = findings.find(({ found }) => found.id === base?.id);
  return finding?.found.targets.find(({ to }) => to === 'gguf' || to === 'as-is')?.memoryBytes ?? 0;
}

/** Merging needs a base in safetensors of the same drop, and becomes whatever that base can become. */
function mergedTargets(
  { kind }: Finding['found'],
  bases: readonly BaseChoice[],
  findings: readonly Finding[],
): readonly ImportTarget[] {
  if (kind !== 'peft') return [];
  const folder = findings.find(
    ({ found }) =>
      found.kind === 'hugging-face' && bases.some((base) => base.kind === 'found' && base.id === found.id),
  );
  return (folder?.found.targets ?? []).map((target) => ({ ...target, to: 'merged' }));
}

function noBase(name: string | undefined): string {
  const called = name === undefined ? '' : ` (its files call it "${name}")`;
  return `The model that this adapter is for${called} is neither here nor on this device: drop it too, or add it first.`;
}

/** Bases before adapters, and each series together, in the order of its steps. */
function inOrder(found: readonly FoundModel[]): readonly FoundModel[] {
  const isAdapter = ({ kind }: FoundModel): boolean => kind === 'peft' || kind === 'gguf-adapter';
  const groups = new Map<string, FoundModel[]>();
  for (const find of [...found.filter((one) => !isAdapter(one)), ...found.filter(isAdapter)]) {
    const key = find.series === undefined ? `one ${find.id}` : `series ${find.kind} ${find.series}`;
    groups.set(key, [...(groups.get(key) ?? []), find]);
  }
  return [...groups.values()].flatMap((group) => group.sort((a, b) => (a.step ?? 0) - (b.step ?? 0)));
}
