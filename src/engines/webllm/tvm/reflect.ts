import { AppError } from '../../../core/errors.ts';

/**
 * WebLLM's pipeline is private to it and has no types of ours. Everything there goes through these few functions, which say what
 * is missing when another version names it otherwise.
 */
export function part(owner: unknown, name: string): unknown {
  return (typeof owner === 'object' && owner !== null) || typeof owner === 'function'
    ? Reflect.get(owner, name)
    : undefined;
}

function missing(name: string, what: string): AppError {
  return new AppError('model-load', `WebLLM: expected ${what} "${name}", got none: its version is another`);
}

/** A member that has to be there. */
export function need(owner: unknown, name: string): unknown {
  const found = part(owner, name);
  if (found === undefined || found === null) throw missing(name, 'a member');
  return found;
}

/** Calls a method; throws what it throws. */
export function call(owner: unknown, name: string, ...given: readonly unknown[]): unknown {
  const method = part(owner, name);
  if (typeof method !== 'function') throw missing(name, 'a method');
  return Reflect.apply(method, owner, given);
}

export function construct(owner: unknown, name: string, ...given: readonly unknown[]): unknown {
  const made = part(owner, name);
  if (typeof made !== 'function') throw missing(name, 'a class');
  return Reflect.construct(made, given);
}

export type Callable = (...given: readonly unknown[]) => unknown;

/** A function that is a value: TVM hands out its own as such. */
export function callable(value: unknown, name: string): Callable {
  if (typeof value !== 'function') throw missing(name, 'a function');
  return (...given) => {
    const result: unknown = Reflect.apply(value, undefined, given);
    return result;
  };
}

/** Puts `around` in the place of a method of every object with this prototype; false where there is no such method. */
export function intercept(
  prototype: object,
  name: string,
  around: (given: readonly unknown[], original: Callable) => unknown,
): boolean {
  const method: unknown = Reflect.get(prototype, name);
  if (typeof method !== 'function') return false;
  const replaced = function (this: unknown, ...given: readonly unknown[]): unknown {
    return around(given, (...passed) => {
      const result: unknown = Reflect.apply(method, this, passed);
      return result;
    });
  };
  return Reflect.defineProperty(prototype, name, { configurable: true, writable: true, value: replaced });
}

export function whole(owner: unknown, name: string): number {
  const value = part(owner, name);
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  throw missing(name, 'a whole number');
}
