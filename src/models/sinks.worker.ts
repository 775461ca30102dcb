import type { OpenSink } from './write.ts';

/** Files of a folder in the origin's private file system, written synchronously. */
export function sinksIn(folder: FileSystemDirectoryHandle): OpenSink {
  return async (name) => (await folder.getFileHandle(name, { create: true })).createSyncAccessHandle();
}
