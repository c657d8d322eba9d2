import { type Promised, promisedTo } from './agreements.ts';
import { dueAt } from './calendar.ts';
import type { Case, MqlCase } from './cases.ts';
import { firstHumanOutreach } from './contacts.ts';
import { earlier } from './responses.ts';
import { reachedAt, stageAt } from './stages.ts';
import { type Instant, minute, type Within } from './types.ts';

export interface Acceptance {
  readonly own: MqlCase;
  readonly promised: Promised<Within> | null;
  readonly acceptedAt: Instant | null;
  readonly decidedAt: Instant | null;
  readonly dueAt: Instant | null;
  readonly status: string | null;
}

/** The later of SAL and the first outreach by a person; null where either is missing. */
export function salVerifiedAt({ cycle }: Case): Instant | null {
  return later(stageAt(cycle, 'sal'), firstHumanOutreach(cycle));
}

/** Verified: not before the first outreach by a person, which must come by the close; but won is accepted. */
export function acceptedAt({ cycle, policies }: Case): Instant | null {
  const reached = reachedAt(cycle, 'sal');
  if (policies.acceptance === 'recorded') return reached;
  const outreach = firstHumanOutreach(cycle);
  if (reached !== null && outreach !== null && outreach <= (cycle.closedAt ?? Infinity))
    return later(reached, outreach);
  return cycle.outcome === 'won' ? cycle.closedAt : null;
}

function later(a: Instant | null, b: Instant | null): Instant | null {
  return a === null || b === null ? null : Math.max(a, b);
}

/** Whether sales took the lead or sent it back within the promised business time. */
export function acceptanceOf(own: MqlCase, isSurge: boolean, asOf: Instant): Acceptance {
  const { lead, cycle, agreement, calendar, mqlAt, isReduced } = own;
  const promised =
    agreement === null || own.isExcluded
      ? null
      : promisedTo('acceptance_time', agreement.acceptance, { lead, at: mqlAt, isReduced, isSurge });
  const due = promised === null || calendar === null ? null : dueAt(calendar, mqlAt, promised.effort * minute);
  const decidedAt = earlier(acceptedAt(own), cycle.closedAt);
  return {
    own,
    promised,
    acceptedAt: acceptedAt(own),
    decidedAt,
    dueAt: due,
    status: due === null ? null : promptness(decidedAt, due, asOf),
  };
}

/** Met, late, overdue or pending, of something that is to happen by `due`. */
export function promptness(at: Instant | null, due: Instant, asOf: Instant): string {
  if (at !== null) return at <= due ? 'met' : 'late';
  return due < asOf ? 'overdue' : 'pending';
}
