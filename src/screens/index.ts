import type { Component } from 'svelte';
import type { ScreenProps } from '../ui/route.svelte.ts';

export interface ScreenEntry {
  /** First part of the address behind `#/`; empty for the first page. */
  readonly path: string;
  readonly title: string;
  readonly load: () => Promise<{ readonly default: Component | Component<ScreenProps> }>;
}

/** To add a screen: a folder here and one line in this table. Each is loaded when it is first looked at. */
export const SCREENS: readonly ScreenEntry[] = [
  { path: '', title: 'Start', load: () => import('./home/Home.svelte') },
  { path: 'models', title: 'Models', load: () => import('./models/Models.svelte') },
  { path: 'packs', title: 'Packs', load: () => import('./packs/Packs.svelte') },
  { path: 'run', title: 'Run', load: () => import('./run/Run.svelte') },
  { path: 'results', title: 'Results', load: () => import('./results/Results.svelte') },
  { path: 'compare', title: 'Compare', load: () => import('./compare/Compare.svelte') },
  { path: 'calibrate', title: 'Calibrate', load: () => import('./calibrate/Calibrate.svelte') },
  { path: 'device', title: 'Device', load: () => import('./device/Device.svelte') },
];
