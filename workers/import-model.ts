import { expose } from 'comlink';
import { modelImporter } from '../src/models/import.worker.ts';
import type { ModelImporter } from '../src/models/importer.ts';

expose(modelImporter() satisfies ModelImporter);
