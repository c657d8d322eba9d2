import type { Column, Expression } from '../lineage/resolved.ts';

/** Which columns of a relation tell the partition that a row belongs to. */
export interface Keys {
  /** Of each set, COALESCE over its columns is the key of the row; mostly a set of one. */
  readonly sets: readonly ReadonlySet<Column>[];
  /** Columns that are the key or, where an outer join found no match, null. */
  readonly loose: ReadonlySet<Column>;
  /** Columns of queries around: all rows belong to the partition of the row that these belong to. */
  readonly pins: ReadonlySet<Column>;
  /** Where a select left the key out; for the message. */
  readonly lostAt?: number | undefined;
}

/** What is known of the rows of a relation: they come from inputs that are never cut, or each belongs to one partition. */
export type Rows =
  | { readonly kind: 'whole' }
  | ({ readonly kind: 'keyed' } & Keys)
  /** A problem has been told; what follows from it is not told again. */
  | { readonly kind: 'refused' };

export const whole: Rows = { kind: 'whole' };
export const refused: Rows = { kind: 'refused' };

/** The columns of the queries around that are keys: a correlated subquery may be tied to them. */
export type Outer = Pick<Keys, 'sets' | 'loose'>;

export const noOuter: Outer = { sets: [], loose: new Set() };

/** The keys that are known when the rows of several relations are at hand. */
export function together(...all: readonly (Rows | Outer)[]): Outer {
  const keyed = all.flatMap((rows) => ('sets' in rows ? [rows] : []));
  return {
    sets: keyed.flatMap(({ sets }) => sets),
    loose: new Set(keyed.flatMap(({ loose }) => [...loose])),
  };
}

/** Whether an expression is the key of the row, null included. */
export function isKey(expression: Expression, keys: Outer): boolean {
  const columns = coalesced(expression);
  if (columns === undefined || !columns.every((column) => isLooseColumn(column, keys))) return false;
  const given = new Set(columns);
  return keys.sets.some((set) => [...set].every((column) => given.has(column)));
}

/** Whether an expression is the key of the row wherever it is not null. */
export function isLoose(expression: Expression, keys: Outer): boolean {
  const columns = coalesced(expression);
  return columns?.every((column) => isLooseColumn(column, keys)) ?? false;
}

function isLooseColumn(column: Column, keys: Outer): boolean {
  return keys.loose.has(column) || keys.sets.some((set) => set.size === 1 && set.has(column));
}

/** The columns of a COALESCE over columns alone, or of a column by itself. */
function coalesced(expression: Expression): readonly Column[] | undefined {
  if (expression.kind === 'column') return [expression.column];
  if (expression.kind !== 'coalesce') return undefined;
  const parts = expression.parts.map(coalesced);
  return parts.includes(undefined) ? undefined : parts.flatMap((columns) => columns ?? []);
}

/** Whether all rows belong to the partition of the row of a query around. */
export function isPinned(keys: Keys, outer: Outer): boolean {
  return pinsTo(keys, outer).size > 0;
}

/** Those of the pins that are columns of the queries around. */
export function pinsTo(keys: Keys, outer: Outer): ReadonlySet<Column> {
  return new Set([...keys.pins].filter((column) => isLooseColumn(column, outer)));
}

/** Adds the columns of queries around that the conditions make equal to the key. */
export function pin<Held extends Keys>(keys: Held, conditions: readonly Expression[], outer: Outer): Held {
  const found = conditions.flatMap((condition) => {
    const [left, right] = condition.parts;
    if (condition.kind !== 'equal' || left === undefined || right === undefined) return [];
    const test = testOf(condition);
    const pinned = (ours: Expression, theirs: Expression) =>
      theirs.kind === 'column' && test(ours, keys) && test(theirs, outer) ? [theirs.column] : [];
    return [...pinned(left, right), ...pinned(right, left)];
  });
  return found.length === 0 ? keys : { ...keys, pins: new Set([...keys.pins, ...found]) };
}

/** Whether the conditions let only rows of one partition meet. */
export function areTied(left: Keys, right: Keys, conditions: readonly Expression[]): boolean {
  const isPinnedTo = (ours: Keys, theirs: Keys) =>
    [...ours.pins].some((column) => theirs.pins.has(column) || isLooseColumn(column, theirs));
  if (isPinnedTo(left, right) || isPinnedTo(right, left)) return true;
  return conditions.some((condition) => {
    const [one, other] = condition.parts;
    if (condition.kind !== 'equal' || one === undefined || other === undefined) return false;
    const test = testOf(condition);
    return (test(one, left) && test(other, right)) || (test(one, right) && test(other, left));
  });
}

/** NULL equals nothing; IS NOT DISTINCT FROM would let what an outer join made null meet the keys that are null. */
function testOf(equality: Extract<Expression, { kind: 'equal' }>): (expression: Expression, keys: Outer) => boolean {
  return equality.matchesNulls ? isKey : isLoose;
}
