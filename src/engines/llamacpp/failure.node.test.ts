import { describe, expect, it } from 'vitest';
import { InvalidTextError, toFailure } from './failure.ts';

describe('what llama.cpp says of a reply with half a character', () => {
  it.each([
    '[json.exception.type_error.316] invalid UTF-8 byte at index 0: 0xD8',
    '[json.exception.type_error.316] incomplete UTF-8 string; last byte: 0xD8',
  ])('%s', (message) => {
    expect(toFailure({ message })).toBeInstanceOf(InvalidTextError);
  });
});
