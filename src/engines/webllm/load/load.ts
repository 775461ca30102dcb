import type { LoadedFacts, LoadProgress, SelfCheck } from '../../../core/engine.ts';
import { AppError } from '../../../core/errors.ts';
import { verifyChecksum } from '../../shared/checksum.ts';
import type { HostModel } from '../../shared/host.ts';
import type { HostLoad } from '../../shared/protocol.ts';
import type { DeviceModel } from '../device-model.ts';
import type { OpenDevice, Opened } from '../open.ts';
import { Scheduler } from '../schedule/scheduler.ts';
import { readModelText, type ModelText } from '../text/text.ts';
import { ALONE, selfCheck, type Checked } from './check.ts';
import { readFolder, textOf } from './folder.ts';
import { createModel } from './model.ts';
import { planRoom } from './room.ts';
import { timeDecoding } from './timing.ts';

const CHECK_TEXT = 'The old man sat down by the window, looked at the rain and said: "It is late, and';
/** Positions and sequences of the checks. */
const CHECK_TOKENS = 24;

/**
 * How far two ways to a log-probability may differ, in nats. 32-bit libraries: 0.009 was the most against a forward pass in 64-bit
 * floats (Qwen2-0.5B, SwiftShader); kernels for few and for many sequences sum in different orders. A wrong join of a shared prefix
 * is off by whole nats. 16-bit: 2^-11 of a logit of 20 is 0.01, several times over.
 */
const TOLERANCE = { float32: 0.02, float16: 0.1 } as const;

type Report = (progress: LoadProgress) => void;

/** Loads a model in MLC's format. `open` is the way to the GPU; `now` a clock in milliseconds. */
export async function loadModel(
  request: HostLoad,
  open: OpenDevice,
  onProgress: Report,
  now: () => number,
): Promise<HostModel> {
  if (request.device !== 'webgpu')
    throw new AppError('invalid-option', `"device" expected webgpu, got ${request.device}`);
  await verifyAll(request, onProgress);
  const folder = await readFolder(request.files);
  const text = await readModelText(folder.config, (name) => textOf(folder.files, name));
  const { metadata } = folder.library;
  const asked = Math.min(request.contextTokens, folder.config.contextTokens ?? request.contextTokens);
  const room = planRoom({ metadata, batch: request.batch, contextTokens: asked });
  onProgress({ stage: 'load', fraction: 0 });
  const opened = await open({
    ...folder,
    contextTokens: room.contextTokens,
    limits: room.limits,
    onProgress: (fraction) => {
      onProgress({ stage: 'load', fraction });
    },
  });
  onProgress({ stage: 'check', fraction: 0 });
  const tolerance = metadata.quantization.includes('f16') ? TOLERANCE.float16 : TOLERANCE.float32;
  const ready = await prove(opened.model, text, room.batch, tolerance, now);
  onProgress({ stage: 'check', fraction: 1 });
  const { model, batch } = ready;
  const { contextTokens } = model.limits;
  const facts = factsOf(request, opened, ready);
  return createModel({ scheduler: new Scheduler({ model, batch, contextTokens }), text, facts });
}

async function verifyAll({ files }: HostLoad, onProgress: Report): Promise<void> {
  const total = files.reduce((sum, { blob }) => sum + blob.size, 0);
  let done = 0;
  for (const { blob, sha256 } of files) {
    await verifyChecksum(blob, sha256, (fraction) => {
      onProgress({ stage: 'open', fraction: total === 0 ? 1 : (done + blob.size * fraction) / total });
    });
    done += blob.size;
  }
}

interface Ready {
  readonly model: DeviceModel;
  readonly batch: number;
  readonly checks: readonly SelfCheck[];
  readonly speed: NonNullable<LoadedFacts['speed']>;
}

/** Checks the model, leaves out what it failed at, and times what is left. */
async function prove(
  opened: DeviceModel,
  text: ModelText,
  batch: number,
  tolerance: number,
  now: () => number,
): Promise<Ready> {
  const ids = text.prompt({ kind: 'raw', text: CHECK_TEXT }).slice(0, CHECK_TOKENS);
  const checked = await selfCheck(opened, ids, tolerance, now);
  const model = withoutFailed(opened, checked);
  const possible = Math.min(batch, model.limits.batch, model.limits.sequences);
  const prefillTokensPerS = (ids.length * 1000) / Math.max(checked.passMs, 1e-3);
  const timing = checked.slow
    ? { batch: possible, speed: { prefillTokensPerS, decode: slowSteps(checked) } }
    : await timeDecoding({ model, id: ALONE, text: ids, batch: possible, prefillTokensPerS, now });
  opened.remove(ALONE);
  return { model, batch: timing.batch, checks: checked.checks, speed: timing.speed };
}

/** Of a GPU where every step takes long, the one step that the checks made. */
function slowSteps({ stepMs }: Checked): NonNullable<LoadedFacts['speed']>['decode'] {
  return stepMs === undefined ? [] : [{ batch: 2, tokensPerS: 2000 / Math.max(stepMs, 1e-3) }];
}

/**
 * Without forks, prompts are computed each for itself, and whole: a prompt in several pieces goes through the same kernel as a fork.
 * Where rows side by side are wrong, sequences run one at a time.
 */
function withoutFailed(model: DeviceModel, { checks, forks, batches }: Checked): DeviceModel {
  const failed = (name: SelfCheck['name']): boolean =>
    checks.some((check) => check.name === name && check.outcome === 'failed');
  if (!failed('fork') && !failed('batch')) return model;
  const { limits } = model;
  const contextTokens = forks ? limits.contextTokens : Math.min(limits.contextTokens, limits.prefillTokens);
  return {
    vocabulary: model.vocabulary,
    limits: { ...limits, contextTokens, batch: batches ? limits.batch : 1, continues: forks },
    ...(forks && batches ? { fork: model.fork } : {}),
    add: (id) => {
      model.add(id);
    },
    remove: (id) => {
      model.remove(id);
    },
    prefill: (parts, read) => model.prefill(parts, read),
    decode: (steps) => model.decode(steps),
    ...(model.explain === undefined ? {} : { explain: model.explain }),
    dispose: () => model.dispose(),
  };
}

function factsOf(request: HostLoad, opened: Opened, { model, batch, checks, speed }: Ready): LoadedFacts {
  return {
    engine: 'webllm',
    engineVersion: [opened.version, ...opened.notes].join('; '),
    deviceAsked: request.device,
    deviceUsed: 'webgpu',
    threads: 1,
    batch,
    contextTokens: model.limits.contextTokens,
    vocabulary: model.vocabulary,
    checks,
    speed,
    sharesPrompts: model.fork !== undefined,
    adapterName: opened.adapterName,
  };
}
