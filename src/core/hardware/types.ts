import type { Device, SelfCheck, Speed } from '../engine.ts';

/** The graphics adapter as the browser describes it; undefined fields are what it does not say. */
export interface GpuReport {
  /** Vendor, architecture and description, as far as given. */
  readonly name: string;
  /** A software adapter computes on the processor. */
  readonly software: boolean;
  readonly shaderF16: boolean;
  readonly subgroups: boolean;
  readonly maxBufferBytes: number;
  readonly maxStorageBindingBytes: number;
  readonly workgroupStorageBytes: number;
  readonly storageBuffersPerStage: number;
}

/** What this device offers. */
export interface HardwareReport {
  /** Undefined: no WebGPU, or no adapter; `gpuReason` says which. */
  readonly gpu?: GpuReport;
  readonly gpuReason?: string;
  readonly cores: number;
  /** As the browser tells it: rounded, and at most a limit of its own (8 GiB, in newer ones more). */
  readonly memoryBytes?: number;
  /** Cross-origin isolation: without it there are no threads. */
  readonly isolated: boolean;
  readonly quotaBytes?: number;
  readonly usedBytes?: number;
  readonly persisted: boolean;
  /** Directory handles, so that a folder can be read where it is. */
  readonly folders: boolean;
}

/** One measurement of a model on an engine and device, kept in the settings. */
export interface MeasuredSpeed {
  readonly sha256: string;
  readonly engine: string;
  readonly device: Device;
  /** What was really used, read back. */
  readonly deviceUsed: Device;
  readonly speed: Speed;
  readonly checks: readonly SelfCheck[];
  readonly loadMs: number;
  /** Milliseconds since 1970. */
  readonly measuredAt: number;
}
