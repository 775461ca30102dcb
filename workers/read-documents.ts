import { expose } from 'comlink';
import { openDatabase } from '../src/storage/database.ts';
import type { DocumentDesk } from '../src/storage/document-desk.ts';
import { documentDesk } from '../src/storage/documents.worker.ts';

// The page gives the worker the app's version as its name.
const parts = { openStore: () => openDatabase(), now: () => Date.now(), version: self.name };
expose(documentDesk(parts) satisfies DocumentDesk);
