import { conjuncts, everyPart, sameExpression } from '../lineage/expressions.ts';
import type { Column, Expression, Select } from '../lineage/resolved.ts';
import type { Checker } from './checker.ts';
import { isKey, isLoose, isPinned, type Keys, type Outer, pin, pinsTo, type Rows, refused, together } from './keys.ts';
import { modifiedRows } from './modified-rows.ts';
import { reasons } from './problems.ts';
import { relationRows } from './relation-rows.ts';

/** What is known of the rows of a SELECT, by its own columns. */
export function selectRows(select: Select, outer: Outer, checker: Checker): Rows {
  const filters = conjuncts(select.where);
  const found = relationRows(select.from, filters, outer, checker);
  const from = found.kind === 'keyed' ? pin(found, filters, outer) : found;
  const inside = insideRows(select, together(outer, from), checker);
  if (select.isSampled) return checker.refuse(reasons.sample, select.position);
  if (from.kind === 'refused' || inside.kind === 'refused' || !aggregatesItsOwn(select, checker)) return refused;
  if (from.kind === 'whole') return modifiedRows(select, inside, outer, checker);
  if (select.open !== undefined) return checker.refuse(reasons.unknown(select.open), select.position);
  return keyedRows(select, from, outer, checker);
}

/** What the subqueries of a select read. */
function insideRows(select: Select, outer: Outer, checker: Checker): Rows {
  const tests = [select.where, select.having, select.qualify].flatMap((part) => part ?? []);
  const conditions = checker.conditions(tests, outer);
  const tested = new Set(tests);
  const others = partsAfter(select).filter((part) => !tested.has(part));
  const values = checker.expressions([...others, ...(select.groups ?? []), ...select.limits], outer);
  if (conditions.kind === 'refused' || values.kind === 'refused') return refused;
  return conditions.kind === 'keyed' ? conditions : values;
}

/** DuckDB takes an aggregate over columns of the query around for one of that query. */
function aggregatesItsOwn(select: Select, checker: Checker): boolean {
  const own = new Set(select.from.columns);
  const foreign = partsOf(select).filter((part) => {
    const columns = part.kind === 'aggregate' ? everyPart(part).filter(({ kind }) => kind === 'column') : [];
    return columns.length > 0 && !columns.some((column) => column.kind === 'column' && own.has(column.column));
  });
  for (const part of foreign) checker.refuse(reasons.outerAggregate, part.position);
  return foreign.length === 0;
}

/** Whatever is computed after the rows have been chosen and grouped. */
function partsAfter(select: Select): readonly Expression[] {
  const { values, having, qualify, orders, distinct } = select;
  const targets = distinct === undefined || distinct === 'all' ? [] : distinct;
  return [...values, ...orders, ...targets, ...[having, qualify].flatMap((part) => part ?? [])];
}

function partsOf(select: Select): readonly Expression[] {
  return partsAfter(select).flatMap(everyPart);
}

function keyedRows(select: Select, from: Keys, outer: Outer, checker: Checker): Rows {
  const key = checker.keyName(from);
  const isFree = isPinned(from, outer);
  if (!isFree && !groupsByKey(select, from)) {
    const isOne = select.groups?.length === 0;
    return checker.refuse(isOne ? reasons.allRows(key) : reasons.groups(key), placeOfGrouping(select));
  }
  const isKeyHere = (expression: Expression) => isKey(expression, from) && survivesGrouping(expression, select);
  for (const part of isFree ? [] : partsOf(select)) {
    if (part.kind === 'window' && !part.partitions.some(isKeyHere)) checker.refuse(reasons.window(key), part.position);
  }
  const onTargets = distinctOnKey(select, isKeyHere);
  const rows: Rows = { kind: 'keyed', ...outputKeys(select, from, isKeyHere, outer) };
  return modifiedRows(onTargets ? { ...select, distinct: undefined } : select, rows, outer, checker);
}

function distinctOnKey(select: Select, isKeyHere: (expression: Expression) => boolean): boolean {
  return select.distinct !== undefined && select.distinct !== 'all' && select.distinct.some(isKeyHere);
}

/** Each grouping set has to hold a key. */
function groupsByKey(select: Select, from: Keys): boolean {
  const { groups } = select;
  if (groups === undefined) return true;
  return select.groupingSets.every((set) =>
    set.some((place) => {
      const group = groups[place];
      return group !== undefined && isKey(group, from);
    }),
  );
}

/** A grouping set that leaves an expression out makes it null. */
function survivesGrouping(expression: Expression, select: Select): boolean {
  const { groups } = select;
  if (groups === undefined) return true;
  const isGrouped = (part: Expression) =>
    select.groupingSets.every((set) =>
      set.some((place) => {
        const group = groups[place];
        return group !== undefined && sameExpression(group, part);
      }),
    );
  return isGrouped(expression) || (expression.kind === 'coalesce' && expression.parts.every(isGrouped));
}

function placeOfGrouping(select: Select): number | undefined {
  const places = [...(select.groups ?? []), ...partsOf(select).filter(({ kind }) => kind === 'aggregate')];
  return places.find(({ position }) => position !== undefined)?.position ?? select.position;
}

/** The keys among the columns that a select makes, and those of queries around. */
function outputKeys(select: Select, from: Keys, isKeyHere: (expression: Expression) => boolean, outer: Outer): Keys {
  const made = select.columns.map((column, index) => ({ column, value: select.values[index] }));
  const keys = made
    .filter(({ value }) => value !== undefined && isKeyHere(value))
    .map(({ column }) => new Set([column]));
  const isGrouped = select.groups !== undefined;
  const loose = made.filter(({ value }) => value !== undefined && isLoose(value, from)).map(({ column }) => column);
  const sets = [...keys, ...(isGrouped ? [] : pairsKept(select, from))];
  const lost = sets.length === 0 ? { lostAt: select.position } : {};
  return { sets, loose: new Set(loose), pins: pinsTo(from, outer), ...lost };
}

/** Sets of several columns (after a FULL join) of which all are kept. */
function pairsKept(select: Select, from: Keys): readonly ReadonlySet<Column>[] {
  return from.sets.flatMap((set) => {
    const kept = [...set].map((column) =>
      select.values.findIndex((value) => value.kind === 'column' && value.column === column),
    );
    if (set.size < 2 || kept.includes(-1)) return [];
    return [new Set(kept.flatMap((place) => select.columns[place] ?? []))];
  });
}
