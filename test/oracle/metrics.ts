import { acceptedAt } from './acceptances.ts';
import { type Grain, periodStart } from './conversions.ts';
import type { Verdicts } from './oracle.ts';
import type { Response } from './responses.ts';
import type { ExpectedTable, TableRow } from './rows.ts';
import { reachedAt } from './stages.ts';
import { dateOf, localDay } from './time.ts';
import { type Instant, minute } from './types.ts';

/** One thing that a rate counts: when, whether it counts at all, and whether it is one of those asked for. */
interface Observation {
  readonly at: Instant | null;
  readonly counts: boolean;
  readonly hits: boolean;
}

/** A value of a percentile; Infinity where the lead was never answered. */
interface Measure {
  readonly at: Instant | null;
  readonly value: number;
}

const day = 1440 * minute;

/** The total rows of the metrics of rules 6, 10, 11 and 13, for every period that has something in it. */
export function metricTable(verdicts: Verdicts, timeZone: string, asOf: Instant): ExpectedTable {
  const rows = [
    ...Object.entries(rates(verdicts, asOf)).flatMap(([metric, seen]) => rateRows(metric, seen, timeZone, asOf)),
    ...Object.entries(percentiles(verdicts, asOf)).flatMap(([metric, { share, seen }]) =>
      byPeriod(seen, timeZone, asOf).map((period) => ({
        ...nameOf(metric, period),
        value: percentile(
          period.members.map(({ value }) => value),
          share,
        ),
      })),
    ),
  ];
  return { table: 'metric_values', key: ['metric', 'grain', 'period_start'], rows };
}

function rates(verdicts: Verdicts, asOf: Instant): Record<string, Observation[]> {
  const { cases, responses, followUps, acceptances, meetings } = verdicts;
  const promisedTo = cases.filter((own) => !own.isExcluded);
  const isOver = (due: Instant | null): boolean => due !== null && due <= asOf;
  return {
    mql_volume: promisedTo.map(({ mqlAt }) => ({ at: mqlAt, counts: true, hits: true })),
    mql_acceptance_rate: promisedTo.map((own) => {
      const hits = acceptedAt(own) !== null;
      return { at: own.mqlAt, counts: hits || own.cycle.closedAt !== null, hits };
    }),
    win_rate: cases.map(({ cycle }) => ({
      at: cycle.closedAt,
      counts: reachedAt(cycle, 'sql') !== null && (cycle.outcome === 'won' || cycle.outcome === 'lost'),
      hits: cycle.outcome === 'won',
    })),
    icp_match_rate: responses.map(({ own, icpMatch }) => ({
      at: own.mqlAt,
      counts: icpMatch !== null && !own.isExcluded,
      hits: icpMatch === true,
    })),
    response_within_sla_rate: responses.map((response) => ({
      at: response.clock.dueAt,
      counts: isCounted(response, asOf),
      hits: response.status === 'met',
    })),
    follow_up_rate: followUps.map(({ endsAt, status }) => ({
      at: endsAt,
      counts: isOver(endsAt) && (status === 'met' || status === 'short'),
      hits: status === 'met',
    })),
    acceptance_within_sla_rate: acceptances.map(({ dueAt, status }) => ({
      at: dueAt,
      counts: isOver(dueAt) && status !== 'pending',
      hits: status === 'met',
    })),
    meeting_outcome_reported_rate: meetings.map(({ report: { dueAt, status } }) => ({
      at: dueAt,
      counts: isOver(dueAt) && status !== 'pending',
      hits: status === 'met',
    })),
    no_show_rate: meetings.map(({ scheduledFor, outcome }) => ({
      at: scheduledFor,
      counts: outcome === 'held' || outcome === 'no_show',
      hits: outcome === 'no_show',
    })),
  };
}

function percentiles(
  { cases, responses }: Verdicts,
  asOf: Instant,
): Record<string, { share: number; seen: Measure[] }> {
  const answers = responses
    .filter((response) => isCounted(response, asOf))
    .map(({ clock, responseBusiness }) => ({
      at: clock.dueAt,
      value: responseBusiness === null ? Infinity : responseBusiness / minute,
    }));
  const sales = cases.flatMap(({ cycle, mqlAt }) => {
    // An import can date an MQL after the close: that says nothing of how long the sale took.
    if (mqlAt === null || cycle.closedAt === null || cycle.outcome !== 'won' || mqlAt > cycle.closedAt) return [];
    return { at: cycle.closedAt, value: (cycle.closedAt - mqlAt) / day };
  });
  return {
    first_response_median_minutes: { share: 0.5, seen: answers },
    first_response_p90_minutes: { share: 0.9, seen: answers },
    sales_cycle_median_days: { share: 0.5, seen: sales },
  };
}

/** Rule 6: met, late and overdue, once they were due. */
function isCounted({ clock: { dueAt }, status }: Response, asOf: Instant): boolean {
  return dueAt !== null && dueAt <= asOf && (status === 'met' || status === 'late' || status === 'overdue');
}

function rateRows(metric: string, seen: readonly Observation[], timeZone: string, asOf: Instant): TableRow[] {
  return byPeriod(
    seen.filter(({ counts }) => counts),
    timeZone,
    asOf,
  ).map((period) => {
    const hits = period.members.filter((member) => member.hits).length;
    const total = period.members.length;
    if (metric === 'mql_volume') return { ...nameOf(metric, period), value: hits };
    const rate = hits / total;
    return { ...nameOf(metric, period), numerator: hits, denominator: total, value: rate, ...wilson(rate, total) };
  });
}

/** Rule 15, by the textbook: the interval of Wilson (1927) with z for 95 %. */
function wilson(rate: number, total: number): { lower_95: number; upper_95: number } {
  const z = 1.959963984540054;
  const middle = (rate + (z * z) / (2 * total)) / (1 + (z * z) / total);
  const half = (z / (1 + (z * z) / total)) * Math.sqrt((rate * (1 - rate)) / total + (z * z) / (4 * total * total));
  return { lower_95: Math.max(0, middle - half), upper_95: Math.min(1, middle + half) };
}

/** Linear between the two nearest ranks; no value where that touches one that was never answered. */
function percentile(values: readonly number[], share: number): number | null {
  const sorted = [...values].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const position = share * (sorted.length - 1);
  const below = sorted[Math.floor(position)] ?? Infinity;
  const above = sorted[Math.ceil(position)] ?? Infinity;
  const weight = position - Math.floor(position);
  const value = weight === 0 ? below : below + weight * (above - below);
  return Number.isFinite(value) ? value : null;
}

interface Period<T> {
  readonly grain: Grain;
  readonly start: number;
  readonly members: T[];
}

/** Rule 14. Periods that begin after now are nobody's business yet. */
function byPeriod<T extends { at: Instant | null }>(seen: readonly T[], timeZone: string, asOf: Instant): Period<T>[] {
  const periods = new Map<string, Period<T>>();
  for (const member of seen) {
    for (const grain of ['week', 'month', 'quarter'] as const) {
      if (member.at === null) continue;
      const start = periodStart(grain, localDay(timeZone, member.at));
      if (start > localDay(timeZone, asOf)) continue;
      const period = periods.get(`${grain} ${start}`) ?? { grain, start, members: [] };
      period.members.push(member);
      periods.set(`${grain} ${start}`, period);
    }
  }
  return [...periods.values()];
}

function nameOf(metric: string, { grain, start }: { grain: Grain; start: number }): TableRow {
  return { metric, grain, period_start: dateOf(start) };
}
