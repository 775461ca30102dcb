import { AppError } from '../../core/errors.ts';
import { findLibraries } from '../../core/recognise/libraries.ts';
import { findMlc } from '../../core/recognise/mlc.ts';
import { chatTemplateIn } from '../../core/recognise/chat-template.ts';
import { cacheWidthOf } from '../../core/recognise/libraries.ts';
import { Pile } from '../../core/recognise/pile.ts';
import { copyOf } from '../copy.ts';
import type { ImportJob } from '../importer.ts';
import { homeOf, pathWithin } from './folder.ts';
import type { Made } from './types.ts';

/** A model in MLC's format with its library, as it came; checked again, for files may change after they were looked at. */
export async function mlcAsIs({ found, files }: ImportJob): Promise<Made> {
  const pile = await Pile.of(files);
  const libraries = await findLibraries(pile);
  const home = homeOf(files);
  const again = (await findMlc(home, libraries, pile))?.found;
  const library = libraries.find(({ placed }) => again?.paths.includes(placed.path))?.library;
  if (again === undefined || library === undefined || again.missing.length > 0) {
    throw new AppError(
      'invalid-file',
      `${found.title}: ${again?.missing.join(' ') ?? 'it has changed since it was chosen'}`,
    );
  }
  const { metadata } = library;
  const chatTemplate = await chatTemplateIn(home, pile);
  const cacheWidth = cacheWidthOf(metadata);
  return {
    files: files.map(({ path, file }) => copyOf(pathWithin(home, path), file)),
    facts: {
      kind: 'mlc',
      architecture: again.architecture ?? metadata.modelType,
      quantisation: again.weights ?? metadata.quantization,
      parameters: again.parameters ?? 0,
      contextTokens: again.contextTokens ?? metadata.slidingWindowSize ?? metadata.prefillChunkSize,
      ...(cacheWidth === undefined ? {} : { cacheWidth }),
      hasChatTemplate: chatTemplate !== undefined,
    },
    ...(chatTemplate === undefined ? {} : { chatTemplate }),
  };
}
