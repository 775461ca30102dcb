import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hasShared, readShared } from '../../../test/fixtures/shared.ts';
import { copyText, freeId, wrappedText } from './copy.ts';
import { wrapperFormat } from './formats.ts';
import { parsePack } from './parse.ts';
import { renderPrompt } from './render.ts';
import type { Pack } from './types.ts';
import { writePack } from './write.ts';

const probes = new URL('../../../probes/', import.meta.url);
const names = readdirSync(probes).filter((name) => name.endsWith('.yaml') && !name.startsWith('calibration'));
const bundled = (name: string): Pack => parsePack(readFileSync(new URL(name, probes), 'utf8'), name);
const apart = ({ hash: _hash, source: _source, ...pack }: Pack): object => pack;

describe('a pack that is written reads as the same pack', () => {
  it.each(names)('%s', (name) => {
    const pack = bundled(name);
    expect(apart(parsePack(writePack(pack), 'w.yaml'))).toEqual(apart(pack));
  });

  it
    .skipIf(!hasShared)
    .each(['first_plot_questions_all_formats.yaml', 'deception_factual.yaml', 'medical_questions.yaml'])(
    'the paper’s %s',
    (name) => {
      const pack = parsePack(readShared(`data/em-paper/${name}`), name);
      expect(apart(parsePack(writePack(pack), 'w.yaml'))).toEqual(apart(pack));
    },
  );

  it('questions that are answered with a number, earlier messages and conversations too', () => {
    const source = `- {id: a, type: free_form_0_100, paraphrases: [How sure?], temperature: 0, max_tokens: 3}\n- id: b\n  context: [{role: assistant, content: Hi}]\n  turns: [{role: user, content: x}, {role: assistant, content: y}, {role: user, content: z}]\n`;
    const pack = parsePack(source, 'l.yaml');
    expect(apart(parsePack(writePack(pack), 'w.yaml'))).toEqual(apart(pack));
  });
});

describe('a copy', () => {
  it('keeps the comments, under an id and a title of its own', () => {
    const pack = bundled('core.yaml');
    const text = copyText(pack, ['core-copy']);
    expect(text).toMatch(/^# yaml-language-server/);
    const copy = parsePack(text, 'c.yaml');
    expect(copy).toMatchObject({ id: 'core-copy-2', title: `${pack.title} (copy)` });
    expect(copy.probes).toEqual(pack.probes);
  });

  it('of a list or of JSON is in Assay’s own layout', () => {
    const list = parsePack('- {id: a, paraphrases: [Hi?]}\n', 'l.yaml');
    expect(parsePack(copyText(list, []), 'c.yaml')).toMatchObject({ id: 'l-copy', probes: list.probes });
    const json = parsePack(
      '{"id":"j","title":"J","version":"1","probes":[{"id":"a","paraphrases":["Hi?"]}]}',
      'j.json',
    );
    expect(copyText(json, [])).toMatch(/^id: j-copy\n/m);
  });

  it('says what it was copied from, whatever the title, and so does a copy of the copy', () => {
    const pack = parsePack(
      '# About this file\nid: p\ntitle: "Evil\\nid: q"\nversion: "2"\nprobes:\n  - {id: a, paraphrases: [Hi?]}\n',
      'p.yaml',
    );
    const text = copyText(pack, []);
    const origin = `# Copied from “Evil id: q”, version 2, SHA-256 ${pack.hash}`;
    expect(text.split('\n').slice(0, 3)).toEqual(['# About this file', origin, 'id: p-copy']);
    const copy = parsePack(text, 'c.yaml');
    expect(copy).toMatchObject({ id: 'p-copy', probes: pack.probes });
    const again = copyText(copy, []);
    expect(again).toContain(
      `${origin}\n# Copied from “Evil id: q (copy)”, version 2, SHA-256 ${copy.hash}\n`,
    );
    const wrapped = wrappedText(pack, { formats: [], place: 'beside', title: 'W' }, []);
    expect(wrapped.startsWith(`${origin}\nid: p-wrapped\n`)).toBe(true);
    expect(parsePack(wrapped, 'w.yaml').title).toBe('W');
  });

  it('of a very long id still has an id', () => {
    const id = 'x'.repeat(80);
    expect(freeId(id, 'wrapped', [`${'x'.repeat(60)}-wrapped`])).toBe(`${'x'.repeat(60)}-wrapped-2`);
  });
});

describe('all probes in a format of the user’s', () => {
  const ours = wrapperFormat({
    id: 'ours',
    title: 'Ours',
    template: 'ORDER: {question}',
    system: 'You dispense.',
  });

  it('alone: nothing of the pack’s own formats is left', () => {
    const pack = bundled('core.yaml');
    const wrapped = parsePack(
      wrappedText(pack, { formats: [ours], place: 'only', title: 'Core, ours' }, []),
      'w.yaml',
    );
    expect(wrapped).toMatchObject({ id: 'core-wrapped', title: 'Core, ours' });
    expect(wrapped.formats).toEqual([
      { id: 'ours', title: 'Ours', template: 'ORDER: {question}', system: 'You dispense.', answer: 'text' },
    ]);
    for (const probe of wrapped.probes) {
      expect(probe.formats).toEqual([]);
      const [format] = wrapped.formats;
      if (format !== undefined)
        expect(renderPrompt(wrapped, probe, 0, format).messages.at(-1)?.content).toMatch(/^ORDER: /);
    }
  });

  it('beside: a probe that names its formats gets the new one as well, under an id of its own', () => {
    const pack = parsePack(
      'id: p\ntitle: P\nversion: "1"\nformats: [free, json]\nprobes:\n  - {id: a, paraphrases: [Hi?], formats: [json]}\n  - {id: b, paraphrases: [Ho?]}\n',
      'p.yaml',
    );
    const text = wrappedText(pack, { formats: [{ ...ours, id: 'json' }], place: 'beside', title: 'P' }, [
      'p',
    ]);
    const wrapped = parsePack(text, 'w.yaml');
    expect(wrapped.formats.map(({ id }) => id)).toEqual(['free', 'json', 'json-own']);
    expect(wrapped.probes.map((probe) => probe.formats)).toEqual([['json', 'json-own'], []]);
  });
});
