import { isMap, parseDocument } from 'yaml';
import type { Format, Pack } from './types.ts';
import { writePack } from './write.ts';

/** An id that none of `taken` has: `core-copy`, `core-copy-2`. */
export function freeId(id: string, ending: string, taken: readonly string[]): string {
  const wanted = `${id.slice(0, 60)}-${ending}`;
  for (let more = 1; ; more++) {
    const next = more === 1 ? wanted : `${wanted}-${more}`;
    if (!taken.includes(next)) return next;
  }
}

/** The text with a comment that says what it was copied from, after the comments that it begins with. */
function withOrigin(text: string, { title, version, hash }: Pack): string {
  const lines = text.split('\n');
  const at = lines.findIndex((line) => !line.startsWith('#'));
  const name = title.replaceAll(/\s+/g, ' ').slice(0, 200);
  return lines
    .toSpliced(
      at,
      0,
      `# Copied from “${name}”, version ${version.replaceAll(/\s+/g, ' ').slice(0, 40)}, SHA-256 ${hash}`,
    )
    .join('\n');
}

/** The text to begin with when a pack is to be changed: its own, comments and all, where it is in Assay's own YAML layout. */
export function copyText(pack: Pack, taken: readonly string[]): string {
  const id = freeId(pack.id, 'copy', taken);
  const title = `${pack.title} (copy)`;
  const written = (): string => withOrigin(writePack({ ...pack, id, title }), pack);
  if (pack.source.trimStart().startsWith('{')) return written();
  const document = parseDocument(pack.source);
  if (document.errors.length > 0 || !isMap(document.contents)) return written();
  document.set('id', id);
  document.set('title', title);
  return withOrigin(document.toString({ lineWidth: 0 }), pack);
}

/** All probes of a pack in formats of the user's own. */
export interface Wrapping {
  readonly formats: readonly Format[];
  /** `only`: the pack's own formats go; `beside`: they stay, and every probe may be asked in the new ones too. */
  readonly place: 'only' | 'beside';
  readonly title: string;
}

/** The text of a copy of `pack` whose probes are all asked in the user's formats. */
export function wrappedText(
  pack: Pack,
  { formats, place, title }: Wrapping,
  taken: readonly string[],
): string {
  const kept = place === 'only' ? [] : pack.formats;
  const added = formats.map(({ wrapper: _one, ...format }) => ({
    ...format,
    id: kept.some(({ id }) => id === format.id)
      ? freeId(
          format.id,
          'own',
          kept.map(({ id }) => id),
        )
      : format.id,
  }));
  const ids = added.map(({ id }) => id);
  const probes = pack.probes.map((probe) => ({
    ...probe,
    formats: place === 'only' || probe.formats.length === 0 ? [] : [...probe.formats, ...ids],
  }));
  const id = freeId(pack.id, 'wrapped', taken);
  return withOrigin(writePack({ ...pack, id, title, formats: [...kept, ...added], probes }), pack);
}
