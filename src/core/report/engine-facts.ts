import type { LoadedFacts, SelfCheck, Speed } from '../engine.ts';
import type { NamedFact } from './model-facts.ts';

/** What each self-check compares, in words. */
export const CHECK_WORDS: Readonly<Record<SelfCheck['name'], string>> = {
  repeat: 'The same question twice',
  batch: 'Beside other questions against alone',
  fork: 'From a shared beginning against from its own',
  devices: 'Graphics processor against processor',
  tokenizer: 'Token counts of Assay against those of the engine',
  adapter: 'Adapter switched off against the base alone',
};

export const OUTCOME_WORDS: Readonly<Record<SelfCheck['outcome'], string>> = {
  passed: 'passed',
  failed: 'FAILED',
  skipped: 'not done',
};

/** A difference in nats, as short as it says something: `0`, `0.012`, `2.0e-6`. */
export function natsText(nats: number): string {
  if (nats === 0) return '0';
  return nats < 0.001 ? nats.toExponential(1) : String(Number(nats.toPrecision(2)));
}

/** `passed, largest difference 2.0e-6 nats, allowed 0.001`; with the note where there is one. */
export function checkText({ outcome, difference, tolerance, note }: SelfCheck): string {
  const parts = [
    OUTCOME_WORDS[outcome],
    ...(difference === undefined ? [] : [`largest difference ${natsText(difference)} nats`]),
    ...(tolerance === undefined ? [] : [`allowed ${natsText(tolerance)}`]),
  ];
  return `${parts.join(', ')}${note === undefined ? '' : `: ${note}`}`;
}

/** Tokens per second, three figures: `9.87`, `120`, `1,234`. */
export function rateText(tokensPerS: number): string {
  const digits = tokensPerS >= 100 ? 0 : tokensPerS >= 10 ? 1 : 2;
  return tokensPerS.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** `reads 120 tokens/s; writes 10.3 tokens/s alone, 16.3 with 8 at once` */
export function speedText({ prefillTokensPerS, decode }: Speed): string {
  const writes = decode.map(({ batch, tokensPerS }) =>
    batch === 1 ? `${rateText(tokensPerS)} tokens/s alone` : `${rateText(tokensPerS)} with ${batch} at once`,
  );
  const reads = `reads ${rateText(prefillTokensPerS)} tokens/s`;
  return writes.length === 0 ? reads : `${reads}; writes ${writes.join(', ')}`;
}

/** `CPU, 4 threads`, `WebGPU (asked for CPU)` */
export function deviceText({ deviceAsked, deviceUsed, threads }: LoadedFacts): string {
  const used = deviceUsed === 'cpu' ? `CPU, ${threads} ${threads === 1 ? 'thread' : 'threads'}` : 'WebGPU';
  return deviceAsked === deviceUsed
    ? used
    : `${used} (asked for ${deviceAsked === 'cpu' ? 'CPU' : 'WebGPU'})`;
}

/** What an engine was, ran on and found of itself; what runs of Assay 0.1 do not have is left out. */
export function engineFacts(facts: LoadedFacts): readonly NamedFact[] {
  const { adapterName, speed, checks = [] } = facts;
  return [
    { name: 'Engine', value: `${facts.engine} ${facts.engineVersion}` },
    { name: 'Device used', value: deviceText(facts) },
    ...(adapterName === undefined ? [] : [{ name: 'Graphics processor', value: adapterName }]),
    { name: 'At once', value: `${facts.batch}, with ${facts.contextTokens} tokens of context each` },
    ...(speed === undefined ? [] : [{ name: 'Speed', value: speedText(speed) }]),
    ...checks.map((check) => ({ name: `Self-check: ${CHECK_WORDS[check.name]}`, value: checkText(check) })),
  ];
}

export function someCheckFailed(facts: Pick<LoadedFacts, 'checks'> | undefined): boolean {
  return facts?.checks?.some(({ outcome }) => outcome === 'failed') === true;
}
