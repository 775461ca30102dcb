import path from 'node:path';
import { build } from 'vite';
import { ROOT } from '../../cli/process.ts';
import { repairWllama } from '../../vite-wllama-repair.ts';

/** Builds the page that drives the engine into `out`, apart from the app, so that nothing of it ships. */
export async function buildPage(out: string): Promise<void> {
  await build({
    configFile: false,
    root: path.join(ROOT, 'test/webllm/page'),
    logLevel: 'error',
    plugins: [repairWllama()],
    worker: { format: 'es', plugins: () => [repairWllama()] },
    build: {
      outDir: out,
      emptyOutDir: true,
      target: 'es2023',
      minify: false,
      modulePreload: { polyfill: false },
      assetsInlineLimit: 0,
      chunkSizeWarningLimit: 100_000,
    },
  });
}
