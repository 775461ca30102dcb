import { getContext, setContext } from 'svelte';

/** Writes a text to the clipboard of the device; rejects where the browser forbids it. */
export type CopyText = (text: string) => Promise<void>;

const KEY = Symbol('clipboard');

/** Set once at the top of the tree; without it no copy button is shown. */
export function provideClipboard(copy: CopyText | undefined): void {
  setContext(KEY, copy);
}

export function useClipboard(): CopyText | undefined {
  return getContext<CopyText | undefined>(KEY);
}
