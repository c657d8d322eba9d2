import type { Column, Modifiers } from '../lineage/resolved.ts';
import type { Checker } from './checker.ts';
import { isKey, isPinned, type Outer, type Rows } from './keys.ts';
import { reasons } from './problems.ts';

/** What DISTINCT and LIMIT leave known of the rows of a query. The order alone changes nothing. */
export function modifiedRows(
  query: Modifiers & { readonly columns: readonly Column[]; readonly position: number | undefined },
  rows: Rows,
  outer: Outer,
  checker: Checker,
): Rows {
  if (rows.kind !== 'keyed' || isPinned(rows, outer)) return rows;
  const key = checker.keyName(rows);
  const { distinct } = query;
  const isOneKey =
    distinct === undefined ||
    (distinct === 'all'
      ? query.columns.some((column) => rows.sets.some((set) => set.size === 1 && set.has(column)))
      : distinct.some((target) => isKey(target, rows)));
  if (!isOneKey) return checker.refuse(reasons.distinct(key), query.position);
  if (query.limits.length > 0) return checker.refuse(reasons.limit(key), query.position);
  return rows;
}
