import type { Column, Expression, Query } from './resolved.ts';

/** A relation of a FROM clause under the name by which the query knows it. */
export interface Binding {
  /** Lower case; empty for a subquery without an alias. */
  readonly name: string;
  readonly columns: readonly Column[];
  /** Why it may have more columns than these. */
  readonly open: string | undefined;
}

/** Columns of one name that USING or NATURAL made one. */
export interface Merged {
  readonly value: Expression;
  readonly columns: ReadonlySet<Column>;
}

/** What a FROM clause brings into sight. */
export interface Sight {
  readonly bindings: readonly Binding[];
  /** By name, in lower case. */
  readonly merged: ReadonlyMap<string, Merged>;
}

/** A common table expression; `columnNames` are those of `with name(a, b)`. */
export interface CommonTable {
  readonly query: Query;
  readonly columnNames: readonly string[];
}

/** Everything that a name can mean at one place of a query. */
export interface Scope extends Sight {
  readonly tables: ReadonlyMap<string, CommonTable>;
  /** Expressions of the select list by alias, in lower case; a column wins over them. */
  readonly aliases: ReadonlyMap<string, Expression>;
  /** Parameters of the lambdas around, in lower case. */
  readonly parameters: ReadonlySet<string>;
  /** The column that stands for `*` and `columns(…)` where these make one expression for each column. */
  readonly star: Expression | undefined;
  /** Of the query around: a correlated subquery may read its columns. */
  readonly outer: Scope | undefined;
}

export const nothingInSight: Sight = { bindings: [], merged: new Map() };

/** A scope without a FROM clause of its own, in which names may mean what they mean in `outer`. */
export function innerScope(outer: Scope | undefined): Scope {
  return {
    ...nothingInSight,
    tables: outer?.tables ?? new Map(),
    aliases: new Map(),
    parameters: outer?.parameters ?? new Set(),
    star: undefined,
    outer,
  };
}

/** What a name was found to be; undefined when this scope has nothing of that name. */
type Found = { readonly column: Column } | { readonly expression: Expression } | { readonly doubt: string } | undefined;

/** A column by its name alone, in this scope without those around. */
export function findColumn(sight: Sight, name: string): Found {
  const wanted = name.toLowerCase();
  const merged = sight.merged.get(wanted);
  if (merged !== undefined) return { expression: merged.value };
  const holders = sight.bindings.filter((binding) => columnOf(binding, wanted) !== undefined);
  if (holders.length > 1) return { doubt: `"${name}" is a column of ${holders.map(title).join(' and of ')}` };
  const column = holders[0] === undefined ? undefined : columnOf(holders[0], wanted);
  return column === undefined ? undefined : { column };
}

/** Why a column of this name may be here without being listed. */
export function doubtOf(sight: Sight): string | undefined {
  return sight.bindings.find((binding) => binding.open !== undefined)?.open;
}

export function findBinding(sight: Sight, name: string): Binding | undefined {
  return sight.bindings.find((binding) => binding.name === name.toLowerCase());
}

/** The first column of that name, as DuckDB takes it. */
export function columnOf(binding: { readonly columns: readonly Column[] }, name: string): Column | undefined {
  const wanted = name.toLowerCase();
  return binding.columns.find((column) => column.name?.toLowerCase() === wanted);
}

function title(binding: Binding): string {
  return binding.name === '' ? 'a subquery' : `"${binding.name}"`;
}
