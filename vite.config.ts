import packageFile from './package.json' with { type: 'json' };
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { findChromium } from './cli/chromium.ts';
import { SECURITY_HEADERS } from './cli/headers.ts';
import { repairWllama } from './vite-wllama-repair.ts';

const chromium = findChromium();
const { version } = packageFile;

/** The page tests run on the development server, which needs inline scripts; isolation is the part they need. */
const isolation = {
  'Cross-Origin-Opener-Policy': SECURITY_HEADERS['Cross-Origin-Opener-Policy'],
  'Cross-Origin-Embedder-Policy': SECURITY_HEADERS['Cross-Origin-Embedder-Policy'],
};

/** Headless Chromium has no WebGPU of itself; the software one computes the same on every machine. */
const GPU_FLAGS = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];

export default defineConfig({
  define: { __APP_VERSION__: JSON.stringify(version) },
  plugins: [svelte(), repairWllama()],
  publicDir: 'static',
  build: {
    target: 'es2023',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
    rolldownOptions: { checks: { bundlerTimings: false } },
  },
  worker: { format: 'es', plugins: () => [repairWllama()] },
  optimizeDeps: {
    // Pre-bundling would go round wllama's repair and take its wasm from the wrong place, as it would Ruff's; WebLLM comes as one file of 6 MB.
    exclude: ['@wllama/wllama', '@mlc-ai/web-llm', 'web-llm-v0_2_48', '@astral-sh/ruff-wasm-web'],
    // Found late, in a worker, these would reload the page in the middle of a test.
    include: [
      'axe-core',
      'comlink',
      'valibot',
      '@huggingface/jinja',
      '@huggingface/tokenizers',
      '@noble/hashes/sha2.js',
      '@noble/hashes/utils.js',
      'hash-wasm',
      'papaparse',
      'yaml',
    ],
  },
  server: { headers: isolation },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          environment: 'node',
          include: [
            'src/core/**/*.test.ts',
            'src/**/*.node.test.ts',
            'cli/**/*.test.ts',
            'test/unit/**/*.test.ts',
          ],
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['src/**/*.test.ts', 'test/browser/**/*.test.ts'],
          exclude: ['src/core/**', 'src/**/*.node.test.ts'],
          testTimeout: 60_000,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: {
                args: GPU_FLAGS,
                ...(chromium === undefined
                  ? {}
                  : { executablePath: chromium, args: ['--no-sandbox', ...GPU_FLAGS] }),
              },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          environment: 'node',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: ['test/e2e/setup.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
