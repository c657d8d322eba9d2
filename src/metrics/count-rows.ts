import { sql } from 'kysely';
import type { Shape } from './shape.ts';
import { commaLines, type Sql } from './sql.ts';
import { groupDated, groupDays, periodColumns, type Step, startColumn } from './step.ts';

/** Rows that are counted: what the count is called, and which rows. */
export interface RowCount {
  readonly name: 'numerator' | 'denominator' | 'pending';
  readonly where: Sql;
}

/** A list of what some rows hold. */
export interface RowList {
  readonly name: string;
  readonly value: Sql;
  readonly where: Sql;
}

/** Whether days are counted first, which all grains share: each row is then grouped once and not once for each grain. */
export function isCountedByDay(shape: Shape): boolean {
  return !shape.isSpread && shape.grains.length > 1;
}

/**
 * From `dated` to the step `counts`: how many rows each group has, how many of them are beside, and what `list` holds of
 * them, in no order; null where that is nothing.
 */
export function countRows(shape: Shape, counts: readonly RowCount[], list?: RowList): readonly Step[] {
  const typed = (count: RowCount, value: Sql) =>
    sql`cast(${value} as ${sql.raw(count.name === 'pending' ? 'bigint' : 'double')}) as ${sql.ref(count.name)}`;
  const rows = ({ where }: RowCount) => sql`count(*) filter (where ${where})`;
  const listed =
    list === undefined ? [] : [sql`list(${list.value}) filter (where ${list.where}) as ${sql.ref(list.name)}`];
  if (!isCountedByDay(shape)) {
    const ofRows = counts.map((count) => typed(count, rows(count)));
    return [{ name: 'counts', query: groupDated(shape, [...ofRows, ...listed]) }];
  }
  const starts = shape.grains.map(startColumn);
  const days = counts.map((count) => sql`${rows(count)} as ${sql.ref(count.name)}`);
  const sums = [
    ...counts.map((count) => typed(count, sql`sum(${sql.ref(count.name)})`)),
    sql`cast(sum(beside) as bigint) as beside`,
    ...(list === undefined ? [] : [joinedLists(sql.ref(list.name))]),
  ];
  return [
    { name: 'by_day', query: groupDays(shape, [...days, ...listed]) },
    {
      name: 'counts',
      query: sql`select
        ${commaLines([...periodColumns(shape.grains), sql`dimension`, sql`dimension_value`, ...sums])}
    from (
        select
            by_day.*,
            ${commaLines(shape.grains.map((grain, index) => sql`local_dates.${sql.ref(grain)} as ${starts[index]}`))}
        from by_day
        inner join sla.local_dates as local_dates using (local_date)
    )
    group by grouping sets (
        ${commaLines(starts.map((start) => sql`(${start}, dimension, dimension_value)`))}
    )`,
    },
  ];
}

function joinedLists(column: Sql): Sql {
  return sql`flatten(list(${column}) filter (where ${column} is not null)) as ${column}`;
}
