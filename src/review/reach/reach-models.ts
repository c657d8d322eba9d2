import type { ModelFile } from '../../project/model-file.ts';
import type { Side } from '../types.ts';
import { wordsOf } from './reach-words.ts';

/** The columns of a table that may hold something else, in lower case; null: any, and rows may come and go. */
export type Extent = ReadonlySet<string> | null;

/** Model, or table as `sla.targets`, → what of it may be another; of schema main the bare name. Lower case. */
export type Extents = ReadonlyMap<string, Extent>;

/** The name by which reach knows a table: `lead_cycles`, `sla.targets`, `agreement_promises`. */
export function tableKey(name: string): string {
  return name.toLowerCase().replace(/^main\./, '');
}

/** Several extents of the same tables in one. Pure. */
export function joinExtents(all: Iterable<readonly [string, Extent]>): Extents {
  const joined = new Map<string, Extent>();
  for (const [name, extent] of all) {
    const key = tableKey(name);
    const known = joined.get(key);
    if (known === null) continue;
    joined.set(key, extent === null ? null : new Set([...(known ?? []), ...lower(extent)]));
  }
  return joined;
}

/**
 * Follows what changed down through the models of both sides. A column that only feeds values reaches the columns that
 * it feeds; one that decides which rows there are, and a table whose rows may come and go, reach all of their reader.
 * Where it cannot be told what a column is made of, it is made of everything. Pure.
 */
export function spread(starts: Extents, sides: readonly Side[]): Extents {
  const graph = graphOf(sides);
  const found = new Map<string, Extent>();
  const waiting = [...joinExtents(starts)];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [table, extent] = next;
    const fresh = freshOf(found.get(table), extent, found.has(table));
    if (fresh === undefined) continue;
    const known = found.get(table);
    found.set(table, fresh === null ? null : new Set([...(known ?? []), ...fresh]));
    for (const reader of graph.readers.get(table) ?? []) {
      const reached = inReader(graph, { table, fresh, reader });
      if (reached === null || reached.size > 0) waiting.push([reader, reached]);
    }
  }
  return found;
}

/** What of an extent is not known yet; undefined: nothing. */
function freshOf(known: Extent | undefined, extent: Extent, isKnown: boolean): Extent | undefined {
  if (known === null) return undefined;
  if (extent === null) return null;
  const fresh = new Set([...extent].filter((column) => !known?.has(column)));
  return fresh.size === 0 && isKnown ? undefined : fresh;
}

interface Graph {
  /** Table → the models that read it. */
  readonly readers: ReadonlyMap<string, ReadonlySet<string>>;
  /** Column of a table, as `cell` writes it, → the columns of a reader that it feeds, and the readers whose rows it decides. */
  readonly feeds: ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>>;
  readonly decides: ReadonlyMap<string, ReadonlySet<string>>;
  /** Models of which nothing is known by column. */
  readonly opaque: ReadonlySet<string>;
  /** Model → columns that may be made of more than is known. */
  readonly doubtful: ReadonlyMap<string, ReadonlySet<string>>;
}

function inReader(
  graph: Graph,
  { table, fresh, reader }: { readonly table: string; readonly fresh: Extent; readonly reader: string },
): Extent {
  if (fresh === null) return null;
  if (fresh.size === 0) return fresh;
  const cells = [...fresh].map((column) => cell(table, column));
  if (graph.opaque.has(reader) || cells.some((key) => graph.decides.get(key)?.has(reader) === true)) return null;
  const fed = cells.flatMap((key) => [...(graph.feeds.get(key)?.get(reader) ?? [])]);
  return new Set([...fed, ...(graph.doubtful.get(reader) ?? [])]);
}

function graphOf(sides: readonly Side[]): Graph {
  const readers = new Map<string, Set<string>>();
  const feeds = new Map<string, Map<string, Set<string>>>();
  const decides = new Map<string, Set<string>>();
  const opaque = new Set<string>();
  const doubtful = new Map<string, Set<string>>();
  for (const side of sides) {
    for (const [model, tables] of readsOf(side)) {
      for (const table of tables) addTo(readers, table, model);
      const lineage = side.inspected?.lineages.get(model);
      if (lineage === undefined || lineage.unknown !== undefined || lineage.filters.unknown !== undefined) {
        opaque.add(model);
        continue;
      }
      for (const source of lineage.filters.from) addTo(decides, cell(source.table, source.column), model);
      for (const { name, from, unknown } of lineage.columns) {
        if (unknown !== undefined) addTo(doubtful, model, name.toLowerCase());
        for (const source of from) {
          const key = cell(source.table, source.column);
          const fed = feeds.get(key) ?? new Map<string, Set<string>>();
          feeds.set(key, fed);
          addTo(fed, model, name.toLowerCase());
        }
      }
    }
  }
  return { readers, feeds, decides, opaque, doubtful };
}

/** Model → the models and tables that it reads. */
export function readsOf({ project, planned }: Side): ReadonlyMap<string, readonly string[]> {
  if (planned !== undefined) {
    return new Map(
      planned.map(({ file, reads, readsTables }) => [file.name, [...reads, ...readsTables].map(tableKey)]),
    );
  }
  // What cannot be parsed still says in its words what it may read.
  const names = project.models.map(({ name }) => name);
  return new Map(project.models.map((model) => [model.name, mayRead(model, names)]));
}

const tableOutside = /\b(?:raw|seeds|sla|run)\s*\.\s*\w+/gi;

function mayRead({ name, aliasOf, sql }: ModelFile, models: readonly string[]): string[] {
  const text = sql.text.replaceAll('"', '');
  const words = wordsOf(text.replaceAll(tableOutside, ' '));
  return [
    ...models.filter((other) => other === aliasOf || (other !== name && words.has(other))),
    ...(text.match(tableOutside) ?? []).map((table) => tableKey(table.replaceAll(/\s/g, ''))),
  ];
}

function cell(table: string, column: string): string {
  return `${tableKey(table)}\n${column.toLowerCase()}`;
}

function addTo(map: Map<string, Set<string>>, key: string, value: string): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, new Set([value]));
  else values.add(value);
}

function lower(names: ReadonlySet<string>): string[] {
  return [...names].map((name) => name.toLowerCase());
}
