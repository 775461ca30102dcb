import type { OutFile } from '../../core/convert/types.ts';
import type { Imported } from '../importer.ts';

/** What is to be written, or, of a linked model, to be read and hashed. */
export interface Made extends Pick<Imported, 'facts' | 'conversion' | 'adapter'> {
  readonly files: readonly OutFile[];
  readonly chatTemplate?: string;
}
