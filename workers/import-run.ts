import { expose } from 'comlink';
import { runImporter } from '../src/storage/run-import.worker.ts';
import type { RunImporter } from '../src/storage/run-importer.ts';

expose(runImporter() satisfies RunImporter);
