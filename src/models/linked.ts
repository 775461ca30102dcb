/** Where handles of linked folders are kept; the Store fits. */
export interface HandleStore {
  getHandle(key: string): Promise<FileSystemDirectoryHandle | undefined>;
  putHandle(key: string, handle: FileSystemDirectoryHandle): Promise<void>;
  deleteHandle(key: string): Promise<void>;
  handleKeys(): Promise<readonly string[]>;
}

/** Chromium's part of a handle; the DOM library does not have it. */
interface Permitted {
  queryPermission?(options: { readonly mode: 'read' }): Promise<PermissionState>;
  requestPermission?(options: { readonly mode: 'read' }): Promise<PermissionState>;
}

/** Whether a folder can be read now; `ask` asks the user, which needs a click. Without permissions it always can. */
export async function isAllowed(
  handle: FileSystemDirectoryHandle & Permitted,
  ask: boolean,
): Promise<boolean> {
  const options = { mode: 'read' } as const;
  const state = (await handle.queryPermission?.(options)) ?? 'granted';
  if (state === 'granted' || !ask) return state === 'granted';
  return (await handle.requestPermission?.(options)) === 'granted';
}

/** A dropped file's path below the folder that was dropped, whose name it begins with. */
export function underFolder(path: string): string {
  return path.slice(path.indexOf('/') + 1);
}
