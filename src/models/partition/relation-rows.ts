import type { Column, Expression, Query, Relation } from '../lineage/resolved.ts';
import type { Checker } from './checker.ts';
import { joinedRows } from './join-rows.ts';
import { type Outer, type Rows, whole } from './keys.ts';
import { reasons } from './problems.ts';

/** What is known of the rows of a relation. `filters` hold for all rows that are kept of it. */
export function relationRows(relation: Relation, filters: readonly Expression[], outer: Outer, checker: Checker): Rows {
  switch (relation.kind) {
    case 'nothing':
      return whole;
    case 'table':
      return tableRows(relation, checker);
    case 'query':
      return renamed(
        checker.within(relation.model, () => checker.query(relation.query, outer)),
        relation,
        relation.query,
      );
    case 'rows':
      return checker.expressions(relation.arguments, outer);
    case 'unpivot':
      return turned(relation, relationRows(relation.source, [], outer, checker));
    case 'join':
      return joinedRows(relation, filters, outer, checker);
    case 'sample':
      relationRows(relation.of, [], outer, checker);
      return checker.refuse(reasons.sample, relation.position);
    case 'unknown': {
      for (const source of relation.sources) relationRows(source, [], outer, checker);
      return checker.refuse(reasons.unknown(relation.reason), relation.position);
    }
  }
}

function tableRows(relation: Extract<Relation, { kind: 'table' }>, checker: Checker): Rows {
  const { table, position, isBare, open } = relation;
  const key = checker.inputs.get(table);
  if (key === undefined) return whole;
  checker.read.add(table);
  // A model's rows are cut under its bare name; a table outside models is only ever read through a view.
  if (!isBare && !table.includes('.')) return checker.refuse(reasons.schema(table), position);
  const place = relation.names.findIndex((name) => name.toLowerCase() === key.toLowerCase());
  const column = relation.columns[place];
  if (open !== undefined) return checker.refuse(reasons.unknown(open), position);
  if (column === undefined) return checker.refuse(reasons.noKeyColumn(table, key), position);
  return { kind: 'keyed', sets: [new Set([column])], loose: new Set(), pins: new Set() };
}

/** The rows of a query under the columns of a relation that reads it. */
function renamed(rows: Rows, relation: Relation, query: Query): Rows {
  if (rows.kind !== 'keyed') return rows;
  const names = new Map(query.columns.map((column, index) => [column, relation.columns[index] ?? column]));
  const rename = (columns: ReadonlySet<Column>) => new Set([...columns].map((column) => names.get(column) ?? column));
  return { ...rows, sets: rows.sets.map(rename), loose: rename(rows.loose) };
}

/** UNPIVOT makes several rows of one, each with the columns that stay. */
function turned(relation: Extract<Relation, { kind: 'unpivot' }>, rows: Rows): Rows {
  if (rows.kind !== 'keyed') return rows;
  const kept = relation.feeds.flatMap(([only, ...more], index) => {
    const column = relation.columns[index];
    const isKept = only !== undefined && more.length === 0 && column !== undefined;
    return isKept && rows.sets.some((set) => set.size === 1 && set.has(only)) ? [new Set([column])] : [];
  });
  return { kind: 'keyed', sets: kept, loose: new Set(), pins: rows.pins, lostAt: relation.position };
}
