/*
 * Stands in for the app where the runner itself is tested: the same `window.assay`, but no models. The run's title says
 * how it goes. What was answered is kept in localStorage, as the app keeps its runs.
 */
const KEY = 'run';
const ANSWERS_PER_LOOK = 4;
let run;

function stored() {
  return JSON.parse(localStorage.getItem(KEY) ?? 'null');
}

function keep() {
  localStorage.setItem(KEY, JSON.stringify(run));
}

function advance() {
  const stop = run.spec.title === 'waits' && !run.resumed ? 8 : run.total;
  run.answered = Math.min(stop, run.answered + ANSWERS_PER_LOOK);
  if (run.spec.title === 'fails' && run.answered > 8)
    Object.assign(run, { status: 'failed', failure: 'out of memory' });
  else if (run.answered === run.total) run.status = 'done';
  keep();
}

window.assay = {
  version: 'stand-in',
  async ready() {
    await new Promise((resolve) => queueMicrotask(resolve));
  },
  offerFolders(count) {
    if (count > 0) throw new Error('the stand-in takes files only');
  },
  async addFiles() {
    const files = [...document.querySelector('#automation-files').files];
    return Promise.all(
      files.map(async (file, input) => {
        const text = await file.text();
        if (text === 'broken') throw new Error(`invalid-file: ${file.name}: expected a pack`);
        return {
          name: file.name,
          kind: file.name.endsWith('.gguf') ? 'model' : 'pack',
          id: `id-of-${text}`,
          input,
        };
      }),
    );
  },
  async start(spec) {
    if (spec.formats.includes('unknown'))
      throw new Error('invalid-option: "formats" expected free, got "unknown"');
    const before = stored();
    const same =
      before !== null && before.status !== 'done' && JSON.stringify(before.spec) === JSON.stringify(spec);
    run = same
      ? { ...before, resumed: true }
      : { id: 'run-1', spec, answered: 0, total: 2 * spec.samples, resumed: false };
    run.status = 'running';
    keep();
    if (spec.title === 'leaves') location.href = 'http://elsewhere.localhost/';
    return { runId: run.id, resumed: run.resumed, answers: run.total };
  },
  progress() {
    if (run.status === 'running') advance();
    const { status, answered, total, failure } = run;
    return {
      status,
      answered,
      judged: answered,
      total,
      elapsedMs: 1000,
      leftMs: 2000,
      stage: 'asking',
      failure,
    };
  },
  async pause() {
    run.status = 'paused';
    keep();
  },
  async exportRun() {
    return JSON.stringify(run);
  },
  async summary() {
    const { title, seed, samples, judge } = run.spec;
    const measures = { labels: [], keys: [], scans: [], means: [], choices: [], games: [] };
    const counts = { answers: run.total, waiting: 0, rows: [], differences: [], intervals: [] };
    return { run: run.id, title, seed, samples, judge, ...counts, ...measures, judgeCheck: null };
  },
  async exportAnswers(_id, kind) {
    return `answers as ${kind}`;
  },
  async exportInspect() {
    return ['{"version":2}'];
  },
  async methods() {
    return 'how it was done';
  },
  async reportHtml() {
    return '<!doctype html><title>report</title>';
  },
};
