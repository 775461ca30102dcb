/** In the order in which they were added; what has no date came with the app and stands first. */
export function oldestFirst<Value extends { readonly addedAt?: number }>(
  values: readonly Value[],
): readonly Value[] {
  return [...values].sort((a, b) => (a.addedAt ?? 0) - (b.addedAt ?? 0));
}

export function newestFirst<Value extends { readonly createdAt: number }>(
  values: readonly Value[],
): readonly Value[] {
  return [...values].sort((a, b) => b.createdAt - a.createdAt);
}
