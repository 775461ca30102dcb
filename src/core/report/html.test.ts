import { describe, expect, it } from 'vitest';
import { MODELS, runRecord, summary, summaryRow } from '../../../test/fixtures/run-record.ts';
import { reportHtml } from './html.ts';
import { axisEnd } from './svg.ts';

const generatedAt = Date.UTC(2026, 6, 25, 8, 30);

describe('reportHtml', () => {
  const page = reportHtml({ run: runRecord(), summary: summary(), methods: [], generatedAt });

  it('has its policy, its charts and nothing from elsewhere', () => {
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
    expect(page).not.toMatch(/<script|\son\w+=|src=|href=|@import|https?:/i);
    expect(page.match(/role="img"/g)).toHaveLength(4);
  });

  it('states rates with their intervals, differences in points, and what was run', () => {
    expect(page).toContain('40.0%<small>24.0% to 57.2%</small>');
    expect(page).toContain(
      '>+39.0</td><td class="n">+20.0 to +58.0</td><td class="n">8</td><td class="n">0.012</td>',
    );
    expect(page).toContain('area under the curve of 0.998');
    expect(page).toContain('CPU, 2 threads (asked for WebGPU)');
    for (const { sha256 } of MODELS) expect(page).toContain(sha256);
    expect(page).toContain('2026-07-25 08:30 UTC');
    expect(page).toContain('evidence about nothing else');
  });

  it('closes every element that it opens', () => {
    const open: string[] = [];
    for (const [, slash, name = '', rest = ''] of page.matchAll(/<(\/?)([a-z0-9]+)([^>]*)>/gi)) {
      if (/^(meta)$/.test(name) || rest.endsWith('/')) continue;
      if (slash === '') open.push(name);
      else expect(open.pop()).toBe(name);
    }
    expect(open).toEqual([]);
  });

  it('shows a missing number as a dash, not as zero', () => {
    const missing = summaryRow({
      rateOfCoherent: null,
      lowOfCoherent: null,
      highOfCoherent: null,
      coherent: 0,
    });
    const html = reportHtml({
      run: runRecord(),
      summary: summary({ rows: [missing], differences: [], judgeCheck: null }),
      methods: [],
      generatedAt,
    });
    expect(html).toContain('title="No answers to take a share of">–</td>');
    expect(html).not.toContain('Differences from the control');
    expect(html).not.toContain('The judge against');
  });

  it('tells what went otherwise than planned, as text', () => {
    const incidents = [{ at: generatedAt, what: 'The device was lost <b>once</b>.' }];
    const html = reportHtml({ run: runRecord({ incidents }), summary: summary(), methods: [], generatedAt });
    expect(html).toContain('<li>2026-07-25 08:30 UTC: The device was lost &lt;b&gt;once&lt;/b&gt;.</li>');
    expect(page).not.toContain('otherwise than planned');
  });

  it('says so far while answers wait', () => {
    const rows = [summaryRow({ answers: 240, judged: 200 })];
    const waiting = 40;
    const html = reportHtml({
      run: runRecord({ status: 'paused' }),
      summary: summary({ rows, waiting }),
      methods: [],
      generatedAt,
    });
    expect(html).toContain('this run is paused, and 40 of its answers are not judged yet');
  });

  it('is made of an empty run too', () => {
    const html = reportHtml({
      run: runRecord({ facts: {} }),
      summary: summary({ rows: [], differences: [], judgeCheck: null }),
      methods: [],
      generatedAt,
    });
    expect(html).toContain('No answers yet.');
    expect(html).toContain('not loaded yet');
  });

  it('prints where each model comes from, with every file that was handed in, and how it ran', () => {
    const base = runRecord();
    const sources = Array.from({ length: 3 }, (_, at) => ({
      name: `model-0000${at}.safetensors`,
      sizeBytes: 1000 + at,
      sha256: String(at).repeat(64),
    }));
    const model = {
      ...MODELS[3],
      kind: 'gguf',
      base: MODELS[0].sha256,
      series: 'insecure',
      step: 20,
      provenance: { origin: 'peft', sources, importedBy: 'A. Keller', importedAt: Date.UTC(2026, 6, 20) },
    } as const;
    const facts = {
      ...{ engine: 'llamacpp', engineVersion: '3.8.1', threads: 2 },
      ...{ batch: 8, contextTokens: 512, vocabulary: 1536 },
      deviceAsked: 'cpu',
      deviceUsed: 'cpu',
      checks: [
        { name: 'repeat', outcome: 'failed', difference: 0.2, tolerance: 0.001, note: 'one at a time' },
      ],
    } as const;
    const html = reportHtml({
      run: runRecord({
        spec: { ...base.spec, models: [MODELS[0], model] },
        facts: { [model.sha256]: facts },
      }),
      summary: summary(),
      methods: [],
      generatedAt,
    });
    for (const { name, sha256 } of sources) {
      expect(html).toContain(`${name}</th>`);
      expect(html).toContain(sha256);
    }
    expect(html).toContain(`<dt>Base</dt><dd>Toy base, SHA-256 ${MODELS[0].sha256}</dd>`);
    expect(html).toContain('<dt>Checkpoint</dt><dd>insecure, step 20</dd>');
    expect(html).toContain('<dd>by A. Keller, on 2026-07-20 00:00 UTC</dd>');
    expect(html).toContain('FAILED, largest difference 0.2 nats, allowed 0.001: one at a time');
  });

  it('has a table for each thing that was measured, and no empty chart beside it', () => {
    const place = { model: 'Toy <b>base</b>', format: 'free' };
    const share = { rate: 0.25, low: 0.1, high: 0.5, n: 40 };
    const none = { mean: null, low: null, high: null, n: 0 };
    const html = reportHtml({
      run: runRecord(),
      summary: summary({
        rows: [],
        differences: [],
        judgeCheck: null,
        labels: [
          {
            ...{
              ...place,
              judge: 'truth',
              title: 'Told <i>an</i> untruth',
              share,
              unreadable: 3,
              waiting: 0,
            },
            labels: [
              { label: 'TRUE', answers: 30 },
              { label: 'FALSE', answers: 10 },
            ],
          },
        ],
        keys: [
          { ...place, answers: 40, allFacts: share, valid: { rate: null, low: null, high: null, n: 0 } },
        ],
        scans: [{ ...place, analysers: ['ruff 1.2'], answers: 9, unparsed: 2, found: share }],
        means: [{ ...place, scale: null, mean: 61.25, low: 50, high: 70, n: 40 }],
        choices: [
          {
            ...{
              ...place,
              ask: 'texts',
              prompts: 8,
              wrongLogP: { mean: -4.123, low: -6, high: -2, n: 8 },
              pair: none,
              mc2: none,
            },
            wrongShare: { mean: 0.042, low: 0.01, high: 0.08, n: 8 },
            mc1: { rate: null, low: null, high: null, n: 0 },
          },
        ],
        games: [
          {
            ...{
              ...place,
              games: 5,
              unfinished: 1,
              points: { mean: 80, low: null, high: null, n: 5 },
              harms: none,
            },
            kinds: [{ kind: '<u>lie</u>', harms: { mean: 140, low: 90, high: 190, n: 5 } }],
          },
        ],
      }),
      methods: [],
      generatedAt,
    });
    expect(html).toContain('<h2>Told &lt;i&gt;an&lt;/i&gt; untruth</h2>');
    expect(html).toContain('<td class="n">30</td><td class="n">10</td><td class="n">3</td>');
    expect(html).toContain('25.0%<small>10.0% to 50.0%, of 40</small></td><td class="n">–</td>');
    expect(html).toContain('Not readable as code');
    expect(html).toContain('the model\'s own number</td><td class="n">61.3<small>50.0 to 70.0</small>');
    expect(html).toContain(
      '−4.12<small>−6.00 to −2.00</small></td><td class="n">4.2%<small>1.0% to 8.0%</small>',
    );
    expect(html).not.toContain('MC1');
    expect(html).toContain('<th scope="col" class="n">&lt;u&gt;lie&lt;/u&gt;</th>');
    expect(html).toContain(
      '<td class="n">80.0</td><td class="n">–</td><td class="n">140.0<small>90.0 to 190.0</small>',
    );
    expect(html).not.toContain('No answers yet.');
    expect(html).not.toContain('Counts and rates');
    expect(html).not.toContain('An answer is misaligned when');
    expect(page).toContain('An answer is misaligned when');
  });

  it('says before the first figure what the judge is worth, that it judged itself, and where answers come from', () => {
    const base = runRecord();
    const spec = { ...base.spec, selfJudged: true };
    const published = { file: '<b>a.csv</b>', sha256: 'a'.repeat(64), rows: 2, skipped: [] };
    const judge = { set: 'General', answers: 296, fitness: 'not-fit' } as const;
    const html = reportHtml({
      ...{ run: runRecord({ spec, published }), summary: summary(), methods: [], judge, generatedAt },
    });
    const before = html.slice(0, html.indexOf('<h2>'));
    expect(before).toContain('by Assay&#39;s rule it is not fit.');
    expect(before).toContain('The judge is one of the models under test');
    expect(before).toContain('from the file “&lt;b&gt;a.csv&lt;/b&gt;”');
    expect(page.slice(0, page.indexOf('<h2>'))).toContain('was not measured here');
    expect(page).not.toContain('one of the models under test');
  });

  it('of answers judged elsewhere names the file, and no model file, engine, seed or working time', () => {
    const published = { file: '<b>a.csv</b>', sha256: 'a'.repeat(64), rows: 2, skipped: [] };
    const html = reportHtml({
      ...{ run: runRecord({ published }), summary: summary(), methods: [], generatedAt },
    });
    expect(html).toContain('<dt>File</dt><dd>&lt;b&gt;a.csv&lt;/b&gt;</dd>');
    expect(html).toContain('<dd>judged elsewhere; the file does not say by which judge</dd>');
    expect(html).toContain('<caption>Models that the file names</caption>');
    for (const own of ['<caption>Model files', '<dt>Seed</dt>', '<dt>Working time</dt>']) {
      expect(html).not.toContain(own);
      expect(page).toContain(own);
    }
  });

  it('has the methods in words, as text', () => {
    const methods = [{ title: 'Models', paragraphs: ['One <b>model</b>.', 'Another.'] }];
    const html = reportHtml({ run: runRecord(), summary: summary(), methods, generatedAt });
    expect(html).toContain(
      '<h2>Methods</h2><h3>Models</h3><p>One &lt;b&gt;model&lt;/b&gt;.</p><p>Another.</p>',
    );
  });

  it('shows hostile labels as text', () => {
    const evil = `</style><script>alert(1)</script>"'><img src=x onerror=alert(1)>&amp;`;
    const model = { ...MODELS[3], label: evil, fileName: evil, note: evil, quantisation: evil };
    const base = runRecord();
    const html = reportHtml({
      run: runRecord({ title: evil, id: evil, appVersion: evil, spec: { ...base.spec, models: [model] } }),
      summary: summary({
        title: evil,
        rows: [summaryRow({ model: evil, format: evil })],
        differences: [
          {
            model: evil,
            control: evil,
            format: evil,
            of: 'all',
            difference: 0,
            low: -0.1,
            high: 0.1,
            probes: 8,
            adjusted: null,
          },
        ],
      }),
      methods: [],
      generatedAt,
    });
    expect(html).not.toMatch(/<script|<img/);
    expect(html.match(/<\/style>/g)).toHaveLength(1);
    expect(html).toContain('&lt;/style&gt;&lt;script&gt;');
  });
});

it.each([
  [0, 0.05],
  [0.05, 0.05],
  [0.31, 0.4],
  [1, 1],
])('an axis for shares up to %d ends at %d', (most, end) => {
  expect(axisEnd(most)).toBe(end);
});
