import { sql } from 'kysely';
import type { DurationSpec } from '../project/metric.ts';
import { averageSteps } from './average.ts';
import { type BusinessSpan, businessTime, clockSource, hasCalendar } from './business-time.ts';
import { firstEventAfter, pairedAt } from './first-event.ts';
import { percentileSteps } from './percentile.ts';
import type { Shape } from './shape.ts';
import { holds, type Sql } from './sql.ts';
import type { TypeQuery } from './step.ts';

const microsecondsPer: Readonly<Record<string, number>> = {
  minutes: 60_000_000,
  hours: 3_600_000_000,
  days: 86_400_000_000,
};

/**
 * The time from start to stop in the metric's unit: as it passes, or as far as a calendar is open. A row that can have none
 * (no start, a stop before it, no calendar), and one that did not stop where these are left out, takes no part and is
 * shown beside the value.
 */
export function durationQuery(metric: DurationSpec, shape: Shape): TypeQuery {
  const span = spanOf(metric);
  const source = sourceOf(metric, span);
  const { statistic, unit } = metric;
  return {
    ...(source === undefined ? {} : { source }),
    contribution: [
      sql`${microseconds(metric, span)} / ${sql.lit(microsecondsPer[unit])} as measured_value`,
      sql`${holds(metric.pending)} as is_pending`,
    ],
    beside: sql`${holds(metric.beside)} or not (${holds(metric.pending)} or ${isTimed(metric, span)})`,
    steps:
      statistic.kind === 'average'
        ? averageSteps(shape, sql`not is_pending and not is_beside`)
        : percentileSteps(shape, statistic.percentile),
  };
}

type Span = Omit<BusinessSpan, 'calendar'>;

function spanOf({ start, stop }: DurationSpec): Span {
  return {
    start: sql`model.${sql.ref(start)}`,
    stop: sql`model.${typeof stop === 'string' ? sql.ref(stop) : pairedAt}`,
  };
}

/** The rows with what they need of other tables: the event that stops them, the calendar's clock. */
function sourceOf(metric: DurationSpec, span: Span): TypeQuery['source'] {
  const { calendar, stop } = metric;
  const paired = typeof stop === 'string' ? undefined : firstEventAfter(metric, stop);
  if (calendar === undefined) return paired;
  const clocked = clockSource({ ...span, calendar }, paired?.relation ?? sql.table(`main.${metric.model}`));
  return { steps: [...(paired?.steps ?? []), ...clocked.steps], relation: clocked.relation };
}

/** Null where there is no start, no stop, or a stop before the start. */
function microseconds({ calendar }: DurationSpec, { start, stop }: Span): Sql {
  if (calendar !== undefined) return businessTime({ calendar, start, stop });
  return sql`case when ${stop} >= ${start} then epoch_us(${stop}) - epoch_us(${start}) end`;
}

/** Whether the row takes part: its clock started, and it stopped no earlier or may be left running. */
function isTimed({ calendar, unfinished }: DurationSpec, { start, stop }: Span): Sql {
  const stopped = unfinished === 'left_out' ? sql`${stop} >= ${start}` : sql`(${stop} >= ${start} or ${stop} is null)`;
  const started = calendar === undefined ? sql`${start} is not null` : hasCalendar;
  return sql`coalesce(${started} and ${stopped}, false)`;
}
