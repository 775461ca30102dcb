import { readdirSync } from 'node:fs';
import path from 'node:path';
import { isFile, isFolder } from './disk.ts';
import type { Surroundings } from './options.ts';
import { ROOT } from './process.ts';

/** What stands in the project's folder, and the disk. Of `probes/` the sets to try judges on are no packs. */
export function surroundings(): Surroundings {
  const names = (folder: string, suffix: string): readonly string[] =>
    readdirSync(path.join(ROOT, folder)).filter((name) => name.endsWith(suffix));
  return {
    models: names('static/models', '.gguf'),
    packs: names('probes', '.yaml')
      .filter((name) => !name.startsWith('calibration'))
      .map((name) => path.basename(name, '.yaml')),
    isFile,
    isFolder,
  };
}
