import { reachedAt, rungOf, stageAt } from './stages.ts';
import { dateOf, dayOf, localDay, startOfDay, weekday } from './time.ts';
import { type Cycle, type Instant, minute } from './types.ts';

export type Grain = 'week' | 'month' | 'quarter';

export interface StagePair {
  readonly from: string;
  readonly to: string;
}

/** Rule 12: the first entry of the to-stage or a later rung, at or after the recorded from-entry; null when none came. */
export function convertedAt(cycle: Cycle, { from, to }: StagePair): Instant | null {
  const fromAt = stageAt(cycle, from);
  if (fromAt === null) return null;
  const after = cycle.entries.filter((entry) => rungOf(entry.stage) >= rungOf(to) && entry.at >= fromAt);
  return after.length === 0 ? null : Math.min(...after.map((entry) => entry.at));
}

export interface Cohort {
  readonly grain: Grain;
  readonly cohortStart: string;
  readonly from: string;
  readonly to: string;
  readonly windowDays: number | null;
  readonly cohortSize: number;
  readonly converted: number;
  readonly skipped: number;
  readonly isMature: boolean | null;
  readonly kmRate: number | null;
}

/** Rules 12 and 14: one cohort per period in which a cycle recorded, or skipped, the from-stage. */
export function cohortsOf(
  cycles: readonly Cycle[],
  pair: StagePair,
  windowDays: number | null,
  timeZone: string,
  asOf: Instant,
): Cohort[] {
  const cohorts = new Map<string, { grain: Grain; start: number; members: Cycle[]; skipped: number }>();
  for (const cycle of cycles) {
    const recordedAt = stageAt(cycle, pair.from);
    const at = recordedAt ?? reachedAt(cycle, pair.from);
    if (at === null) continue;
    for (const grain of ['week', 'month', 'quarter'] as const) {
      const start = periodStart(grain, localDay(timeZone, at));
      const key = `${grain} ${start}`;
      const cohort = cohorts.get(key) ?? { grain, start, members: [], skipped: 0 };
      cohorts.set(key, cohort);
      if (recordedAt === null) cohort.skipped += 1;
      else cohort.members.push(cycle);
    }
  }
  return [...cohorts.values()].map(({ grain, start, members, skipped }) => {
    const windowLength = windowDays === null ? null : windowDays * 1440 * minute;
    const waits = members.map((cycle) => waitOf(cycle, pair));
    const endsAt = startOfDay(timeZone, periodEnd(grain, start));
    return {
      grain,
      cohortStart: dateOf(start),
      from: pair.from,
      to: pair.to,
      windowDays,
      cohortSize: members.length,
      converted: waits.filter(({ wait }) => wait !== null && (windowLength === null || wait <= windowLength)).length,
      skipped,
      isMature: windowLength === null ? null : endsAt + windowLength <= asOf,
      kmRate: windowLength === null ? null : kaplanMeier(waits, windowLength, asOf),
    };
  });
}

interface Wait {
  readonly fromAt: Instant;
  readonly wait: number | null;
}

function waitOf(cycle: Cycle, pair: StagePair): Wait {
  const fromAt = stageAt(cycle, pair.from) ?? 0;
  const at = convertedAt(cycle, pair);
  return { fromAt, wait: at === null ? null : at - fromAt };
}

/** 1 − S(window), only `as_of` censoring; at equal times a conversion counts before a censoring. */
function kaplanMeier(waits: readonly Wait[], windowLength: number, asOf: Instant): number | null {
  if (waits.length === 0) return null;
  const observed = (w: Wait): number => w.wait ?? asOf - w.fromAt;
  const times = [...new Set(waits.flatMap(({ wait }) => (wait !== null && wait <= windowLength ? [wait] : [])))].sort(
    (a, b) => a - b,
  );
  let survival = 1;
  for (const time of times) {
    const atRisk = waits.filter((w) => observed(w) >= time).length;
    const events = waits.filter((w) => w.wait === time).length;
    survival *= 1 - events / atRisk;
  }
  return 1 - survival;
}

/** Rule 14 with the fiscal year beginning in January. */
export function periodStart(grain: Grain, day: number): number {
  if (grain === 'week') return day - weekday(day);
  const [year = 0, month = 1] = dateOf(day).split('-').map(Number);
  const first = grain === 'month' ? month : month - ((month - 1) % 3);
  return dayOf(`${year}-${String(first).padStart(2, '0')}-01`);
}

function periodEnd(grain: Grain, start: number): number {
  return grain === 'week' ? start + 7 : periodStart(grain, start + (grain === 'month' ? 31 : 92));
}
