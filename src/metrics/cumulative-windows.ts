import { sql } from 'kysely';
import type { CumulativeWindow } from '../project/metric.ts';
import type { Shape } from './shape.ts';
import type { Sql } from './sql.ts';
import type { Step } from './step.ts';

/**
 * The steps up to `window_days`: for each period that has begun the local dates with rows that its window holds, and the
 * window's last date.
 * @param rows a step with the local dates that have rows, in the column `date`.
 */
export function windowSteps(
  window: CumulativeWindow,
  { grains }: Pick<Shape, 'grains'>,
  rows: { readonly step: string; readonly date: string },
): readonly Step[] {
  const { first, last } = bounds(window);
  return [
    {
      name: 'row_dates',
      query: sql`select distinct ${sql.ref(rows.date)} as local_date\n    from ${sql.raw(rows.step)}`,
    },
    {
      name: 'windows',
      query: sql`select
        periods.grain,
        periods.period_start,
        ${first} as first_date,
        ${last} as last_date
    from sla.periods as periods
    inner join sla.local_dates as dates on dates.local_date = periods.period_start
    cross join run.clock as clock
    where
        periods.grain in (${sql.join(grains.map((grain) => sql.lit(grain)))})
        and periods.starts_at <= clock.as_of
        and periods.period_end > (select min(local_date) from row_dates)`,
    },
    {
      name: 'window_days',
      query: sql`select
        windows.grain,
        windows.period_start,
        windows.last_date,
        row_dates.local_date
    from windows
    inner join row_dates on row_dates.local_date between windows.first_date and windows.last_date`,
    },
  ];
}

/** First and last local date of what counts in a period. */
function bounds(window: CumulativeWindow): { readonly first: Sql; readonly last: Sql } {
  const last = sql`periods.period_end - 1`;
  switch (window.kind) {
    case 'ever':
      return { first: sql`(select min(local_date) from row_dates)`, last };
    case 'rolling': {
      const before = sql.raw(String(window.periods - 1));
      const first = sql`case periods.grain
            when 'week' then periods.period_start - 7 * ${before}
            when 'month' then cast(periods.period_start - to_months(${before}) as date)
            else cast(periods.period_start - to_months(3 * ${before}) as date)
        end`;
      return { first, last };
    }
    case 'to_date': {
      // A week that reaches into the next quarter ends with its own: a quarter's last value is the quarter's.
      const start = sql`dates.${sql.ref(window.since)}`;
      const months = sql.raw(window.since === 'quarter' ? '3' : '12');
      return { first: start, last: sql`least(${last}, cast(${start} + to_months(${months}) as date) - 1)` };
    }
  }
}
