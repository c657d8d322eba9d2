/** Those of the base and one's own, in order of their key; one's own win. */
export function byKey<T>(base: readonly T[], own: readonly T[], keyOf: (entry: T) => string): T[] {
  const merged = new Map([...base, ...own].map((entry) => [keyOf(entry), entry]));
  return [...merged].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, entry]) => entry);
}

export function byName<T extends { name: string }>(base: readonly T[], own: readonly T[]): T[] {
  return byKey(base, own, ({ name }) => name);
}
