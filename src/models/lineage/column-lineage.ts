import type { Known } from './context.ts';
import { type ColumnName, type Feed, mix } from './feed.ts';
import { FeedReader } from './query-feeds.ts';
import { resolveStatement } from './resolve-query.ts';

/** The columns that something is made of, sorted; `unknown` says why there may be others. */
interface Sources {
  readonly from: readonly ColumnName[];
  readonly unknown?: string;
}

/** A column of a model with the columns that feed its value. */
export interface FedColumn extends Sources {
  readonly name: string;
}

/** Where the columns of one model come from. Plain data, fit for JSON. */
export interface QueryLineage {
  /** Tables and models that it reads, sorted. */
  readonly reads: readonly string[];
  readonly columns: readonly FedColumn[];
  /** What decides which rows there are: conditions, joins, groups, and order where rows are cut off. */
  readonly filters: Sources;
  /** Why there may be columns that are not listed. */
  readonly unknown?: string;
}

/**
 * What feeds each column of a model: one statement of `json_serialize_sql`. `names` are the columns as DuckDB names them,
 * where they are known: an expression without an alias has a name that only DuckDB can tell. Pure.
 */
export function columnLineage(statement: unknown, known: Known, names: readonly string[] = []): QueryLineage {
  const query = resolveStatement(statement, known);
  const reader = new FeedReader();
  const feeds = reader.query(query, true);
  const isNamed = names.length === query.columns.length;
  return {
    reads: [...reader.tables].sort(),
    columns: feeds.columns.map((feed, index) => ({
      name: (isNamed ? names[index] : query.columns[index]?.name) ?? `column ${index + 1}`,
      ...sources(feed),
    })),
    filters: sources(feeds.rows),
    ...(query.open === undefined ? {} : { unknown: query.open }),
  };
}

function sources(feed: Feed): Sources {
  const { sources: found, doubts } = mix([feed]);
  const from = [...found].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, source]) => source);
  return doubts.size === 0 ? { from } : { from, unknown: [...doubts].join('; ') };
}
