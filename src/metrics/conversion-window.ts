import { sql } from 'kysely';
import type { ConversionSpec } from '../project/metric.ts';
import { commaLines, type Sql } from './sql.ts';

/**
 * What rows, events and as_of are laid on, as whole positions: microseconds since 1970, or local dates of the reporting
 * zone as days since 1970, so that one rule serves windows of hours and of dates.
 */
export interface Timeline {
  readonly windowIn: ConversionSpec['windowIn'];
  readonly positionsPerDay: number;
  readonly window?: Window;
}

/** The window of a row, in positions after its own. */
export interface Window {
  readonly days: number;
  /** The last one at which an event counts. */
  readonly last: number;
  /** The first one of as_of from which on no more events can come. */
  readonly over: number;
}

export function timelineOf({ windowIn, windowDays }: Pick<ConversionSpec, 'windowIn' | 'windowDays'>): Timeline {
  const positionsPerDay = windowIn === 'hours' ? 86_400_000_000 : 1;
  if (windowDays === undefined) return { windowIn, positionsPerDay };
  const over = Math.round(windowDays * positionsPerDay);
  // Both ends of hours are included; the date after the last one is not.
  const last = windowIn === 'hours' ? over : over - 1;
  return { windowIn, positionsPerDay, window: { days: windowDays, last, over } };
}

/**
 * Columns of rows with the positions of some of their instants; null where an instant is.
 * @param rows a relation, aliased `model` here.
 */
export function positioned(
  { windowIn }: Pick<Timeline, 'windowIn'>,
  rows: Sql,
  columns: readonly Sql[],
  instants: readonly { readonly instant: Sql; readonly position: Sql }[],
): Sql {
  const dates = instants.map((_, index) => sql.ref(`dates_${index + 1}`));
  const positions = instants.map(({ instant, position }, index) => {
    const value = windowIn === 'hours' ? sql`epoch_us(${instant})` : dayOf(instant, dates[index] ?? sql``);
    return sql`${value} as ${position}`;
  });
  const joins = instants.map(
    ({ instant }, index) => sql`
    left join sla.dates as ${dates[index]} on ${dates[index]}.utc_day = epoch_us(${instant}) // 86400000000`,
  );
  return sql`select
        ${commaLines([...columns, ...positions])}
    from ${rows} as model${windowIn === 'hours' ? sql`` : sql.join(joins, sql``)}`;
}

/** The local date of an instant as days since 1970: the UTC day tells it, and when inside that day it changes. */
function dayOf(instant: Sql, dates: Sql): Sql {
  const change = (column: string) =>
    sql`cast(coalesce(epoch_us(${instant}) >= ${dates}.${sql.ref(column)}, false) as bigint)`;
  return sql`${dates}.local_date - date '1970-01-01' + ${change('date_change_us')} + ${change('date_change_2_us')}`;
}

/** Of a period of sla.periods: whether some of the rows that it can have may still convert; `now` is as_of's position. */
export function isRunning({ windowIn }: Timeline, { over }: Window, now: Sql): Sql {
  const window = sql.raw(String(over));
  return windowIn === 'hours'
    ? sql`epoch_us(periods.ends_at) + ${window} > ${now}`
    : sql`periods.period_end - 1 - date '1970-01-01' + ${window} > ${now}`;
}
