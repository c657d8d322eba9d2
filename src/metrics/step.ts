import { sql } from 'kysely';
import type { Grain } from '../project/metric.ts';
import { nameOfSet, type Shape } from './shape.ts';
import { commaLines, type Sql } from './sql.ts';

/** A named step (common table expression) of a metric's query. */
export interface Step {
  readonly name: string;
  readonly query: Sql;
  /** Costly, and often word for word what another metric needs too. Later steps read no earlier one. */
  readonly isShared?: boolean;
}

/** What a type of metric brings to its query. */
export interface TypeQuery {
  /** Steps before all others, and what stands in place of the model: its columns, and more. */
  readonly source?: { readonly steps: readonly Step[]; readonly relation: Sql };
  /** What one row contributes: columns of the step `measured`; the row is `model`, the clock is at hand as run.clock. */
  readonly contribution: readonly Sql[];
  /** Over a row of `model`: whether it is shown beside the value, where more rows are than the metric itself says. */
  readonly beside?: Sql;
  /** Whether the steps want the local date of a row of `dated`, and not where its periods start. */
  readonly isByDay?: boolean;
  /**
   * From the step `dated` to a last step `measures`, one row per grain, period_start, dimension and dimension_value that
   * has rows: those, and numerator, denominator, value, lower_95, upper_95, sample_size, pending, beside, the columns of
   * `noEstimate`, over_value, and the lowest and highest that the value can still become (null: nobody knows).
   */
  readonly steps: readonly Step[];
}

/** The columns of `measures` that tell of an estimate, for types that make none. */
export const noEstimate: readonly Sql[] = [
  sql`cast(null as double) as estimate`,
  sql`cast(null as double) as estimate_lower_95`,
  sql`cast(null as double) as estimate_upper_95`,
  sql`cast(null as double) as estimate_days`,
];

/** Dimension columns carry numbers inside the query, so that no column of a model can clash with its own names. */
export function dimensionColumn(index: number): Sql {
  return sql.ref(`dimension_${index + 1}`);
}

/** The start of the row's period of a grain, in the step `dated`. */
export function startColumn(grain: Grain): Sql {
  return sql.ref(`${grain}_start`);
}

/** A set's values in the column `dimension_value`: the value itself, of several their JSON list, `all` of none. */
function dimensionValue(set: readonly number[]): Sql {
  const [only] = set;
  if (only === undefined) return sql`'all'`;
  if (set.length === 1) return dimensionColumn(only);
  return sql`cast(to_json([${sql.join(set.map(dimensionColumn))}]) as varchar)`;
}

/**
 * One pass over the dated rows for every grain × set of dimensions.
 * `keys`: columns by which the groups are split further; `where`: of the dated rows only these.
 * Yields grain, period_start, dimension, dimension_value (`all` in total rows), the given aggregates and beside.
 */
export function groupDated(
  shape: Shape,
  aggregates: readonly Sql[],
  { keys = [], where }: { readonly keys?: readonly Sql[]; readonly where?: Sql } = {},
): Sql {
  const starts = shape.isSpread ? [] : shape.grains.map(startColumn);
  const rows = sql`${sql.raw(shape.isSpread ? 'spread' : 'dated')}${where === undefined ? sql`` : sql`\n    where ${where}`}`;
  return grouped(shape, aggregates, {
    columns: shape.isSpread ? [sql`grain`, sql`period_start`] : periodColumns(shape.grains),
    periods: shape.isSpread ? [[sql`grain`, sql`period_start`]] : starts.map((start) => [start]),
    keys,
    rows,
  });
}

/** The same for every local date in place of every grain: local_date, dimension, dimension_value, aggregates and beside. */
export function groupDays(shape: Shape, aggregates: readonly Sql[]): Sql {
  const date = [sql`local_date`];
  return grouped(shape, aggregates, { columns: date, periods: [date], keys: [], rows: sql`dated` });
}

/** Columns grain and period_start of what is grouped by the start of each grain. */
export function periodColumns(grains: readonly Grain[]): readonly Sql[] {
  const starts = grains.map(startColumn);
  const grainOf = starts.map((start, index) => sql`when grouping(${start}) = 0 then ${sql.lit(grains[index])}`);
  return [sql`${chooseFrom(grainOf)} as grain`, sql`coalesce(${sql.join(starts)}) as period_start`];
}

function grouped(
  shape: Shape,
  aggregates: readonly Sql[],
  by: {
    readonly columns: readonly Sql[];
    readonly periods: readonly (readonly Sql[])[];
    readonly keys: readonly Sql[];
    readonly rows: Sql;
  },
): Sql {
  // Sets that are empty come last: what is grouped by no dimension is the total.
  const filled = shape.sets.filter((set) => set.length > 0);
  const hasTotal = filled.length < shape.sets.length;
  const branches = (textOf: (set: readonly number[]) => Sql) =>
    filled.map((set) => sql`when grouping(${dimensionColumn(set[0] ?? 0)}) = 0 then ${textOf(set)}`);
  const pick = (textOf: (set: readonly number[]) => Sql) => {
    const [only] = filled;
    if (!hasTotal && filled.length === 1 && only !== undefined) return textOf(only);
    return chooseFrom(branches(textOf), sql`'all'`);
  };
  const sets = by.periods.flatMap((period) =>
    shape.sets.map((set) => sql`(${sql.join([...period, ...set.map(dimensionColumn), ...by.keys])})`),
  );
  return sql`select
        ${commaLines(by.columns)},
        ${pick((set) => sql.lit(nameOfSet(shape, set)))} as dimension,
        ${pick(dimensionValue)} as dimension_value,
        ${commaLines([...by.keys, ...aggregates, sql`count(*) filter (where is_beside) as beside`])}
    from ${by.rows}
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
