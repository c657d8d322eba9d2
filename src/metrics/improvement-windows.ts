import type { Improvement } from '../project/improvement-file.ts';
import type { Metric } from '../project/metric.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';

/** A stretch of whole weeks. */
export interface Window {
  /** YYYY-MM-DD, a Monday. */
  readonly from: string;
  /** YYYY-MM-DD, the Monday after it. */
  readonly until: string;
}

/** The weeks before and after a change that are compared: as many on both sides, 13 at most. */
export interface ComparedWeeks {
  readonly weeks: number;
  readonly before: Window;
  readonly after: Window;
  /** Whether there will be more of them. */
  readonly canGrow: boolean;
}

/** `no_history`: no whole week of data before the change; `no_week_yet`: none after it; `closed_too_soon`: never any. */
export type MissingWeeks = 'no_history' | 'no_week_yet' | 'closed_too_soon';

const mostWeeks = 13;

interface WeekCounts {
  /** Whole weeks of data before the change, whether or not they can be measured yet. */
  readonly history: number;
  readonly before: number;
  readonly after: number;
  /** Weeks after the change that can be measured by and by. */
  readonly possible: number;
  readonly before_until: string | null;
  readonly after_from: string | null;
}

/**
 * After: the first weeks that begin on or after `since`, end by `until` and are over at as_of (of a conversion also its
 * window). Before: the last weeks that end by `since`. The first week with data takes no part: the data may begin in it.
 */
export async function findWindows(
  warehouse: Warehouse,
  improvement: Improvement,
  metric: Metric,
): Promise<ComparedWeeks | MissingWeeks> {
  const days = metric.type === 'conversion' ? (metric.windowDays ?? 0) : 0;
  const [found] = await warehouse.rows<WeekCounts>(
    `
      with clock as (
          select as_of - to_microseconds(${Math.round(days * 86_400_000_000)}) as measured_until from run.clock
      ),

      weeks as (
          select
              period_start,
              period_end,
              ends_at <= clock.measured_until as is_over,
              period_start >= $1::date and period_end <= coalesce($2::date + 1, 'infinity'::date) as is_after,
              period_end <= $1::date and period_start > (
                  select min(period_start)
                  from main.metric_values
                  where metric = $3::text
                      and is_in_force
                      and grain = 'week'
                      and dimension = if($4::text is null, 'all', 'team')
                      and dimension_value = coalesce($4::text, 'all')
              ) as is_before
          from sla.periods
          cross join clock
          where grain = 'week'
      )

      select
          count(*) filter (where is_before) as history,
          least(count(*) filter (where is_before and is_over), ${mostWeeks}) as before,
          least(count(*) filter (where is_after and is_over), ${mostWeeks}) as after,
          least(count(*) filter (where is_after), ${mostWeeks}) as possible,
          max(period_end) filter (where is_before and is_over) as before_until,
          min(period_start) filter (where is_after) as after_from
      from weeks`,
    [
      improvement.since,
      improvement.until ?? null,
      metric.name,
      // Of a count, weeks before a team had data would pass for none.
      metric.type === 'count' ? (improvement.team ?? null) : null,
    ],
  );
  return found === undefined ? 'no_week_yet' : toWindows(found);
}

function toWindows(counts: WeekCounts): ComparedWeeks | MissingWeeks {
  const { history, before, after, possible, before_until, after_from } = counts;
  const weeks = Math.min(before, after);
  if (weeks === 0 || before_until === null || after_from === null) {
    if (possible === 0) return 'closed_too_soon';
    return history === 0 ? 'no_history' : 'no_week_yet';
  }
  return {
    weeks,
    before: { from: addWeeks(before_until, -weeks), until: before_until },
    after: { from: after_from, until: addWeeks(after_from, weeks) },
    canGrow: Math.min(before, possible) > weeks,
  };
}

function addWeeks(date: string, weeks: number): string {
  const at = new Date(`${date}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() + weeks * 7);
  return at.toISOString().slice(0, 10);
}
