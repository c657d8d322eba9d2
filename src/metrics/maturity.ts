import { sql } from 'kysely';
import type { ConversionSpec } from '../project/metric.ts';
import type { Sql } from './sql.ts';
import type { Step } from './step.ts';

/** How long after a row of a period its value can still change. */
export interface Maturing extends Pick<ConversionSpec, 'windowIn'> {
  readonly windowDays: number;
  /** Whether a value is made of earlier periods too, some of whose rows have had their time. */
  readonly isCumulative: boolean;
}

/** The local date at as_of, by look-up as rows are dated. */
export const today: Step = {
  name: 'today',
  query: sql`select
        dates.local_date
            + cast(coalesce(epoch_us(clock.as_of) >= dates.date_change_us, false) as integer)
            + cast(coalesce(epoch_us(clock.as_of) >= dates.date_change_2_us, false) as integer) as local_date
    from run.clock as clock
    inner join sla.dates as dates on dates.utc_day = epoch_us(clock.as_of) // 86400000000`,
};

/**
 * `mature`: every row that a period can have has had its whole window; `immature`: none; `partial`: some. Null without a
 * window. Over `periods` and `clock`; of a window of dates also the step `today`.
 */
export function maturity(maturing: Maturing | undefined): Sql {
  if (maturing === undefined) return sql`cast(null as varchar)`;
  const { windowIn, windowDays, isCumulative } = maturing;
  const isOver = windowIn === 'dates' ? datesAreOver(windowDays) : hoursAreOver(windowDays);
  const isYoung = isCumulative ? sql`` : sql`\n            when not ${isOver.ofFirst} then 'immature'`;
  return sql`case
            when ${isOver.ofLast} then 'mature'${isYoung}
            else 'partial'
        end`;
}

interface WindowsOver {
  /** Whether the window is over of a row at the period's beginning. */
  readonly ofFirst: Sql;
  /** … and of one at its end. */
  readonly ofLast: Sql;
}

function hoursAreOver(days: number): WindowsOver {
  const window = sql`to_microseconds(${sql.raw(String(Math.round(days * 86_400_000_000)))})`;
  return {
    ofFirst: sql`periods.starts_at + ${window} <= clock.as_of`,
    ofLast: sql`periods.ends_at + ${window} <= clock.as_of`,
  };
}

/** The window of a row on a date is over when that many dates have ended, its own among them. */
function datesAreOver(days: number): WindowsOver {
  const count = sql.raw(String(days));
  const date = sql`(select local_date from today)`;
  return {
    ofFirst: sql`periods.period_start + ${count} <= ${date}`,
    ofLast: sql`periods.period_end - 1 + ${count} <= ${date}`,
  };
}
