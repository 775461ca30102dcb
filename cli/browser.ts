import { chromium, type BrowserContext } from 'playwright-core';

/** Where the app is for the runner: the same origin each time, whatever port the server got, so that stored runs are found. */
export const APP_ORIGIN = 'http://assay.localhost';

/**
 * Where the browser's own services are sent that no switch turns off (measured on Chromium 156: account list and
 * component updates). Port 1 is one that Chromium refuses to connect to.
 */
export const NOWHERE = 'http://127.0.0.1:1/';

/** A later `--disable-features` replaces Playwright's, so those of its list that matter here are repeated. */
const DISABLED_FEATURES = [
  'AimEnabled',
  'AutofillServerCommunication',
  'CertificateTransparencyComponentUpdater',
  'DestroyProfileOnBrowserClose',
  'HttpsFirstBalancedModeAutoEnable',
  'HttpsUpgrades',
  'InterestFeedContentSuggestions',
  'LensOverlay',
  'MediaRouter',
  'NetworkTimeServiceQuerying',
  'OptimizationGuideModelDownloading',
  'OptimizationHints',
  'OptimizationHintsFetching',
  'PaintHolding',
  'PreconnectToSearch',
  'Translate',
  'msForceBrowserSignIn',
];

const QUIET = [
  '--disable-background-networking',
  '--disable-client-side-phishing-detection',
  '--disable-component-update',
  '--disable-default-apps',
  '--disable-domain-reliability',
  '--disable-quic',
  '--disable-sync',
  '--metrics-recording-only',
  '--no-first-run',
  '--no-pings',
  '--safebrowsing-disable-auto-update',
  `--disable-features=${DISABLED_FEATURES.join(',')}`,
  `--component-updater=url-source=${NOWHERE}`,
  `--gaia-url=${NOWHERE}`,
  `--variations-server-url=${NOWHERE}`,
  `--variations-insecure-server-url=${NOWHERE}`,
];

/**
 * Switches that give a headless browser WebGPU (measured on Chromium 156, Linux). `best`: the GPU of this machine through Vulkan, or
 * the software one (SwiftShader) where there is none. `software`: that one in any case.
 */
export const GPU_ARGS = {
  best: [
    '--enable-unsafe-webgpu',
    '--enable-features=Vulkan',
    '--use-angle=vulkan',
    '--disable-vulkan-surface',
    '--ignore-gpu-blocklist',
  ],
  software: ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'],
} as const;

export interface BrowserOptions {
  readonly program: string;
  /** Folder that keeps IndexedDB and private files between launches. */
  readonly profile: string;
  /** Port of the app's server on 127.0.0.1. */
  readonly port: number;
  readonly headless?: boolean;
  /** WebGPU without a window; absent: as the browser does it by itself. */
  readonly gpu?: keyof typeof GPU_ARGS;
  readonly args?: readonly string[];
}

/** Switches under which the browser asks for nothing by itself and finds no host but the app's. */
export function browserArgs(port: number): readonly string[] {
  const rules = [`MAP ${new URL(APP_ORIGIN).host}:80 127.0.0.1:${port}`, 'MAP * ~NOTFOUND'];
  // Chromium's own sandbox cannot be set up by root.
  const asRoot = process.platform === 'linux' && process.getuid?.() === 0;
  return [...QUIET, `--host-resolver-rules=${rules.join(', ')}`, ...(asRoot ? ['--no-sandbox'] : [])];
}

/** Opens a browser that can reach the app, at APP_ORIGIN, and nothing else. Signals are left to the caller. */
export function openBrowser(options: BrowserOptions): Promise<BrowserContext> {
  return chromium.launchPersistentContext(options.profile, {
    executablePath: options.program,
    headless: options.headless ?? true,
    args: [
      ...browserArgs(options.port),
      ...(options.gpu === undefined ? [] : GPU_ARGS[options.gpu]),
      ...(options.args ?? []),
    ],
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
}
