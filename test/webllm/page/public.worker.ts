import { expose } from 'comlink';
import { PublicApi } from './public-api.ts';

expose(new PublicApi());
