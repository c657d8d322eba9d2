import type { QueryLineage } from './column-lineage.ts';
import type { ColumnName } from './feed.ts';

/** Where one model's columns come from, for every model by name. */
export type Lineages = ReadonlyMap<string, QueryLineage>;

/** A column that was reached, with the shortest way to it: from the column asked about to this one, both included. */
interface Reached extends ColumnName {
  readonly path: readonly ColumnName[];
}

/** What a column of a model comes from, outside models: columns of raw, seeds, sla and run. */
export interface Trace {
  /** Those that feed its value. */
  readonly values: readonly Reached[];
  /** Those that only decide, in this model or one before it, which rows there are. */
  readonly filters: readonly Reached[];
  /** Where the way is lost, and why. */
  readonly unknown: readonly (ColumnName & { readonly reason: string })[];
}

/** What a column feeds. */
export interface Fed {
  /** Columns of models whose value it feeds, through however many models. */
  readonly values: readonly Reached[];
  /** Models of which it decides the rows, or the rows of what they read. */
  readonly filters: readonly { readonly table: string; readonly path: readonly ColumnName[] }[];
}

/** Follows a column of a model up to the tables that no model makes. Pure. */
export function traceColumn(models: Lineages, table: string, column: string): Trace {
  const above = (name: ColumnName): readonly ColumnName[] => columnIn(models, name)?.from ?? [];
  const values = reach([{ table, column }], above);
  const deciding = values.flatMap(({ path, ...name }) => decides(models, name).map((next) => [...path, next]));
  const filters = reachOn(deciding, (name) => [...above(name), ...decides(models, name)]);
  const fed = new Set(values.map(keyOf));
  const isOutside = (name: ColumnName) => !models.has(name.table);
  const doubtful = [...values, ...filters].flatMap((name) => doubtsOf(models, name));
  return {
    values: values.filter(isOutside),
    filters: filters.filter((name) => isOutside(name) && !fed.has(keyOf(name))),
    unknown: distinct(doubtful),
  };
}

/** Follows a column of a model, or of a table that models read, down to every column that it feeds. Pure. */
export function feeds(models: Lineages, table: string, column: string): Fed {
  const below = readersOf(models);
  const values = reach([{ table, column }], (name) => below.values.get(keyOf(name)) ?? []);
  const filtered = new Map<string, readonly ColumnName[]>();
  const waiting = values.flatMap(({ path, ...name }) =>
    (below.filters.get(keyOf(name)) ?? []).map((model) => ({ model, path })),
  );
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const { model, path } = next;
    if (filtered.has(model)) continue;
    filtered.set(model, path);
    waiting.push(...(below.models.get(model) ?? []).map((reader) => ({ model: reader, path })));
  }
  return {
    values: values.slice(1),
    filters: [...filtered].map(([model, path]) => ({ table: model, path })),
  };
}

function columnIn(models: Lineages, { table, column }: ColumnName) {
  return models.get(table)?.columns.find(({ name }) => name.toLowerCase() === column.toLowerCase());
}

function decides(models: Lineages, { table }: ColumnName): readonly ColumnName[] {
  return models.get(table)?.filters.from ?? [];
}

function doubtsOf(models: Lineages, name: ColumnName): Trace['unknown'] {
  const model = models.get(name.table);
  if (model === undefined) return [];
  const column = columnIn(models, name);
  const reason = column === undefined ? (model.unknown ?? `${name.table} has no such column`) : column.unknown;
  return reason === undefined ? [] : [{ table: name.table, column: name.column, reason }];
}

/** Column → the columns it feeds, and the models whose rows it decides; model → the models that read it. */
function readersOf(models: Lineages) {
  const values = new Map<string, ColumnName[]>();
  const filters = new Map<string, string[]>();
  const readers = new Map<string, string[]>();
  for (const [table, { columns, filters: deciding, reads }] of models) {
    for (const read of reads) add(readers, read, table);
    for (const source of deciding.from) add(filters, keyOf(source), table);
    for (const { name, from } of columns) {
      for (const source of from) add(values, keyOf(source), { table, column: name });
    }
  }
  return { values, filters, models: readers };
}

function add<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}

function reach(from: readonly ColumnName[], next: (name: ColumnName) => readonly ColumnName[]): readonly Reached[] {
  return reachOn(
    from.map((name) => [name]),
    next,
  );
}

/** Everything that can be reached, nearest first, from the ends of the given paths. */
function reachOn(
  paths: readonly (readonly ColumnName[])[],
  next: (name: ColumnName) => readonly ColumnName[],
): readonly Reached[] {
  const found = new Map<string, Reached>();
  let border = paths;
  while (border.length > 0) {
    const following: (readonly ColumnName[])[] = [];
    for (const path of border) {
      const end = path.at(-1);
      if (end === undefined || found.has(keyOf(end))) continue;
      found.set(keyOf(end), { table: end.table, column: end.column, path });
      following.push(...next(end).map((name) => [...path, name]));
    }
    border = following;
  }
  return [...found.values()];
}

function distinct(doubts: Trace['unknown']): Trace['unknown'] {
  return [...new Map(doubts.map((doubt) => [keyOf(doubt), doubt])).values()];
}

function keyOf({ table, column }: ColumnName): string {
  return `${table}\n${column.toLowerCase()}`;
}
