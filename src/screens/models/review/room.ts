import { MOST_TOLD_BYTES } from '../../../core/hardware/memory.ts';
import type { ImportTarget } from '../../../core/recognise/types.ts';
import { bytes } from '../../../ui/format.ts';

export interface Room {
  readonly freeBytes: number | undefined;
  /** As the browser tells it; at `MOST_TOLD_BYTES` there may be more. */
  readonly memoryBytes: number | undefined;
}

/** Why something of this size does not fit, and what to do; undefined where it fits or nobody knows. */
export function tooLarge(
  { diskBytes, memoryBytes }: Pick<ImportTarget, 'diskBytes' | 'memoryBytes'>,
  room: Room,
): string | undefined {
  if (room.freeBytes !== undefined && diskBytes > room.freeBytes) {
    return `Needs ${bytes(diskBytes)} of storage, ${bytes(room.freeBytes)} are free: choose fewer bits, or delete models first.`;
  }
  const told = room.memoryBytes;
  if (told !== undefined && told < MOST_TOLD_BYTES && memoryBytes > told) {
    return `Needs ${bytes(memoryBytes)} of memory, this device has about ${bytes(told)}: choose fewer bits, or a smaller model.`;
  }
  return undefined;
}
