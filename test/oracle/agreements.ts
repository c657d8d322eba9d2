import { attributeAt } from './leads.ts';
import { dateOf, dayOf, localDay, startOfDay } from './time.ts';
import {
  type Agreement,
  type Calendar,
  type Condition,
  type Instant,
  type Lead,
  type Policies,
  type Tier,
  usualPolicies,
} from './types.ts';

const starts = new WeakMap<Agreement, Instant>();

function startOf(agreement: Agreement): Instant {
  const known = starts.get(agreement) ?? startOfDay(agreement.timeZone, dayOf(agreement.effectiveFrom));
  starts.set(agreement, known);
  return known;
}

/** Rule 8: the latest agreement whose first day had begun. */
export function agreementAt(agreements: readonly Agreement[], at: Instant): Agreement | null {
  const started = agreements.filter((agreement) => startOf(agreement) <= at).sort((a, b) => startOf(a) - startOf(b));
  return started.at(-1) ?? null;
}

export function policiesOf(agreement: Agreement | null): Policies {
  return agreement?.policies ?? usualPolicies;
}

/** Rule 7: the calendar of the team, else the default one. */
export function calendarOf(agreement: Agreement, team: string | null): Calendar {
  const name = (team === null ? undefined : agreement.teams.get(team))?.calendar ?? agreement.defaultCalendar;
  return calendarNamed(agreement, name);
}

export function calendarNamed(agreement: Agreement, name: string): Calendar {
  const calendar = agreement.calendars.get(name);
  if (calendar === undefined) throw new Error(`agreement ${agreement.id} has no calendar ${name}`);
  return calendar;
}

/** Rule 8: the first tier that the lead's attributes at the instant meet. */
function tierFor<Effort>(tiers: readonly Tier<Effort>[], lead: Lead, at: Instant): Tier<Effort> | null {
  return tiers.find((tier) => tier.when.every((condition) => holds(condition, lead, at))) ?? null;
}

type Variant = 'normal' | 'reduced' | 'surge';

export interface Promised<Effort> {
  readonly name: string;
  readonly clause: string;
  readonly variant: Variant;
  readonly effort: Effort;
}

/** What a cycle is promised under one clause: its tier, and of that the variant that was written for such a day. */
export function promisedTo<Effort>(
  clause: string,
  tiers: readonly Tier<Effort>[],
  { lead, at, isReduced, isSurge }: { lead: Lead; at: Instant; isReduced: boolean; isSurge: boolean },
): Promised<Effort> | null {
  const tier = tierFor(tiers, lead, at);
  if (tier === null) return null;
  const name = tier.id === null ? clause : `${clause}/${tier.id}`;
  if (isSurge && tier.surge !== undefined) return { name, clause, variant: 'surge', effort: tier.surge };
  if (isReduced && tier.reduced !== undefined) return { name, clause, variant: 'reduced', effort: tier.reduced };
  return { name, clause, variant: 'normal', effort: tier.normal };
}

/** Whether the local date of the instant lies in a reduced range of the calendar. */
export function isReducedOn(calendar: Calendar, at: Instant): boolean {
  const date = dateOf(localDay(calendar.timeZone, at));
  return calendar.reduced.some(({ from, to }) => from <= date && date <= to);
}

/** A lead that meets any of the conditions is excluded. */
export function isExcluded(agreement: Agreement | null, lead: Lead, at: Instant): boolean {
  return policiesOf(agreement).excluded.some((condition) => holds(condition, lead, at));
}

/** Rule 13: null when the agreement has no ICP rules. */
export function meetsIcp(agreement: Agreement, lead: Lead, at: Instant): boolean | null {
  return agreement.icp.length === 0 ? null : agreement.icp.every((condition) => holds(condition, lead, at));
}

export function holds(condition: Condition, lead: Lead, at: Instant): boolean {
  const value = attributeAt(lead, condition.attribute, at);
  if (value === null) return false;
  if ('in' in condition) return condition.in.includes(value);
  if ('filled' in condition) return value.trim() !== '';
  const number = value.trim() === '' ? Number.NaN : Number(value);
  return 'atLeast' in condition ? number >= condition.atLeast : number <= condition.atMost;
}
