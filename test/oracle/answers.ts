import type { Case, MqlCase } from './cases.ts';
import { counts, isLoggedLate } from './contacts.ts';
import { attributeAt, inLeadOrder } from './leads.ts';
import type { CrmEvent, Cycle, Instant, Policies } from './types.ts';

export interface Answer {
  readonly at: Instant;
  readonly event: CrmEvent;
  /** The lead of the same account that was contacted; null when it was this one. */
  readonly viaLeadId: string | null;
  readonly isSelfBooked: boolean;
  readonly isLoggedLate: boolean;
}

/** Rule 6: the earliest contact that answers the cycle: its own or, where the agreement says so, its account's. */
export function answerOf(own: MqlCase, cases: readonly Case[]): Answer | null {
  const mine = ownAnswer(own);
  const theirs =
    own.policies.accountAttribute === null ? null : accountAnswer(own, own.policies.accountAttribute, cases);
  if (mine === null || theirs === null) return mine ?? theirs;
  return theirs.at < mine.at ? theirs : mine;
}

/** A meeting booked earlier in the cycle answers at once; else the first outreach or booking from the MQL to the close. */
function ownAnswer({ cycle, mqlAt, policies }: MqlCase): Answer | null {
  const booked = cycle.events.find((e) => isBooking(e, policies) && e.occurredAt < mqlAt);
  if (booked !== undefined) return answer(booked, mqlAt, null, policies);
  const event = cycle.events.find((e) => answers(e, policies) && isInTime(e, mqlAt, cycle));
  return event === undefined ? null : answer(event, event.occurredAt, null, policies);
}

function accountAnswer(own: MqlCase, attribute: string, cases: readonly Case[]): Answer | null {
  const account = accountOf(own, attribute);
  if (account === null) return null;
  const [first] = cases
    .filter((other) => other.lead.leadId !== own.lead.leadId && accountOf(other, attribute) === account)
    .flatMap((other) => other.cycle.events.map((event) => ({ event, leadId: other.lead.leadId })))
    .filter(({ event }) => answers(event, own.policies) && isInTime(event, own.mqlAt, own.cycle))
    .sort(byInstantAndLead);
  return first === undefined ? null : answer(first.event, first.event.occurredAt, first.leadId, own.policies);
}

interface Contact {
  readonly event: CrmEvent;
  readonly leadId: string;
}

/** Of several leads at one instant the first by id. */
function byInstantAndLead(a: Contact, b: Contact): number {
  if (a.event.occurredAt !== b.event.occurredAt) return a.event.occurredAt - b.event.occurredAt;
  if (a.leadId !== b.leadId) return a.leadId < b.leadId ? -1 : 1;
  return inLeadOrder(a.event, b.event);
}

function accountOf(own: Case, attribute: string): string | null {
  const account = attributeAt(own.lead, attribute, own.describedAt);
  return account === null || account.trim() === '' ? null : account;
}

function answer(event: CrmEvent, at: Instant, viaLeadId: string | null, policies: Policies): Answer {
  return {
    at,
    event,
    viaLeadId,
    isSelfBooked: viaLeadId === null && isSelfBooked(event),
    isLoggedLate: isLoggedLate(event, policies),
  };
}

function answers(event: CrmEvent, policies: Policies): boolean {
  return isBooking(event, policies) || counts(event, policies, policies.responseChannels);
}

function isBooking(event: CrmEvent, policies: Policies): boolean {
  return event.type === 'meeting_booked' && !(policies.selfBooked === 'does_not_answer' && isSelfBooked(event));
}

function isSelfBooked(event: CrmEvent): boolean {
  return event.type === 'meeting_booked' && event.properties?.self_booked === true;
}

function isInTime(event: CrmEvent, mqlAt: Instant, { closedAt }: Cycle): boolean {
  return event.occurredAt >= mqlAt && (closedAt === null || event.occurredAt <= closedAt);
}
