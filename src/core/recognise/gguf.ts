import type { BinaryFile } from '../engine.ts';
import { AppError, toAppError } from '../errors.ts';
import { readGgufAdapter, readGgufType } from '../gguf/adapter.ts';
import { readGgufParts } from '../gguf/join.ts';
import { readGgufSplit } from '../gguf/split.ts';
import { fitsLlamacpp, memoryOf } from '../hardware/memory.ts';
import { NO_TEMPLATE, TOO_LARGE } from './warnings.ts';
import type { Finding } from './finding.ts';
import type { Pile, Placed } from './pile.ts';
import { placeOfFile } from './series.ts';

/** Models, split models and adapters among the GGUF files of one folder; what cannot be read is refused with the reason. */
export async function findGguf(files: readonly Placed[], pile: Pile): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const parts = new Map<string, Placed[]>();
  for (const placed of files) {
    try {
      const group = await splitGroup(placed);
      const known = group === undefined ? undefined : parts.get(group);
      if (known !== undefined) known.push(placed);
      else if (group !== undefined) parts.set(group, [placed]);
      else findings.push(await oneFile(placed));
    } catch (thrown) {
      pile.refuse(placed, sentence(thrown));
    }
  }
  for (const group of parts.values()) findings.push(await splitModel(group));
  const found = new Set(findings.flatMap((finding) => finding.found.paths));
  pile.use(files.filter(({ path }) => found.has(path)));
  return findings;
}

/** Parts of one model say the same number of parts and of tensors, and are named alike but for their number. */
async function splitGroup({ name, file }: Placed): Promise<string | undefined> {
  const split = await readGgufSplit(file);
  if (split === undefined) return undefined;
  const stem = name.replace(/\d+-of-\d+/, '').replace(/\d+(?=\.gguf$)/i, '');
  return JSON.stringify([split.count, split.tensors, stem]);
}

export function sentence(thrown: unknown): string {
  const { message } = toAppError(thrown);
  return /[.!?]$/.test(message) ? message : `${message}.`;
}

async function oneFile(placed: Placed): Promise<Finding> {
  const type = await readGgufType(placed.file);
  if (type === 'model') return model([placed]);
  if (type === 'adapter') return adapter(placed);
  throw new AppError(
    'model-unsupported',
    `A GGUF file of type "${type}", which is neither a model nor an adapter`,
  );
}

async function splitModel(parts: readonly Placed[]): Promise<Finding> {
  try {
    return await model(parts);
  } catch (thrown) {
    return { found: { ...identity(parts, 'gguf'), missing: [sentence(thrown)], warnings: [], targets: [] } };
  }
}

function identity(files: readonly Placed[], kind: 'gguf' | 'gguf-adapter') {
  const [first] = files;
  const name = first?.name ?? '';
  const title = files.length > 1 ? name.replace(/-?\d+-of-\d+/, '') : name;
  return {
    id: `${kind}:${first?.path ?? ''}`,
    kind,
    title,
    paths: files.map(({ path }) => path),
    sizeBytes: total(files.map(({ file }) => file)),
    ...placeOfFile(name),
  };
}

function total(files: readonly BinaryFile[]): number {
  return files.reduce((sum, { size }) => sum + size, 0);
}

async function model(files: readonly Placed[]): Promise<Finding> {
  const info = await readGgufParts(files.map(({ file }) => file));
  const { architecture, parameters, quantisation, contextTokens, hasChatTemplate, cacheWidth } = info;
  const { sizeBytes, ...who } = identity(files, 'gguf');
  const memoryBytes = memoryOf({ kind: 'gguf', sizeBytes, cacheWidth, contextTokens, parameters });
  const warnings = [
    ...(hasChatTemplate ? [] : [NO_TEMPLATE]),
    ...(fitsLlamacpp(memoryBytes) ? [] : [TOO_LARGE]),
  ];
  return {
    found: {
      ...who,
      ...{ sizeBytes, architecture, parameters, weights: quantisation, contextTokens, hasChatTemplate },
      ...{ missing: [], warnings, targets: [{ to: 'as-is', diskBytes: sizeBytes, memoryBytes }] },
    },
  };
}

async function adapter(placed: Placed): Promise<Finding> {
  const { architecture, parameters, name } = await readGgufAdapter(placed.file);
  const who = identity([placed], 'gguf-adapter');
  const { sizeBytes } = who;
  return {
    found: {
      ...who,
      ...{ architecture, parameters },
      ...{ missing: [], warnings: [] },
      targets: [{ to: 'adapter', diskBytes: sizeBytes, memoryBytes: sizeBytes }],
    },
    needs: { architecture, ...(name === undefined ? {} : { baseName: name }) },
  };
}
