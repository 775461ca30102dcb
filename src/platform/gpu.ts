/** The graphics adapter in the browser's words; `why` says what there is none for. */
export type GpuReading =
  | {
      readonly gpu: {
        readonly name: string;
        readonly software: boolean;
        readonly shaderF16: boolean;
        readonly subgroups: boolean;
        readonly maxBufferBytes: number;
        readonly maxStorageBindingBytes: number;
        readonly workgroupStorageBytes: number;
        readonly storageBuffersPerStage: number;
      };
    }
  | { readonly gpuReason: string };

/** The parts of WebGPU that are read here. */
export interface GpuSource {
  requestAdapter(options: GPURequestAdapterOptions): Promise<Adapter | null>;
}

interface Adapter {
  readonly info: Pick<
    GPUAdapterInfo,
    'vendor' | 'architecture' | 'device' | 'description' | 'isFallbackAdapter'
  >;
  readonly features: { has(name: string): boolean };
  readonly limits: Pick<
    GPUSupportedLimits,
    | 'maxBufferSize'
    | 'maxStorageBufferBindingSize'
    | 'maxComputeWorkgroupStorageSize'
    | 'maxStorageBuffersPerShaderStage'
  >;
}

/** Adapters that compute on the processor, by the names they give; not every browser flags them. */
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|basic render|\bwarp\b|software/i;

/** Asks for the adapter that an engine would get. Never rejects, and sends nothing anywhere. */
export async function readGpu(gpu: GpuSource | undefined = gpuOf(navigator)): Promise<GpuReading> {
  if (gpu === undefined) return { gpuReason: 'this browser has no WebGPU' };
  try {
    const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
    if (adapter === null) return { gpuReason: 'WebGPU is there, but it found no graphics adapter' };
    return { gpu: describe(adapter) };
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    return { gpuReason: `WebGPU could not be asked: ${reason}` };
  }
}

/** Absent in browsers without WebGPU and on pages that are no secure context, whatever the types say. */
function gpuOf(browser: Navigator): GpuSource | undefined {
  return 'gpu' in browser ? browser.gpu : undefined;
}

function describe({ info, features, limits }: Adapter): Extract<GpuReading, { gpu: object }>['gpu'] {
  const names = [info.vendor, info.architecture, info.device, info.description];
  const name = [...new Set(names.filter((part) => part !== ''))].join(' ');
  return {
    name: name === '' ? 'a graphics adapter without a name' : name,
    software: info.isFallbackAdapter || SOFTWARE.test(name),
    shaderF16: features.has('shader-f16'),
    subgroups: features.has('subgroups'),
    maxBufferBytes: limits.maxBufferSize,
    maxStorageBindingBytes: limits.maxStorageBufferBindingSize,
    workgroupStorageBytes: limits.maxComputeWorkgroupStorageSize,
    storageBuffersPerStage: limits.maxStorageBuffersPerShaderStage,
  };
}
