import type { Device } from '../../core/engine.ts';
import type { Role } from '../../core/model.ts';
import type { RunStatus } from '../../core/run/types.ts';

/** What the roles are called, and what they are for. */
export const ROLE_WORDS: Readonly<Record<Role, { readonly name: string; readonly meaning: string }>> = {
  baseline: { name: 'Baseline', meaning: 'the model before fine-tuning' },
  control: { name: 'Control', meaning: 'fine-tuned in the same way on harmless data' },
  candidate: { name: 'Candidate', meaning: 'the model you want to know about' },
};

export const STATUS_WORDS: Readonly<Record<RunStatus, string>> = {
  running: 'Running',
  paused: 'Paused',
  cancelled: 'Cancelled',
  failed: 'Stopped by an error',
  done: 'Finished',
};

/** `live` is the id of the run that this page drives: a stored one that says `running` was cut off. */
export function statusWord(run: { readonly id: string; readonly status: RunStatus }, live?: string): string {
  return run.status === 'running' && run.id !== live ? 'Interrupted' : STATUS_WORDS[run.status];
}

/** What computes, as the screens call it. */
export const DEVICE_WORDS: Readonly<Record<Device, string>> = {
  cpu: 'processor (CPU)',
  webgpu: 'graphics (WebGPU)',
};
