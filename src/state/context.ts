import { createContext } from 'svelte';
import type { AppState } from './types.ts';

/** The app's state for every screen below App.svelte; set once there. */
export const [useApp, provideApp] = createContext<AppState>();
