import { sql } from 'kysely';
import {
  type ConversionSpec,
  type CumulativeSpec,
  type Grain,
  inputsOf,
  isAmount,
  isOfRows,
  type MetricSpec,
  type RowSpec,
} from '../project/metric.ts';
import { averageQuery } from './average.ts';
import { conversionQuery } from './conversion.ts';
import { countQuery } from './count.ts';
import { countDistinctQuery } from './count-distinct.ts';
import { cumulativeQuery } from './cumulative.ts';
import { derivedSteps } from './derived.ts';
import { durationQuery } from './duration.ts';
import { spansOf } from './in-force.ts';
import type { Inputs } from './joined-inputs.ts';
import { percentileQuery } from './percentile.ts';
import { ratioQuery } from './ratio.ts';
import { ratioOfMetricsSteps } from './ratio-of-metrics.ts';
import { type Shape, type Slice, shapeOf } from './shape.ts';
import { commaLines, expression, holds, type Sql, toText } from './sql.ts';
import { dimensionColumn, type Step, startColumn, type TypeQuery } from './step.ts';
import { sumQuery } from './sum.ts';
import { verdictSteps } from './verdict.ts';

export interface Compiling {
  /** All metrics of the project, in all their versions: what this one may be made of. */
  readonly specs: readonly MetricSpec[];
  /** One cut of the values in place of all grains and dimensions. */
  readonly slice?: Slice;
}

/**
 * The query that yields all rows of `main.metric_values` for one version of a metric, in that table's order of columns.
 * It scans the model once: rows are measured, dated in the reporting zone, grouped by every grain × (total and each
 * dimension), then given their periods, target and verdict.
 * Reads main.<model>, run.clock, sla.dates, sla.local_dates, sla.periods, sla.agreements and sla.targets; a metric made of
 * others main.metric_values or, for a slice, what those are compiled to.
 */
export function compileMetric(spec: MetricSpec, compiling: Compiling): string {
  return toText(metricQuery(spec, compiling));
}

/** A metric's query in two parts, of which several metrics may have the first in common. */
export interface SharedStep {
  /** Yields the rows of the step. */
  readonly query: string;
  /** The rest of the metric's query, over a table that holds those rows. */
  readonly from: (table: string) => string;
}

/** The same query, and apart the step of it that other metrics may need too, where there is one. */
export function compileParts(
  spec: MetricSpec,
  compiling: Compiling,
): { readonly sql: string; readonly shared?: SharedStep } {
  const steps = stepsOf(spec, compiling);
  const sql = toText(queryOf(steps));
  const shared = sharedStep(steps);
  return shared === undefined ? { sql } : { sql, shared };
}

function sharedStep(steps: readonly Step[]): SharedStep | undefined {
  const place = steps.findIndex(({ isShared }) => isShared);
  const step = steps[place];
  if (step === undefined) return undefined;
  const rest = steps.slice(place + 1);
  return {
    query: toText(queryOf(steps.slice(0, place + 1))),
    from: (table) => toText(queryOf([{ name: step.name, query: sql`from ${sql.raw(table)}` }, ...rest])),
  };
}

function metricQuery(spec: MetricSpec, compiling: Compiling): Sql {
  return queryOf(stepsOf(spec, compiling));
}

function queryOf(steps: readonly Step[]): Sql {
  const parts = steps.map((step) => sql`${sql.raw(step.name)} as (\n    ${step.query}\n)`);
  return sql`with\n\n${sql.join(parts, sql.raw(',\n\n'))}\n\nselect * from ${sql.raw(steps.at(-1)?.name ?? '')}`;
}

function stepsOf(spec: MetricSpec, compiling: Compiling): readonly Step[] {
  const { specs, slice } = compiling;
  const shape = shapeOf(spec, slice);
  const span = spansOf(specs.filter(({ name }) => name === spec.name)).get(spec.version) ?? {};
  const base = spec.type === 'cumulative' ? baseOf(spec, specs) : undefined;
  const watched = widestWindow(spec, specs);
  const made = {
    ...(base === undefined ? {} : { base }),
    ...(watched === undefined ? {} : { watched }),
    addsUpWindows: addsUpWindows(spec, specs),
  };
  return [...measuring(spec, shape, compiling), ...verdictSteps(spec, shape, span, made)];
}

/** The version of a metric that others are made of: the highest. */
function currentOf(name: string, specs: readonly MetricSpec[]): MetricSpec {
  const [current] = specs.filter((spec) => spec.name === name).sort((left, right) => right.version - left.version);
  if (current === undefined) throw new Error(`unknown metric ${name}`);
  return current;
}

/** The metric that a cumulative one adds up. */
function baseOf(spec: CumulativeSpec, specs: readonly MetricSpec[]): RowSpec {
  const base = currentOf(spec.metric, specs);
  if (!isOfRows(base)) throw new Error(`${spec.name} needs ${spec.metric}, a metric of rows`);
  return base;
}

/** Of the conversions that a metric is or is made of, the one that must be watched longest. */
function widestWindow(spec: MetricSpec, specs: readonly MetricSpec[]): ConversionSpec | undefined {
  if (spec.type === 'conversion') return spec.windowDays === undefined ? undefined : spec;
  return inputsOf(spec)
    .map((name) => widestWindow(currentOf(name, specs), specs))
    .filter((window) => window !== undefined)
    .sort((left, right) => daysAfterPeriod(right) - daysAfterPeriod(left))[0];
}

/** How long after a period's end its window is over: of dates the period's last one is the first. */
function daysAfterPeriod({ windowDays = 0, windowIn }: ConversionSpec): number {
  return windowIn === 'dates' ? windowDays - 1 : windowDays;
}

/** Whether conversions of earlier periods are in its values, by itself or by what it is made of. */
function addsUpWindows(spec: MetricSpec, specs: readonly MetricSpec[]): boolean {
  if (spec.type === 'cumulative') return widestWindow(spec, specs) !== undefined;
  return inputsOf(spec).some((name) => addsUpWindows(currentOf(name, specs), specs));
}

/** The steps up to `measures`. */
function measuring(spec: MetricSpec, shape: Shape, compiling: Compiling): readonly Step[] {
  switch (spec.type) {
    case 'cumulative':
      return overWindows(spec, shape, baseOf(spec, compiling.specs));
    case 'derived':
      return derivedSteps(spec, shape, inputsIn(compiling));
    case 'ratio_of_metrics':
      return ratioOfMetricsSteps(spec, shape, inputsIn(compiling));
    default: {
      const typed = typeQuery(spec, shape);
      return [...rowSteps(spec, shape, typed), ...typed.steps];
    }
  }
}

/** In a build the values of other metrics are there; a slice of them is worked out on the way. */
function inputsIn({ specs, slice }: Compiling): Inputs {
  return {
    sourceOf: (name) => {
      if (slice === undefined) {
        return sql`(select * from main.metric_values where metric = ${sql.lit(name)} and is_in_force)`;
      }
      const versions = specs.filter((spec) => spec.name === name);
      const queries = versions.map((spec) => sql`from (\n${metricQuery(spec, { specs, slice })}\n) where is_in_force`);
      return sql`(${sql.join(queries, sql.raw('\nunion all\n'))})`;
    },
    // In all its versions: where it was a rate once, no row is not zero.
    isAmount: (name) =>
      specs
        .filter((spec) => spec.name === name)
        .every((spec) => isAmount(spec.type === 'cumulative' ? baseOf(spec, specs) : spec)),
  };
}

/** The base's steps over rows that count in every period whose window holds them. */
function overWindows(spec: CumulativeSpec, shape: Shape, base: RowSpec): readonly Step[] {
  const spread = { ...shape, isSpread: true };
  const typed = cumulativeQuery(spec, shape, base, typeQuery(base, spread));
  return [...rowSteps(base, spread, typed), ...typed.steps];
}

function typeQuery(spec: RowSpec, shape: Shape): TypeQuery {
  switch (spec.type) {
    case 'count':
      return countQuery(spec, shape);
    case 'ratio':
      return ratioQuery(spec, shape);
    case 'percentile':
      return percentileQuery(spec, shape);
    case 'conversion':
      return conversionQuery(spec, shape);
    case 'duration':
      return durationQuery(spec, shape);
    case 'count_distinct':
      return countDistinctQuery(spec, shape);
    case 'sum':
      return sumQuery(spec, shape);
    case 'average':
      return averageQuery(spec, shape);
  }
}

/** From the rows of the model to the step `dated`. */
function rowSteps(spec: RowSpec, shape: Shape, typed: TypeQuery): readonly Step[] {
  const grains = shape.isSpread || typed.isByDay ? [] : shape.grains;
  return [...(typed.source?.steps ?? []), measured(spec, shape, typed), dated(grains)];
}

function measured(spec: RowSpec, shape: Shape, typed: TypeQuery): Step {
  const time = sql`model.${sql.ref(spec.time)}`;
  const dimensions = shape.dimensions.map(
    (name, index) => sql`coalesce(cast(model.${sql.ref(name)} as varchar), '(none)') as ${dimensionColumn(index)}`,
  );
  const columns: readonly Sql[] = [
    sql`${time} as measured_at`,
    ...dimensions,
    ...typed.contribution,
    sql`${typed.beside ?? holds(spec.beside)} as is_beside`,
  ];
  const conditions = [spec.filter, shape.where].filter((condition) => condition !== undefined);
  return {
    name: 'measured',
    query: sql`select
        ${commaLines(columns)}
    from ${typed.source?.relation ?? sql.table(`main.${spec.model}`)} as model
    where
        ${time} is not null${sql.join(
          conditions.map((condition) => sql`\n        and ${expression(condition)}`),
          sql``,
        )}`,
  };
}

/**
 * Dates each row by look-up: the UTC day tells the local date and when, inside that day, the date changes.
 * @param grains those whose periods are told too; each row is looked up once more for them.
 */
function dated(grains: readonly Grain[]): Step {
  const localDate = sql`dates.local_date
            + cast(coalesce(epoch_us(measured.measured_at) >= dates.date_change_us, false) as integer)
            + cast(coalesce(epoch_us(measured.measured_at) >= dates.date_change_2_us, false) as integer)`;
  const starts = grains.map((grain) => sql`local_dates.${sql.ref(grain)} as ${startColumn(grain)}`);
  const [dates, periods] =
    grains.length === 0
      ? [sql`${localDate} as local_date`, sql``]
      : [
          commaLines([sql`local_dates.local_date`, ...starts]),
          sql`
    inner join sla.local_dates as local_dates
        on local_dates.local_date = ${localDate}`,
        ];
  return {
    name: 'dated',
    query: sql`select
        measured.*,
        ${dates}
    from measured
    inner join sla.dates as dates
        on dates.utc_day = epoch_us(measured.measured_at) // 86400000000${periods}`,
  };
}
