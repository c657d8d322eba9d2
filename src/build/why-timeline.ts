import { words } from '../agreement/document-words.ts';
import { whyIgnored } from './why-contacts.ts';
import type { CycleFacts, PieceRow, Reason, ResponseRow } from './why-facts.ts';
import { type Phrases, phrases } from './why-phrases.ts';
import type { LocalTimes } from './why-time.ts';
import { reasonOf } from './why-verdict.ts';

/** Something that happened, a piece of the response clock, or a run of such pieces that is told in one. */
export type Entry =
  | { readonly kind: 'mark'; readonly at: string; readonly text: string }
  | { readonly kind: 'piece'; readonly piece: PieceRow; readonly isAhead: boolean }
  | { readonly kind: 'folded'; readonly pieces: readonly PieceRow[]; readonly isAhead: boolean };

/** What happened to the lead from its MQL on, and what of the time between counted, in order. */
export function timelineOf(
  facts: CycleFacts,
  { times, asOf, isWhole }: { readonly times: LocalTimes; readonly asOf: string; readonly isWhole: boolean },
): readonly Entry[] {
  // Of a clock that still runs it matters how much has counted by now.
  const now = facts.response?.status === 'pending' ? asOf : null;
  // Nothing is promised to an excluded lead: no clock runs for it.
  const clock = facts.response?.is_excluded ? [] : facts.pieces;
  const pieces = clock
    .flatMap((piece) => cutAt(piece, facts.response?.due_at ?? null))
    .flatMap((piece) => cutAt(piece, now))
    .filter(({ starts_at, ends_at }) => ends_at === null || times.at(starts_at) !== times.at(ends_at))
    .map((piece): Entry => ({ kind: 'piece', piece, isAhead: now !== null && !isAfter(now, piece.starts_at) }));
  // What happens at an instant comes before the piece that begins there; sort() keeps the order otherwise.
  const marks = [...marksOf(facts, times), ...mark(now, phrases[times.language].now)];
  const entries = [...marks, ...pieces].sort((left, right) => startOf(left) - startOf(right));
  return isWhole ? entries : fold(entries);
}

/** Time that counted is told up to an instant and beyond it. */
function cutAt(piece: PieceRow, at: string | null): readonly PieceRow[] {
  const isInside = at !== null && isAfter(at, piece.starts_at) && piece.ends_at !== null && isAfter(piece.ends_at, at);
  if (!isInside || piece.reason !== 'counted') return [piece];
  const before = (Date.parse(at) - Date.parse(piece.starts_at)) / 60_000;
  const beyond = piece.business_minutes - before;
  return [
    {
      ...piece,
      ends_at: at,
      business_minutes: before,
      business_minutes_so_far: piece.business_minutes_so_far - beyond,
    },
    { ...piece, starts_at: at, business_minutes: beyond },
  ];
}

function mark(at: string | null, text: string): Entry[] {
  return at === null ? [] : [{ kind: 'mark', at, text }];
}

function marksOf(facts: CycleFacts, times: LocalTimes): readonly Entry[] {
  const { response, cycle, owners } = facts;
  if (response === undefined) return [];
  const say = phrases[times.language];
  const mql = response.mql_at;
  const hasStarted = response.started_at !== null && isAfter(response.started_at, mql) && !response.is_excluded;
  const isAnew = facts.pieces.some(({ reason }) => reason === 'before_restart');
  const answer =
    response.status === 'self_booked' ? say.bookedItself : say.answered(channelOf(response.response_channel, times));
  return [
    ...mark(mql, say.mql),
    ...owners.flatMap(({ owner_id, held_from }) =>
      isAfter(held_from, mql)
        ? mark(held_from, say.assigned(owner_id))
        : mark(mql, say.held(owner_id, times.at(held_from))),
    ),
    ...(hasStarted ? mark(response.started_at, isAnew ? say.startsAnew : say.starts) : []),
    ...ignoredMarks(facts, response, times),
    ...mark(response.responded_at, answer),
    ...pauseMarks(facts, response, say),
    ...mark(response.due_at, say.due),
    ...mark(
      cycle.closed_at === null || isAfter(mql, cycle.closed_at) ? null : cycle.closed_at,
      say.closed(outcomeOf(cycle.outcome, times), reasonOf(facts, times.language) ?? ''),
    ),
  ];
}

/** What came between the MQL and the response, or has come since, and is no response. */
function ignoredMarks({ contacts }: CycleFacts, response: ResponseRow, times: LocalTimes): readonly Entry[] {
  if (response.promise === null) return [];
  const say = phrases[times.language];
  const { mql_at, responded_at, agreement } = response;
  return contacts
    .filter(({ occurred_at }) => !isAfter(mql_at, occurred_at))
    .filter(({ occurred_at }) => responded_at === null || isAfter(responded_at, occurred_at))
    .flatMap((contact) => {
      if (contact.type === 'meeting_booked' && contact.is_self_booked)
        return mark(contact.occurred_at, say.bookedInVain);
      const reason = whyIgnored(contact, agreement);
      if (reason === undefined) return [];
      return mark(contact.occurred_at, say.outreach(channelOf(contact.channel, times), say.ignored[reason]));
    });
}

function pauseMarks({ pieces, cycle }: CycleFacts, response: ResponseRow, say: Phrases): readonly Entry[] {
  const { started_at, responded_at, is_excluded } = response;
  if (is_excluded) return [];
  const isAt = (instant: string | null, other: string | null): boolean =>
    instant !== null && other !== null && Date.parse(instant) === Date.parse(other);
  return pieces
    .filter(({ reason }) => reason === 'paused')
    .flatMap(({ starts_at, ends_at }) => {
      // The lead may have asked before the clock started, and the close ends the pause as the answer does.
      const ended = isAt(ends_at, responded_at) ? say.answerEndsPause : say.isBack;
      return [
        ...mark(starts_at, isAt(starts_at, started_at) ? say.hadAsked : say.asksToWait),
        ...(isAt(ends_at, cycle.closed_at) ? [] : mark(ends_at, ended)),
      ];
    });
}

function channelOf(channel: string | null, { language }: LocalTimes): string {
  return channel === null ? '' : (words[language].channels[channel] ?? channel);
}

function outcomeOf(outcome: string | null, { language }: LocalTimes): string {
  const { outcomes } = phrases[language];
  const known: Readonly<Record<string, string>> = outcomes;
  return outcome === null ? '' : (known[outcome] ?? outcome);
}

function isAfter(instant: string, other: string): boolean {
  return Date.parse(instant) > Date.parse(other);
}

function startOf(entry: Entry): number {
  if (entry.kind === 'mark') return Date.parse(entry.at);
  return Date.parse(entry.kind === 'piece' ? entry.piece.starts_at : (entry.pieces[0]?.starts_at ?? ''));
}

/** Reasons that alternate day after day. */
const daily: ReadonlySet<Reason> = new Set<Reason>(['counted', 'closed', 'lunch', 'holiday']);
/** Pieces at each end of a run that are always shown, and the fewest between them that are worth folding. */
const shownAtEnds = 3;
const fewest = 4;

function fold(entries: readonly Entry[]): Entry[] {
  const runs: Entry[][] = [];
  for (const entry of entries) {
    const last = runs.at(-1);
    if (last !== undefined && isDaily(entry) && last.every(isDaily)) last.push(entry);
    else runs.push([entry]);
  }
  return runs.flatMap(foldRun);
}

function isDaily(entry: Entry): boolean {
  return entry.kind === 'piece' && daily.has(entry.piece.reason);
}

function foldRun(run: readonly Entry[]): readonly Entry[] {
  const middle = run.slice(shownAtEnds, -shownAtEnds);
  if (middle.length < fewest) return run;
  const pieces = middle.flatMap((entry) => (entry.kind === 'piece' ? [entry.piece] : []));
  const isAhead = middle.every((entry) => entry.kind === 'piece' && entry.isAhead);
  return [...run.slice(0, shownAtEnds), { kind: 'folded', pieces, isAhead }, ...run.slice(-shownAtEnds)];
}
