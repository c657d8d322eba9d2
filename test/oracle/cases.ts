import { agreementAt, calendarOf, isExcluded, isReducedOn, policiesOf } from './agreements.ts';
import { stageAt } from './stages.ts';
import { localDay } from './time.ts';
import type { Agreement, Calendar, Cycle, Instant, Lead, Policies } from './types.ts';

/** A cycle, and what is settled about it by its MQL: the agreement, its policies, the team and the team's calendar. */
export interface Case {
  readonly lead: Lead;
  readonly cycles: readonly Cycle[];
  readonly cycle: Cycle;
  readonly mqlAt: Instant | null;
  /** When its attributes are looked at: the MQL, or the opening where there was none. */
  readonly describedAt: Instant;
  /** In force at the MQL; null without one. */
  readonly agreement: Agreement | null;
  readonly policies: Policies;
  readonly team: string | null;
  readonly calendar: Calendar | null;
  readonly isExcluded: boolean;
  readonly isReduced: boolean;
}

/** A cycle that became an MQL. */
export interface MqlCase extends Case {
  readonly mqlAt: Instant;
}

export function caseOf(lead: Lead, cycles: readonly Cycle[], cycle: Cycle, agreements: readonly Agreement[]): Case {
  const mqlAt = stageAt(cycle, 'mql');
  const describedAt = mqlAt ?? cycle.openedAt;
  const agreement = mqlAt === null ? null : agreementAt(agreements, mqlAt);
  const team = teamOf(lead, cycle, describedAt);
  const calendar = agreement === null ? null : calendarOf(agreement, team);
  return {
    lead,
    cycles,
    cycle,
    mqlAt,
    describedAt,
    agreement,
    policies: policiesOf(agreement),
    team,
    calendar,
    isExcluded: mqlAt !== null && isExcluded(agreement, lead, mqlAt),
    isReduced: mqlAt !== null && calendar !== null && isReducedOn(calendar, mqlAt),
  };
}

export function isMqlCase(own: Case): own is MqlCase {
  return own.mqlAt !== null;
}

/** Rule 7: the lead's latest event naming a team up to the instant, else the first later one in the cycle. */
function teamOf(lead: Lead, cycle: Cycle, at: Instant): string | null {
  const before = lead.events.filter((e) => e.team !== null && e.occurredAt <= at).at(-1);
  const after = cycle.events.find((e) => e.team !== null && e.occurredAt > at);
  return (before ?? after)?.team ?? null;
}

/**
 * The cycles beyond their team's capacity: those that come after so many others of the same team, by the same agreement,
 * on one local date of the team's calendar. Excluded leads take no capacity.
 */
export function surgeOf(cases: readonly MqlCase[]): ReadonlySet<Case> {
  const days = new Map<string, { capacity: number; arrivals: MqlCase[] }>();
  for (const own of cases) {
    const { agreement, team, calendar, mqlAt } = own;
    const capacity = team === null ? null : (agreement?.teams.get(team)?.capacityPerDay ?? null);
    if (agreement === null || calendar === null || capacity === null || own.isExcluded) continue;
    const key = `${agreement.id} ${team} ${localDay(calendar.timeZone, mqlAt)}`;
    const day = days.get(key) ?? { capacity, arrivals: [] };
    days.set(key, day);
    day.arrivals.push(own);
  }
  return new Set(
    [...days.values()].flatMap(({ capacity, arrivals }) => arrivals.sort(inOrderOfArrival).slice(capacity)),
  );
}

function inOrderOfArrival(a: MqlCase, b: MqlCase): number {
  if (a.mqlAt !== b.mqlAt) return a.mqlAt - b.mqlAt;
  if (a.cycle.leadId !== b.cycle.leadId) return a.cycle.leadId < b.cycle.leadId ? -1 : 1;
  return a.cycle.cycleNo - b.cycle.cycleNo;
}
