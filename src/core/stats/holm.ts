/**
 * Holm's step-down adjustment (Holm 1979, Scandinavian Journal of Statistics 6:65): of m p-values in ascending order the i-th is
 * multiplied by m - i + 1, never falls below the one before it, and is at most 1. A comparison without a p-value stays without one
 * and does not count towards m. In the order given.
 */
export function holm(ps: readonly (number | undefined)[]): (number | undefined)[] {
  const order = ps.flatMap((p, index) => (p === undefined ? [] : [{ p, index }])).sort((a, b) => a.p - b.p);
  const adjusted = new Array<number | undefined>(ps.length).fill(undefined);
  let reached = 0;
  for (const [rank, { p, index }] of order.entries()) {
    reached = Math.min(1, Math.max(reached, p * (order.length - rank)));
    adjusted[index] = reached;
  }
  return adjusted;
}
