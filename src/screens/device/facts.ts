import { MOST_TOLD_BYTES } from '../../core/hardware/memory.ts';
import type { GpuReport, HardwareReport } from '../../core/hardware/types.ts';
import { bytes, count, percent } from '../../ui/format.ts';

/** One fact about this device: what it is, what it means, and what to do where there is something to do. */
export interface DeviceFact {
  readonly name: string;
  readonly value: string;
  readonly tone: 'plain' | 'good' | 'warn';
  readonly meaning: string;
  readonly advice?: string;
}

/** What MLC's runtime asks of an adapter before it loads anything (WebLLM 0.2.79 and 0.2.86). */
const MLC_WORKGROUP_BYTES = 32 * 1024;
const MLC_BUFFERS = 10;
/** Below it a model of half a billion weights does not fit any more. */
const LITTLE_BYTES = 2e9;

/** Powers of two, as GPU limits are: `128 MiB`, `32 KiB`. */
function binary(value: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB'];
  const step = Math.min(Math.floor(Math.log2(Math.max(1, value)) / 10), units.length - 1);
  return `${Number((value / 1024 ** step).toFixed(1))} ${units[step] ?? 'B'}`;
}

function adapter({ name, software }: GpuReport): DeviceFact {
  return software
    ? {
        name: 'Adapter',
        value: `${name}: a software adapter`,
        tone: 'warn',
        meaning: 'It computes on the processor, so it is no faster than the processor itself.',
        advice:
          'If this computer has a graphics processor, install its driver and turn on hardware acceleration in the settings of the browser.',
      }
    : {
        name: 'Adapter',
        value: name,
        tone: 'good',
        meaning: 'Models can be computed on this graphics processor.',
      };
}

function float16({ shaderF16 }: GpuReport): DeviceFact {
  return shaderF16
    ? {
        name: '16-bit floats',
        value: 'yes',
        tone: 'good',
        meaning: 'llama.cpp can use the graphics processor, and f16 model libraries can run.',
      }
    : {
        name: '16-bit floats',
        value: 'no',
        tone: 'warn',
        meaning: 'Without 16-bit floats llama.cpp runs on the processor, and f16 model libraries cannot run.',
        advice:
          'For the graphics processor use MLC models of q4f32_1 or q0f32. A newer driver may bring them.',
      };
}

function limits(gpu: GpuReport): readonly DeviceFact[] {
  const enough =
    gpu.workgroupStorageBytes >= MLC_WORKGROUP_BYTES && gpu.storageBuffersPerStage >= MLC_BUFFERS;
  return [
    {
      name: 'Subgroups',
      value: gpu.subgroups ? 'yes' : 'no',
      tone: 'plain',
      meaning: gpu.subgroups
        ? 'Neighbouring threads exchange numbers directly, which makes some steps faster.'
        : 'Some steps take a slower way. The results are the same.',
    },
    {
      name: 'Largest buffer',
      value: `${binary(gpu.maxBufferBytes)}, ${binary(gpu.maxStorageBindingBytes)} of it in one step`,
      tone: 'plain',
      meaning: 'No single matrix of a model may be larger than this.',
    },
    {
      name: 'Room for a step',
      value: `${binary(gpu.workgroupStorageBytes)} and ${count(gpu.storageBuffersPerStage)} buffers`,
      tone: enough ? 'good' : 'warn',
      meaning: enough
        ? 'Enough for MLC models.'
        : `MLC models need ${binary(MLC_WORKGROUP_BYTES)} and ${MLC_BUFFERS} buffers, so they cannot run here.`,
      ...(enough ? {} : { advice: 'Use GGUF models, which llama.cpp runs.' }),
    },
  ];
}

/** The graphics processor, or why there is none. */
export function graphicsFacts({ gpu, gpuReason }: HardwareReport): readonly DeviceFact[] {
  if (gpu !== undefined) return [adapter(gpu), float16(gpu), ...limits(gpu)];
  return [
    {
      name: 'Adapter',
      value: `none: ${gpuReason ?? 'the browser gives no reason'}`,
      tone: 'warn',
      meaning: 'GGUF models run on the processor. MLC models cannot run.',
      advice: 'Use a current Chrome or Edge, and turn on hardware acceleration in its settings.',
    },
  ];
}

function memory(memoryBytes: number | undefined): DeviceFact {
  const told =
    memoryBytes === undefined
      ? 'not told by this browser'
      : `${memoryBytes >= MOST_TOLD_BYTES ? 'at least ' : 'about '}${binary(memoryBytes)}`;
  return {
    name: 'Memory',
    value: told,
    tone: 'plain',
    meaning:
      'Browsers round it and tell no more than a limit of their own, so there may be more. llama.cpp uses 4 GiB at most, the model and its context together.',
  };
}

export function processorFacts({ cores, isolated, memoryBytes }: HardwareReport): readonly DeviceFact[] {
  return [
    {
      name: 'Cores',
      value: count(cores),
      tone: 'plain',
      meaning: 'llama.cpp leaves one of them to the rest of the computer.',
    },
    isolated
      ? {
          name: 'Threads',
          value: 'several (the page is isolated)',
          tone: 'good',
          meaning: 'Work on the processor is shared between the cores.',
        }
      : {
          name: 'Threads',
          value: 'one (the page is not isolated)',
          tone: 'warn',
          meaning: 'Without cross-origin isolation the browser allows one thread, so the processor is slow.',
          advice:
            'Start Assay with its own server (npm start), or let yours send the two headers that the README names.',
        },
    memory(memoryBytes),
  ];
}

function space(quotaBytes: number | undefined, usedBytes: number | undefined): DeviceFact {
  if (quotaBytes === undefined || usedBytes === undefined) {
    return {
      name: 'Space',
      value: 'not told by this browser',
      tone: 'plain',
      meaning: 'Whether a model fits is seen only when it is added. Nothing is lost if it does not.',
    };
  }
  const free = Math.max(0, quotaBytes - usedBytes);
  const little = free < LITTLE_BYTES;
  return {
    name: 'Space',
    value: `${bytes(usedBytes)} used of ${bytes(quotaBytes)} (${percent(usedBytes / quotaBytes)}), ${bytes(free)} free`,
    tone: little ? 'warn' : 'good',
    meaning: 'Models and runs are kept in the private storage of this browser.',
    ...(little ? { advice: 'Delete models or old runs, or free space on the disk.' } : {}),
  };
}

export function storageFacts({
  quotaBytes,
  usedBytes,
  persisted,
  folders,
}: HardwareReport): readonly DeviceFact[] {
  return [
    space(quotaBytes, usedBytes),
    persisted
      ? {
          name: 'Kept for good',
          value: 'yes',
          tone: 'good',
          meaning: 'The browser does not delete models and runs by itself.',
        }
      : {
          name: 'Kept for good',
          value: 'no',
          tone: 'warn',
          meaning: 'When the disk runs short, the browser may delete models and runs without asking.',
          advice: 'Ask it to keep them, and export the runs that matter.',
        },
    folders
      ? {
          name: 'Folders',
          value: 'can be read where they lie',
          tone: 'good',
          meaning: 'An MLC folder need not be copied.',
        }
      : {
          name: 'Folders',
          value: 'are copied',
          tone: 'plain',
          meaning: 'This browser gives no lasting access to a folder, so a model takes its size in storage.',
        },
  ];
}
