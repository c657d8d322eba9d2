import { sql } from 'kysely';
import type { Metric } from '../project/metric-file.ts';
import { commaLines, type Sql } from './sql.ts';

/** A named step (common table expression) of a metric's query. */
export interface Step {
  readonly name: string;
  readonly query: Sql;
}

/** What a type of metric brings to its query. */
export interface TypeQuery {
  /** What one row contributes: columns of the step `measured`; `clock` is at hand as run.clock. */
  readonly contribution: readonly Sql[];
  /**
   * From the step `dated` to a last step `measures`, one row per grain, period and dimension value that has rows:
   * the keys of `groupDated`, and numerator, denominator, value, lower_95, upper_95, sample_size, pending, beside,
   * estimate, over_value, and the lowest and highest that the value can still become (null: nobody knows).
   */
  readonly steps: readonly Step[];
}

/** Dimension columns carry numbers inside the query, so that no column of a model can clash with its own names. */
export function dimensionColumn(index: number): Sql {
  return sql.ref(`dimension_${index + 1}`);
}

/** The start of the row's period of a grain, in the step `dated`. */
export function startColumn(grain: string): Sql {
  return sql.ref(`${grain}_start`);
}

/**
 * One pass over the dated rows for every grain × (total and each dimension).
 * Yields grain, period_start, dimension, dimension_value (`all` in total rows), the given aggregates and beside.
 */
export function groupDated(metric: Metric, aggregates: readonly Sql[]): Sql {
  const starts = metric.grains.map(startColumn);
  const columns = metric.dimensions.map((_, index) => dimensionColumn(index));
  const firstGrouped = (choices: readonly Sql[], keys: readonly Sql[]) =>
    choices.map((choice, index) => sql`when grouping(${keys[index] ?? choice}) = 0 then ${choice}`);
  const dimension = firstGrouped(
    metric.dimensions.map((name) => sql.lit(name)),
    columns,
  );
  const value = firstGrouped(columns, columns);
  const sets = starts.flatMap((start) => [sql`(${start})`, ...columns.map((column) => sql`(${start}, ${column})`)]);
  return sql`select
        ${chooseFrom(
          firstGrouped(
            metric.grains.map((grain) => sql.lit(grain)),
            starts,
          ),
        )} as grain,
        coalesce(${sql.join(starts)}) as period_start,
        ${chooseFrom(dimension, sql`'all'`)} as dimension,
        ${chooseFrom(value, sql`'all'`)} as dimension_value,
        ${commaLines([...aggregates, sql`count(*) filter (where is_beside) as beside`])}
    from dated
    group by grouping sets (
        ${commaLines(sets)}
    )`;
}

/** `case …` on lines of its own; without a branch only the `else` is left, which is then the value itself. */
function chooseFrom(branches: readonly Sql[], otherwise?: Sql): Sql {
  if (branches.length === 0) return otherwise ?? sql`null`;
  const lines = otherwise === undefined ? branches : [...branches, sql`else ${otherwise}`];
  return sql`case
            ${sql.join(lines, sql.raw('\n            '))}
        end`;
}
