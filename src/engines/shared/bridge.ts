import { transferHandlers } from 'comlink';
import * as v from 'valibot';
import { AppError, ERROR_CODES, toAppError } from '../../core/errors.ts';

const thrownSchema = v.object({ value: v.unknown() });
const carriedSchema = v.object({ code: v.picklist(ERROR_CODES), message: v.string() });

/**
 * Comlink drops an error's class and code on the way between worker and page (measured with 4.4.2). Called on both sides,
 * this carries every thrown value over as an AppError.
 */
export function carryErrors(): void {
  const original = transferHandlers.get('throw');
  if (original === undefined)
    throw new AppError('internal', 'expected Comlink to have a handler for thrown values');
  transferHandlers.set('throw', {
    canHandle: (value): value is unknown => original.canHandle(value),
    serialize: (value) => {
      const { code, message } = toAppError(v.parse(thrownSchema, value).value);
      return [{ code, message }, []];
    },
    deserialize: (value) => {
      const { code, message } = v.parse(carriedSchema, value);
      throw new AppError(code, message);
    },
  });
}
