import type { EngineInfo } from '../../core/engine.ts';
import { obstacle, routeOf, type ModelNeeds } from '../../core/hardware/ways.ts';
import type { HardwareReport } from '../../core/hardware/types.ts';
import type { RunDraft } from '../../state/types.ts';
import { DEVICE_WORDS } from '../shared/words.ts';

/** Where one model of a draft will run, in words. */
export interface RouteWords {
  readonly label: string;
  readonly where: string;
  /** Why it is not what was chosen, or what is in its way; one plain sentence. */
  readonly why?: string;
  /** It cannot run as things stand. */
  readonly blocked: boolean;
}

const KIND_WORDS = { gguf: 'GGUF models', mlc: 'MLC models' } as const;

/** Where a model goes under the draft's choice, as the run itself will decide it (`routeOf`). */
export function routeWords(
  model: ModelNeeds,
  choice: Pick<RunDraft, 'engine' | 'device'>,
  engines: readonly EngineInfo[],
  report: HardwareReport | undefined,
): RouteWords {
  const { label, kind = 'gguf' } = model;
  const route = routeOf(model, choice, engines);
  const engine = engines.find(({ id }) => id === route?.engine);
  if (route === undefined || engine === undefined) {
    return { label, where: 'nowhere', why: `No engine here reads ${KIND_WORDS[kind]}.`, blocked: true };
  }
  const where = `${engine.label}, ${DEVICE_WORDS[route.device]}`;
  const hindrance = engine.fake ? undefined : obstacle(model, route.device, report);
  if (hindrance !== undefined) {
    const instead = engine.devices.includes('cpu');
    const why = `${upper(hindrance)}${instead ? '; it will run on the processor (CPU)' : ''}.`;
    return { label, where, why, blocked: !instead };
  }
  const chosen = engines.find(({ id }) => id === choice.engine);
  if (chosen !== undefined && chosen.id !== engine.id) {
    return { label, where, why: `${chosen.label} does not read ${KIND_WORDS[kind]}.`, blocked: false };
  }
  if (route.device !== choice.device) {
    return { label, where, why: `${engine.label} runs there only.`, blocked: false };
  }
  return { label, where, blocked: false };
}

function upper(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
