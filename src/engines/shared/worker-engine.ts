import { proxy } from 'comlink';
import type {
  BinaryFile,
  Engine,
  EngineInfo,
  LoadedFacts,
  LoadedModel,
  LoadOptions,
  ModelFile,
  ModelSource,
} from '../../core/engine.ts';
import { aborted, AppError, toAppError } from '../../core/errors.ts';
import { throwIfAborted } from '../../core/signal.ts';
import { carryErrors } from './bridge.ts';
import { Connection } from './connection.ts';
import { BASE, type HostFile, type HostLoad, type Variant } from './protocol.ts';

export interface WorkerEngine {
  readonly info: EngineInfo;
  readonly startWorker: () => Worker;
  /** How long a load may take, in milliseconds. */
  readonly loadTimeoutMs: (sizeBytes: number) => number;
  /** Whether its worker can put adapters on a model. */
  readonly adapters: boolean;
}

/** An engine whose models live in a worker of their own each, which goes with them. */
export function createWorkerEngine(engine: WorkerEngine): Engine {
  carryErrors();
  return {
    info: engine.info,
    load: async (model, options) => {
      if (model.adapter !== undefined && !engine.adapters) throw refused(engine, model);
      const [only] = await loadTogether(engine, [model], options);
      if (only === undefined) throw new AppError('internal', 'expected one loaded model, got none');
      return only;
    },
    ...(engine.adapters ? { loadSeries: (models, options) => loadTogether(engine, models, options) } : {}),
  };
}

function refused({ info }: WorkerEngine, { label }: ModelSource): AppError {
  return new AppError(
    'model-unsupported',
    `${label}: ${info.label} cannot put an adapter on a model; merge it when you import it`,
  );
}

/** The first model brings the files; what differs between them are the adapters. */
async function loadTogether(
  engine: WorkerEngine,
  models: readonly ModelSource[],
  { device, batch, contextTokens, signal, onProgress }: LoadOptions,
): Promise<readonly LoadedModel[]> {
  throwIfAborted(signal);
  onProgress?.({ stage: 'open', fraction: 0 });
  const adapters = models.flatMap(({ adapter }) => adapter ?? []);
  const request: HostLoad = {
    files: await Promise.all((models[0]?.files ?? []).map(opened)),
    adapters: await Promise.all(adapters.map(opened)),
    ...{ device, batch, contextTokens },
  };
  throwIfAborted(signal);
  const connection = new Connection(engine.startWorker());
  const timer = limit(connection, engine.loadTimeoutMs(sizeOf(request)));
  try {
    const report = proxy(onProgress ?? (() => undefined));
    const facts = await connection.call(signal, (host) => host.load(request, report));
    const inUse = { count: models.length };
    return models.map(({ adapter }) =>
      createModel(connection, facts, adapter === undefined ? BASE : adapters.indexOf(adapter), inUse),
    );
  } catch (thrown) {
    connection.close(aborted());
    throw toAppError(thrown, 'model-load');
  } finally {
    clearTimeout(timer);
  }
}

function sizeOf({ files, adapters }: HostLoad): number {
  return [...files, ...adapters].reduce((sum, { blob }) => sum + blob.size, 0);
}

function limit(connection: Connection, limitMs: number): ReturnType<typeof setTimeout> {
  return setTimeout(() => {
    connection.close(
      new AppError('engine-timeout', `loading the model: expected at most ${limitMs} ms, it took longer`),
    );
  }, limitMs);
}

async function opened(file: ModelFile): Promise<HostFile> {
  return { name: file.name, sha256: file.sha256, blob: await toBlob(await file.open()) };
}

/** A Blob goes to the worker by reference, without being read. */
async function toBlob(file: BinaryFile): Promise<Blob> {
  return file instanceof Blob ? file : new Blob([await file.arrayBuffer()]);
}

const UNLOADED = new AppError('engine-crashed', 'the model was unloaded');

function createModel(
  connection: Connection,
  facts: LoadedFacts,
  variant: Variant,
  inUse: { count: number },
): LoadedModel {
  const unloading = new AbortController();
  /** Settles what is in flight for this model alone; the others of its series go on. */
  const call: Connection['call'] = (signal, send) =>
    connection.call(signal, send, { signal: unloading.signal, reason: UNLOADED });
  return {
    facts,
    sample: (request, { signal, onSample } = {}) =>
      call(signal, (host, id) =>
        host.sample(id, variant, request, onSample === undefined ? undefined : proxy(onSample)),
      ),
    nextToken: (prompt, top, { signal } = {}) =>
      call(signal, (host, id) => host.nextToken(id, variant, prompt, top)),
    score: (prompt, continuations, { signal } = {}) =>
      call(signal, (host, id) => host.score(id, variant, prompt, continuations)),
    tokenize: (text) => call(undefined, (host) => host.tokenize(text)),
    unload: () => {
      if (unloading.signal.aborted) return Promise.resolve();
      unloading.abort();
      if (--inUse.count === 0) connection.close(UNLOADED);
      return Promise.resolve();
    },
  };
}
