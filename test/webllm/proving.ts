import type { CheckedFolder } from './folder.ts';
import type { Clock } from './clock.ts';
import type { ProofOptions } from './options.ts';
import type { Session } from './session.ts';

/** What every part of the proof works with, and where it puts what it found. */
export class Proving {
  readonly session: Session;
  readonly clock: Clock;
  readonly options: ProofOptions;
  readonly folder: CheckedFolder;
  /** In nats. */
  readonly tolerance: number;
  readonly failures: string[] = [];
  readonly results: (readonly [string, string])[] = [];
  /** Tokens that the engine puts before a raw prompt. */
  start: readonly number[] = [];

  constructor(parts: Pick<Proving, 'session' | 'clock' | 'options' | 'folder' | 'tolerance'>) {
    this.session = parts.session;
    this.clock = parts.clock;
    this.options = parts.options;
    this.folder = parts.folder;
    this.tolerance = parts.tolerance;
  }

  readonly withStart = (tokens: readonly number[]): readonly number[] => [...this.start, ...tokens];

  readonly fail = (line: string): void => {
    this.failures.push(line);
    this.clock.say(`  DISAGREES: ${line}`);
  };

  readonly result = (name: string, line: string): void => {
    this.results.push([name, line]);
    this.clock.say(`${name}: ${line}`);
  };
}
