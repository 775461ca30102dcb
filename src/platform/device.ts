/** The origin's private file system: files that no other site and no download folder sees. */
export function privateFolder(): Promise<FileSystemDirectoryHandle> {
  return navigator.storage.getDirectory();
}

/** Asks the browser not to clear this origin's data when space runs short. */
export async function askToPersist(): Promise<boolean> {
  if (await navigator.storage.persisted()) return true;
  return navigator.storage.persist();
}

/** Puts a text on the clipboard; rejects when the browser does not allow it. */
export function copyText(text: string): Promise<void> {
  return navigator.clipboard.writeText(text);
}
