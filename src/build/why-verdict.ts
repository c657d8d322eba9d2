import { type Language, words } from '../agreement/document-words.ts';
import type { CycleFacts, ResponseRow } from './why-facts.ts';
import { type Phrases, phrases } from './why-phrases.ts';
import type { LocalTimes } from './why-time.ts';

/** What came of the promised response, and why, in one sentence. */
export function verdictOf(facts: CycleFacts, times: LocalTimes): string {
  const say = phrases[times.language];
  const { response } = facts;
  if (response === undefined) return say.noMql;
  switch (response.status) {
    case null:
      return withoutPromise(facts, response, say);
    case 'self_booked':
      return say.selfBooked;
    case 'met':
    case 'late':
      return answered(response, times);
    case 'released':
      return say.released(reasonOf(facts, times.language) ?? say.noReason);
    case 'overdue':
      return overdue(facts, response, times);
    case 'pending':
      return response.due_at === null
        ? say.standing(whyNothingFallsDue(facts, say))
        : say.pending(times.at(response.due_at));
  }
}

/** What else a reader has to know of the response; mostly nothing. */
export function notesOf(facts: CycleFacts, language: Language): readonly string[] {
  const { response, place } = facts;
  if (response === undefined) return [];
  const say = phrases[language];
  const arrival = place?.arrival_no ?? null;
  const usual = response.variant === null ? undefined : say.variants[response.variant];
  const variant = arrival === null ? usual : say.surge(arrival);
  const late = closedTooLate(facts, language);
  return [
    ...(variant === undefined ? [] : [variant]),
    ...(response.answered_via_lead_id === null ? [] : [say.via(response.answered_via_lead_id)]),
    ...(late === undefined ? [] : [say.closedTooLate(late)]),
    ...(response.is_logged_late ? [say.loggedLate] : []),
  ];
}

/** Why a cycle was closed, as a reader says it; undefined when nobody said so. */
export function reasonOf({ cycle }: CycleFacts, language: Language): string | undefined {
  if (cycle.exit_reason === null) return undefined;
  const { exit_reason } = cycle;
  return (
    words[language].reasons[exit_reason] ??
    phrases[language].exitReasons[exit_reason] ??
    exit_reason.replaceAll('_', ' ')
  );
}

/** The reason of a lead that was no lead, where nobody answered and it was closed once the answer was due. */
function closedTooLate(facts: CycleFacts, language: Language): string | undefined {
  const { cycle, response } = facts;
  if (response?.status !== 'overdue' || response.due_at === null || cycle.closed_at === null) return undefined;
  const isTooLate = Date.parse(cycle.closed_at) > Date.parse(response.due_at);
  return isTooLate && cycle.outcome === 'disqualified' ? reasonOf(facts, language) : undefined;
}

function withoutPromise({ place }: CycleFacts, { agreement, is_excluded }: ResponseRow, say: Phrases): string {
  if (is_excluded) return say.excluded;
  if (agreement === null) return say.noAgreement;
  return place?.promises_answers === false ? say.noResponsePromise : say.noTier;
}

function answered(
  { response_business_minutes, promised_business_minutes, status }: ResponseRow,
  times: LocalTimes,
): string {
  const say = phrases[times.language];
  const [after, promised] = [response_business_minutes ?? 0, promised_business_minutes ?? 0];
  if (status === 'late') {
    return say.late(times.business(after), times.business(promised), times.business(after - promised));
  }
  return after === 0 ? say.atOnce(times.business(promised)) : say.met(times.business(after), times.business(promised));
}

function overdue(facts: CycleFacts, { due_at, promised_business_minutes }: ResponseRow, times: LocalTimes): string {
  const say = phrases[times.language];
  const due = due_at === null ? say.never : times.at(due_at);
  const { closed_at } = facts.cycle;
  const wasClosed = closed_at !== null && due_at !== null && Date.parse(closed_at) <= Date.parse(due_at);
  const unsaid = facts.cycle.outcome === 'recycled' ? say.sentBack : say.noReason;
  if (wasClosed) return say.overdueClosed(reasonOf(facts, times.language) ?? unsaid, due);
  return say.overdue(due, times.business(promised_business_minutes ?? 0));
}

function whyNothingFallsDue({ pieces }: CycleFacts, say: Phrases): string {
  const last = pieces.at(-1)?.reason;
  return last === 'paused' || last === 'before_assignment' ? say.reasons[last] : say.neverOpens;
}
