/** Calls back once, when `element` comes near the window or the page is about to be printed. */
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
  };
  function done(): void {
    stop();
    callback();
  }
  observer.observe(element);
  addEventListener('beforeprint', done);
  return stop;
}
