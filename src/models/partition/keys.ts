import type { Column, Expression } from '../lineage/resolved.ts';

/** Which columns of a relation tell the partition that a row belongs to. */
export interface Keys {
  /**
   * Of each set, COALESCE over its columns is the key of the row; mostly a set of one. A column of a query around may be
   * among them: then all rows belong to the partition of that query's row.
   */
  readonly sets: readonly ReadonlySet<Column>[];
  /** Columns that are the key or, where an outer join found no match, null. */
  readonly loose: ReadonlySet<Column>;
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
export type Outer = Omit<Keys, 'lostAt'>;

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
export function isPinned(keys: Outer, outer: Outer): boolean {
  return keys.sets.some((set) => set.size === 1 && [...set].some((column) => isLooseColumn(column, outer)));
}

/** What of the keys is a column of a query around: it holds whatever becomes of the rows. */
export function pins(keys: Outer, outer: Outer): readonly ReadonlySet<Column>[] {
  return keys.sets.filter((set) => set.size === 1 && [...set].some((column) => isLooseColumn(column, outer)));
}

/** Adds the columns of queries around that the conditions make equal to the key. */
export function pin<Held extends Keys>(keys: Held, conditions: readonly Expression[], outer: Outer): Held {
  const found = conditions.flatMap((condition) => {
    if (condition.kind !== 'equal') return [];
    const [left, right] = condition.parts;
    if (left === undefined || right === undefined) return [];
    return [
      [left, right],
      [right, left],
    ].flatMap(([ours, theirs]) => {
      if (ours === undefined || theirs?.kind !== 'column') return [];
      const isTied = condition.matchesNulls
        ? isKey(ours, keys) && isKey(theirs, outer)
        : isLoose(ours, keys) && isLoose(theirs, outer);
      return isTied ? [new Set([theirs.column])] : [];
    });
  });
  return found.length === 0 ? keys : { ...keys, sets: [...keys.sets, ...found] };
}

/** Whether the conditions let only rows of one partition meet. */
export function areTied(left: Keys, right: Keys, conditions: readonly Expression[]): boolean {
  const shares = (ours: Keys, theirs: Keys) =>
    ours.sets.some((set) => set.size === 1 && [...set].every((column) => isLooseColumn(column, theirs)));
  return (
    shares(left, right) ||
    shares(right, left) ||
    conditions.some((condition) => {
      const [one, other] = condition.parts;
      if (condition.kind !== 'equal' || one === undefined || other === undefined) return false;
      // NULL equals nothing; IS NOT DISTINCT FROM would let what an outer join made null meet the keys that are null.
      const test = condition.matchesNulls ? isKey : isLoose;
      return (test(one, left) && test(other, right)) || (test(one, right) && test(other, left));
    })
  );
}
