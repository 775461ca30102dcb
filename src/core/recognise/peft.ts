import { peftAdapter, type PeftAdapter } from '../peft/adapter.ts';
import { parseAdapterConfig } from '../peft/config.ts';
import { openSafetensors } from '../safetensors/open.ts';
import { sizeOf, type Tensors } from '../tensors/types.ts';
import type { Finding } from './finding.ts';
import { sentence } from './gguf.ts';
import { localName } from './paths.ts';
import { readText, type Pile, type Placed } from './pile.ts';
import { placeOf } from './place.ts';
import { mainType } from './weights.ts';

const CONFIG = 'adapter_config.json';
const F32_BYTES = 4;
const MAX_CONFIG_BYTES = 4 * 1024 * 1024;

/** A PEFT adapter; undefined where the folder has none. */
export async function findPeft(
  folder: string,
  files: readonly Placed[],
  pile: Pile,
): Promise<Finding | undefined> {
  const config = pile.in(folder, CONFIG);
  if (config === undefined) return undefined;
  const weights = files.filter(({ name }) => /^adapter_model.*\.safetensors$/.test(name));
  const torch = files.filter(({ name }) => /^adapter_model\.(bin|pt)$/.test(name));
  const all = [config, ...weights];
  pile.use([...all, ...torch]);
  const who = {
    id: `peft:${folder}`,
    kind: 'peft',
    title: localName(folder) || 'Adapter',
    paths: all.map(({ path }) => path),
    sizeBytes: all.reduce((sum, { file }) => sum + file.size, 0),
    ...(await placeOf(folder, pile)),
  } as const;
  try {
    const parsed = parseAdapterConfig(await readText(config, MAX_CONFIG_BYTES));
    const needs = parsed.baseName === undefined ? {} : { baseName: parsed.baseName };
    if (weights.length === 0) {
      const missing = [torch.length > 0 ? ONLY_TORCH : NO_WEIGHTS];
      return { found: { ...who, missing, warnings: [], targets: [] }, needs };
    }
    const tensors = await openSafetensors(weights.map(({ name, file }) => ({ name, file })));
    return complete(who, tensors, peftAdapter(parsed, tensors), needs);
  } catch (thrown) {
    return { found: { ...who, missing: [sentence(thrown)], warnings: [], targets: [] }, needs: {} };
  }
}

const NO_WEIGHTS = 'Its weights (adapter_model.safetensors) are missing.';
const ONLY_TORCH =
  "Its weights are in PyTorch's own format only, which can run programs when it is read: save them as safetensors.";

function complete(
  who: Pick<Finding['found'], 'id' | 'kind' | 'title' | 'paths' | 'sizeBytes' | 'series' | 'step'>,
  tensors: Tensors,
  adapter: PeftAdapter,
  needs: { readonly baseName?: string },
): Finding {
  const weights = mainType(tensors.values());
  const parameters = [...tensors.values()].reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  // As a GGUF adapter its factors are 32-bit floats; see make/peft.ts.
  const bytes = F32_BYTES * parameters;
  return {
    found: {
      ...who,
      parameters,
      ...(weights === undefined ? {} : { weights }),
      ...{ missing: [], warnings: [] },
      targets: [{ to: 'adapter', diskBytes: bytes, memoryBytes: bytes }],
    },
    needs: { ...needs, shapes: changedShapes(adapter) },
  };
}

/** Shapes `[out, in]` of the weights that the factors A `[rank, in]` and B `[out, rank]` change. */
function changedShapes({ pairs }: PeftAdapter): ReadonlyMap<string, readonly number[]> {
  return new Map(pairs.map(({ name, a, b }) => [name, [b.shape[0] ?? 0, a.shape[1] ?? 0]]));
}
