import type { ModelRecord } from '../model.ts';
import { basesOf } from './bases.ts';
import type { Finding } from './finding.ts';
import { findGguf } from './gguf.ts';
import { Pile, type Placed } from './pile.ts';
import type { DroppedFile, FoundModel, Survey } from './types.ts';

/** Looks into a drop by content: headers and small JSON only. Never rejects because of what the files hold. */
export async function survey(files: readonly DroppedFile[], known: readonly ModelRecord[]): Promise<Survey> {
  const pile = await Pile.of(files);
  const findings: Finding[] = [];
  for (const [, here] of byFolder(pile)) findings.push(...(await inFolder(here, pile)));
  const found = findings.map((finding) => withBases(finding, findings, known));
  return { found: inOrder(found), unused: pile.unused() };
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

async function inFolder(files: readonly Placed[], pile: Pile): Promise<readonly Finding[]> {
  return findGguf(
    files.filter(({ content }) => content === 'gguf'),
    pile,
  );
}

function withBases(
  finding: Finding,
  findings: readonly Finding[],
  known: readonly ModelRecord[],
): FoundModel {
  const { found, needs } = finding;
  if (needs === undefined) return { ...found, bases: [] };
  const bases = found.missing.length > 0 ? [] : basesOf(finding, findings, known);
  if (bases.length > 0 || found.missing.length > 0) return { ...found, bases };
  return { ...found, bases, targets: [], missing: [noBase(needs.baseName)] };
}

function noBase(name: string | undefined): string {
  const called = name === undefined ? '' : ` (its files call it "${name}")`;
  return `The model that this adapter is for${called} is neither here nor on this device: drop it too, or add it first.`;
}

/** Bases before adapters, and a series in the order of its steps. */
function inOrder(found: readonly FoundModel[]): readonly FoundModel[] {
  const rank = ({ kind }: FoundModel): number => (kind === 'peft' || kind === 'gguf-adapter' ? 1 : 0);
  return found
    .map((find, at) => ({ find, at }))
    .sort(
      (a, b) =>
        rank(a.find) - rank(b.find) ||
        (a.find.series === b.find.series ? (a.find.step ?? 0) - (b.find.step ?? 0) : 0) ||
        a.at - b.at,
    )
    .map(({ find }) => find);
}
