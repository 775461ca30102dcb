import { readFile } from 'node:fs/promises';
import * as v from 'valibot';

const HEAD = v.object({ constants: v.object({ logEventTypes: v.record(v.string(), v.number()) }) });
const EVENT = v.object({
  type: v.number(),
  params: v.optional(v.object({ url: v.optional(v.string()), address: v.optional(v.string()) })),
});

export interface NetLog {
  /** Every address that anything in the browser asked for, its own services too, in order. */
  readonly urls: readonly string[];
  /** Every `host:port` that a connection was tried to. */
  readonly addresses: readonly string[];
}

/** Lines are whole events with a comma after each; the last one may be cut off when the browser was killed. */
function parseLine(line: string): unknown {
  try {
    return JSON.parse(line.replace(/,\s*$/, ''));
  } catch {
    return undefined;
  }
}

/** Reads what Chromium's `--log-net-log` wrote: https://www.chromium.org/for-testers/providing-network-details/ */
export function parseNetLog(text: string): NetLog {
  const lines = text.split('\n');
  const head = v.parse(HEAD, JSON.parse(`${(lines[0] ?? '').replace(/,\s*$/, '')}}`));
  const typeOf = (name: string): number => {
    const type = head.constants.logEventTypes[name];
    if (type === undefined) throw new Error(`expected the network log to know events of type ${name}`);
    return type;
  };
  const [asked, connected] = [typeOf('URL_REQUEST_START_JOB'), typeOf('TCP_CONNECT_ATTEMPT')];
  const events = lines.slice(1).flatMap((line) => {
    const event = v.safeParse(EVENT, parseLine(line));
    return event.success ? [event.output] : [];
  });
  return {
    urls: events.flatMap((event) => (event.type === asked ? (event.params?.url ?? []) : [])),
    addresses: events.flatMap((event) => (event.type === connected ? (event.params?.address ?? []) : [])),
  };
}

export async function readNetLog(file: string): Promise<NetLog> {
  return parseNetLog(await readFile(file, 'utf8'));
}
