import { readGpu, type GpuReading } from './gpu.ts';

interface DeviceReading {
  readonly cores: number;
  readonly memoryBytes?: number;
  readonly isolated: boolean;
  readonly quotaBytes?: number;
  readonly usedBytes?: number;
  readonly persisted: boolean;
  readonly folders: boolean;
}

/**
 * Reads what this device offers. Every part is read by itself, so that one that a browser lacks or refuses leaves the others;
 * nothing is sent anywhere.
 */
export async function readHardware(): Promise<GpuReading & DeviceReading> {
  const [gpu, storage] = await Promise.all([readGpu(), readStorage()]);
  const memoryBytes = readMemory(navigator);
  return {
    ...gpu,
    ...storage,
    cores: navigator.hardwareConcurrency || 1,
    ...(memoryBytes === undefined ? {} : { memoryBytes }),
    isolated: crossOriginIsolated,
    folders: 'showDirectoryPicker' in globalThis,
  };
}

/** GiB, rounded, in browsers that tell (Device Memory, W3C); the DOM library does not have it. */
function readMemory(browser: object): number | undefined {
  const gibibytes: unknown = Reflect.get(browser, 'deviceMemory');
  return typeof gibibytes === 'number' ? gibibytes * 2 ** 30 : undefined;
}

async function readStorage(): Promise<Pick<DeviceReading, 'quotaBytes' | 'usedBytes' | 'persisted'>> {
  try {
    const [{ quota, usage }, persisted] = await Promise.all([
      navigator.storage.estimate(),
      navigator.storage.persisted(),
    ]);
    return {
      ...(quota === undefined ? {} : { quotaBytes: quota }),
      ...(usage === undefined ? {} : { usedBytes: usage }),
      persisted,
    };
  } catch {
    return { persisted: false };
  }
}
