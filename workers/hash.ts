import { expose } from 'comlink';
import { streamSha256 } from '../src/core/stream-hash.ts';
import { hasher, type Hasher } from '../src/models/piece-hash.ts';

expose(hasher(streamSha256) satisfies Hasher);
