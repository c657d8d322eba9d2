import { sql } from 'kysely';
import type { Shape } from './shape.ts';
import { commaLines, type Sql } from './sql.ts';
import { groupDated, groupDays, periodColumns, type Step, startColumn } from './step.ts';

/** Rows that are counted: what the count is called, and which rows. */
export interface RowCount {
  readonly name: 'numerator' | 'denominator' | 'pending';
  readonly where: Sql;
}

/**
 * From `dated` to how many rows each group has, and how many of them are beside. Where there are several grains, days are
 * counted first, which all grains share: each row is then grouped once for each dimension and not once more for each grain.
 */
export function countRows(shape: Shape, counts: readonly RowCount[], name = 'counts'): readonly Step[] {
  const typed = (count: RowCount, value: Sql) =>
    sql`cast(${value} as ${sql.raw(count.name === 'pending' ? 'bigint' : 'double')}) as ${sql.ref(count.name)}`;
  const rows = ({ where }: RowCount) => sql`count(*) filter (where ${where})`;
  if (shape.isSpread || shape.grains.length === 1) {
    return [
      {
        name,
        query: groupDated(
          shape,
          counts.map((count) => typed(count, rows(count))),
        ),
      },
    ];
  }
  const starts = shape.grains.map(startColumn);
  const sums = counts.map((count) => typed(count, sql`sum(${sql.ref(count.name)})`));
  return [
    {
      name: 'by_day',
      query: groupDays(
        shape,
        counts.map((count) => sql`${rows(count)} as ${sql.ref(count.name)}`),
      ),
    },
    {
      name,
      query: sql`select
        ${commaLines([...periodColumns(shape.grains), sql`dimension`, sql`dimension_value`, ...sums])},
        cast(sum(beside) as bigint) as beside
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
