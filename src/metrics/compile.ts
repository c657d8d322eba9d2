import { sql } from 'kysely';
import type { Metric } from '../project/metric-file.ts';
import { conversionQuery } from './conversion.ts';
import { countQuery } from './count.ts';
import { percentileQuery } from './percentile.ts';
import { ratioQuery } from './ratio.ts';
import { commaLines, expression, holds, type Sql, toText } from './sql.ts';
import { dimensionColumn, type Step, startColumn, type TypeQuery } from './step.ts';
import { verdictSteps } from './verdict.ts';

/**
 * The query that yields all rows of `main.metric_values` for one metric, in that table's order of columns. It scans the
 * model once: rows are measured, dated in the reporting zone, grouped by every grain × (total and each dimension),
 * then given their periods, target and verdict.
 * Reads main.<model>, run.clock, sla.dates, sla.local_dates, sla.periods, sla.agreements and sla.targets.
 */
export function compileMetric(metric: Metric): string {
  const typed = typeQuery(metric);
  const steps = [measured(metric, typed), dated(metric), ...typed.steps, ...verdictSteps(metric)];
  const parts = steps.map((step) => sql`${sql.raw(step.name)} as (\n    ${step.query}\n)`);
  return toText(sql`with\n\n${sql.join(parts, sql.raw(',\n\n'))}\n\nselect * from final`);
}

function typeQuery(metric: Metric): TypeQuery {
  switch (metric.type) {
    case 'count':
      return countQuery(metric);
    case 'ratio':
      return ratioQuery(metric);
    case 'percentile':
      return percentileQuery(metric);
    case 'conversion':
      return conversionQuery(metric);
  }
}

function measured(metric: Metric, typed: TypeQuery): Step {
  const time = sql`model.${sql.ref(metric.time)}`;
  const dimensions = metric.dimensions.map(
    (name, index) => sql`coalesce(cast(model.${sql.ref(name)} as varchar), '(none)') as ${dimensionColumn(index)}`,
  );
  const columns: readonly Sql[] = [
    sql`${time} as measured_at`,
    ...dimensions,
    ...typed.contribution,
    sql`${holds(metric.beside)} as is_beside`,
  ];
  const filter = metric.filter === undefined ? sql`` : sql`\n        and ${expression(metric.filter)}`;
  return {
    name: 'measured',
    query: sql`select
        ${commaLines(columns)}
    from ${sql.table(`main.${metric.model}`)} as model
    where
        ${time} is not null${filter}`,
  };
}

/** Dates each row by look-up: the UTC day tells the local date and when, inside that day, the date changes. */
function dated(metric: Metric): Step {
  const starts = metric.grains.map((grain) => sql`local_dates.${sql.ref(grain)} as ${startColumn(grain)}`);
  return {
    name: 'dated',
    query: sql`select
        measured.*,
        ${commaLines(starts)}
    from measured
    inner join sla.dates as dates
        on dates.utc_day = epoch_us(measured.measured_at) // 86400000000
    inner join sla.local_dates as local_dates
        on local_dates.local_date = dates.local_date
            + cast(coalesce(epoch_us(measured.measured_at) >= dates.date_change_us, false) as integer)
            + cast(coalesce(epoch_us(measured.measured_at) >= dates.date_change_2_us, false) as integer)`,
  };
}
