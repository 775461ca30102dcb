/** Drops the fields that are not set, as exactOptionalPropertyTypes wants. */
export function given<Fields extends object>(
  fields: Fields,
): { [Key in keyof Fields]?: NonNullable<Fields[Key]> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  const kept: { [Key in keyof Fields]?: NonNullable<Fields[Key]> } = {};
  return Object.assign(kept, Object.fromEntries(entries));
}
