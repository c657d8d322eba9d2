import { agreementAt, holds, meetsIcp } from './agreements.ts';
import type { Case } from './cases.ts';
import { entryOf } from './stages.ts';
import { type Agreement, type CrmEvent, type Instant, type IntentRule, type Lead, minute } from './types.ts';

export interface Judgement {
  readonly own: Case;
  /** Null without an MQL, an agreement, or rules that give points. */
  readonly scoreAtMql: number | null;
  readonly scoreBand: string | null;
  readonly criteriaMetAt: Instant | null;
  readonly verdict: string | null;
}

export function judgementOf(own: Case, agreements: readonly Agreement[]): Judgement {
  const { lead, mqlAt, agreement } = own;
  const score = mqlAt === null || agreement === null ? null : scoreAt(agreement, lead, mqlAt);
  const looks = looksOf(own);
  const metAt = looks.find((at) => meetsCriteria(agreementAt(agreements, at), lead, at)) ?? null;
  const judge = mqlAt === null ? agreementAt(agreements, looks.at(-1) ?? own.cycle.openedAt) : agreement;
  return {
    own,
    scoreAtMql: score,
    scoreBand: score === null || agreement === null ? null : bandOf(agreement, score),
    criteriaMetAt: metAt,
    verdict: judge === null || judge.criteria === null ? null : verdictOf(mqlAt, metAt),
  };
}

/** Points for who the lead is, and for what it did not too long ago; null where the agreement gives none. */
export function scoreAt({ score }: Agreement, lead: Lead, at: Instant): number | null {
  if (score.fit.length === 0 && score.intent.length === 0) return null;
  const fit = score.fit.filter(({ condition }) => holds(condition, lead, at)).map(({ points }) => points);
  const intent = score.intent.map((rule) => intentOf(rule, lead, at));
  return Math.round(sum([...fit, ...intent]) * 1e6) / 1e6;
}

/** Every activity loses its points evenly over the rule's days; together they give no more than the rule allows. */
function intentOf({ action, points, decaysOverDays, atMost }: IntentRule, lead: Lead, at: Instant): number {
  const whole = decaysOverDays * 1440 * minute;
  const worth = lead.events
    .filter((e) => e.type === 'activity' && e.properties?.action === action)
    .map((e) => at - e.occurredAt)
    .filter((age) => age >= 0 && age < whole)
    .map((age) => points * (1 - age / whole));
  return Math.min(atMost ?? Infinity, sum(worth));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** `under 20`, `20–40`, `60 or more`; no bands, no band. */
function bandOf({ score: { bands } }: Agreement, score: number): string | null {
  const next = bands.findIndex((bound) => score < bound);
  if (bands.length === 0) return null;
  if (next === 0) return `under ${bands[0]}`;
  return next < 0 ? `${bands.at(-1)} or more` : `${bands[next - 1]}–${bands[next]}`;
}

function meetsCriteria(agreement: Agreement | null, lead: Lead, at: Instant): boolean {
  const criteria = agreement?.criteria ?? null;
  if (agreement === null || criteria === null) return false;
  if (criteria.icp && meetsIcp(agreement, lead, at) !== true) return false;
  return criteria.scoreAtLeast === null || (scoreAt(agreement, lead, at) ?? 0) >= criteria.scoreAtLeast - 1e-9;
}

/** Whenever something is heard of the lead, and when the cycle opens; not after its close. */
function looksOf({ cycle }: Case): Instant[] {
  const heard = cycle.events.filter((e) => isHeard(e) || isOpening(e, cycle.openedAt)).map((e) => e.occurredAt);
  return heard.filter((at) => cycle.closedAt === null || at <= cycle.closedAt);
}

function isHeard({ type }: CrmEvent): boolean {
  return type === 'activity' || type === 'property_changed' || type === 'lead_created';
}

function isOpening(event: CrmEvent, openedAt: Instant): boolean {
  return entryOf(event) !== null && event.occurredAt === openedAt;
}

function verdictOf(mqlAt: Instant | null, metAt: Instant | null): string | null {
  if (mqlAt === null) return metAt === null ? null : 'criteria_only';
  return metAt !== null && metAt <= mqlAt ? 'agreed' : 'crm_only';
}
