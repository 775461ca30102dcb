import { folderOf } from '../../core/recognise/paths.ts';
import type { LocalFile } from '../importer.ts';

/** The folder that most files of a find lie in: the first one's. */
export function homeOf(files: readonly LocalFile[]): string {
  return folderOf(files[0]?.path ?? '');
}

/** A file's path within a folder; of one from elsewhere, its name. */
export function pathWithin(folder: string, path: string): string {
  if (folder === '') return path;
  return path.startsWith(`${folder}/`)
    ? path.slice(folder.length + 1)
    : path.slice(path.lastIndexOf('/') + 1);
}

/** A find's file by its path within the folder. */
export function fileIn(files: readonly LocalFile[], name: string): LocalFile | undefined {
  const home = homeOf(files);
  return files.find(({ path }) => pathWithin(home, path) === name);
}
