/** The GPU that tests compute on: a software one in continuous integration. Throws where the browser has none. */
export async function testDevice(): Promise<GPUDevice> {
  const adapter = await navigator.gpu.requestAdapter();
  if (adapter === null) {
    throw new Error(
      'These tests need a WebGPU adapter and this browser has none, not even the software one (vite.config.ts: launch options).',
    );
  }
  return adapter.requestDevice();
}
