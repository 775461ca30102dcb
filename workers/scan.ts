import { expose } from 'comlink';
import { scanDesk, type ScanDesk } from '../src/scan/ruff.worker.ts';

expose(scanDesk() satisfies ScanDesk);
