import { attributeAt } from './leads.ts';
import { dayOf, startOfDay } from './time.ts';
import type { Agreement, Calendar, Condition, Instant, Lead, Tier } from './types.ts';

/** Rule 8: the latest agreement whose first day had begun. */
export function agreementAt(agreements: readonly Agreement[], at: Instant): Agreement | null {
  const started = agreements
    .map((agreement) => ({ agreement, from: startOfDay(agreement.timeZone, dayOf(agreement.effectiveFrom)) }))
    .filter(({ from }) => from <= at)
    .sort((a, b) => a.from - b.from);
  return started.at(-1)?.agreement ?? null;
}

/** Rule 7: the calendar of the team, else the default one. */
export function calendarOf(agreement: Agreement, team: string | null): Calendar {
  const name = (team === null ? undefined : agreement.teams.get(team)) ?? agreement.defaultCalendar;
  const calendar = agreement.calendars.get(name);
  if (calendar === undefined) throw new Error(`agreement ${agreement.id} has no calendar ${name}`);
  return calendar;
}

/** Rule 8: the first tier that the lead's attributes at the instant meet. */
export function tierFor(agreement: Agreement, lead: Lead, at: Instant): Tier | null {
  return agreement.tiers.find((tier) => tier.when.every((condition) => holds(condition, lead, at))) ?? null;
}

/** Rule 13: null when the agreement has no ICP rules. */
export function meetsIcp(agreement: Agreement, lead: Lead, at: Instant): boolean | null {
  return agreement.icp.length === 0 ? null : agreement.icp.every((condition) => holds(condition, lead, at));
}

function holds(condition: Condition, lead: Lead, at: Instant): boolean {
  const value = attributeAt(lead, condition.attribute, at);
  if (value === null) return false;
  if ('in' in condition) return condition.in.includes(value);
  const number = value.trim() === '' ? Number.NaN : Number(value);
  return 'atLeast' in condition ? number >= condition.atLeast : number <= condition.atMost;
}
