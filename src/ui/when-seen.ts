/** Between two elements that nobody has looked at yet: long enough for the page to answer in. */
const PAUSE_MS = 120;

const waiting: (() => void)[] = [];
let timer: ReturnType<typeof setTimeout> | undefined;

function next(): void {
  timer = undefined;
  waiting.shift()?.();
  if (waiting.length > 0) timer = setTimeout(next, PAUSE_MS);
}

/**
 * Calls back once: when `element` comes near the window, when the page is about to be printed, or else when its
 * turn comes, one element at a time.
 */
export function whenSeen(element: Element, callback: () => void): () => void {
  const observer = new IntersectionObserver(
    (entries) => {
      if (entries.some((entry) => entry.isIntersecting)) done();
    },
    { rootMargin: '200px' },
  );
  const stop = (): void => {
    observer.disconnect();
    removeEventListener('beforeprint', done);
    const at = waiting.indexOf(done);
    if (at >= 0) waiting.splice(at, 1);
  };
  function done(): void {
    stop();
    callback();
  }
  observer.observe(element);
  addEventListener('beforeprint', done);
  waiting.push(done);
  timer ??= setTimeout(next, PAUSE_MS);
  return stop;
}
