/**
 * The same pieces; each is begun while the one before is written and hashed. So reading goes on where a tensor ends and the next begins.
 * Holds one piece more.
 */
export async function* readAhead<T>(pieces: AsyncIterable<T>): AsyncGenerator<T> {
  const iterator = pieces[Symbol.asyncIterator]();
  const ask = (): Promise<IteratorResult<T>> => {
    const asked = iterator.next();
    asked.catch(() => undefined); // awaited below, unless the reader stops before it gets here
    return asked;
  };
  let next = ask();
  try {
    for (;;) {
      const step = await next;
      if (step.done === true) return;
      next = ask();
      yield step.value;
    }
  } finally {
    await iterator.return?.();
  }
}
