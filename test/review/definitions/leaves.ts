/** Where a value stands in plain data, keys of maps among them. */
export interface Leaf {
  readonly path: readonly (string | number)[];
  readonly value: string | number | boolean | null;
}

/** Every value of plain data that is no part of another; `without`: keys that say nothing. */
export function leavesOf(value: unknown, without: readonly string[] = [], path: Leaf['path'] = []): Leaf[] {
  if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) {
    return [{ path, value: value as Leaf['value'] }];
  }
  if (Array.isArray(value)) return value.flatMap((item, index) => leavesOf(item, without, [...path, index]));
  if (typeof value !== 'object') return [];
  const entries: [string, unknown][] = value instanceof Map ? [...value] : Object.entries(value);
  return entries
    .filter(([key]) => !without.includes(key))
    .flatMap(([key, item]) => leavesOf(item, without, [...path, key]));
}

/** The same data with another value at a place. */
export function withOther<Value>(value: Value, { path: [key, ...rest], value: old }: Leaf, other: unknown): Value {
  if (key === undefined) return other as Value;
  const inner = (part: unknown): unknown => withOther(part, { path: rest, value: old }, other);
  if (value instanceof Map) return new Map(value).set(key, inner(value.get(key))) as Value;
  const copy: object = Array.isArray(value) ? [...value] : { ...(value as object) };
  Reflect.set(copy, key, inner(Reflect.get(copy, key)));
  return copy as Value;
}
