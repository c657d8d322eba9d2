import type { Instant, Lead, Span } from './types.ts';

const known = new WeakMap<Lead, readonly Span[]>();

/** When the lead had asked to wait. A second pause while paused and a resume while not say nothing. */
export function pausesOf(lead: Lead): readonly Span[] {
  const pauses = known.get(lead) ?? walk(lead);
  known.set(lead, pauses);
  return pauses;
}

function walk(lead: Lead): Span[] {
  const pauses: Span[] = [];
  let pausedAt: Instant | null = null;
  for (const { type, occurredAt } of lead.events) {
    if (type === 'lead_paused' && pausedAt === null) pausedAt = occurredAt;
    if (type === 'lead_resumed' && pausedAt !== null) {
      pauses.push({ from: pausedAt, until: occurredAt });
      pausedAt = null;
    }
  }
  return pausedAt === null ? pauses : [...pauses, { from: pausedAt, until: Infinity }];
}

/** A pause holds from its first instant up to, and not at, the one that ends it. */
export function isPaused(pauses: readonly Span[], at: Instant): boolean {
  return pauses.some(({ from, until }) => from <= at && at < until);
}

/** The response or the close ends a pause, and what the lead asks for later changes nothing. */
export function pausesUntil(pauses: readonly Span[], stoppedAt: Instant | null): readonly Span[] {
  if (stoppedAt === null) return pauses;
  return pauses
    .filter(({ from }) => from < stoppedAt)
    .map(({ from, until }) => ({ from, until: Math.min(until, stoppedAt) }));
}
