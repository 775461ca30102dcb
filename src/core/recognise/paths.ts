/** Folder part of a path, without the last `/`; empty at the top. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** Last part of a path. */
export function localName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** A path without empty parts and `.`; undefined where it is none, or leads out of its folder. */
export function safePath(path: string): string | undefined {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  const bad = parts.length === 0 || parts.some((part) => part === '..' || /[\\\p{Cc}]/u.test(part));
  return bad ? undefined : parts.join('/');
}
