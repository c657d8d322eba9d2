import { words } from '../agreement/document-words.ts';
import type { CycleFacts, PieceRow, Reason } from './why-facts.ts';
import { phrases } from './why-phrases.ts';
import type { LocalTimes } from './why-time.ts';
import { reasonOf } from './why-verdict.ts';

/** Something that happened, a piece of the response clock, or a run of such pieces that is told in one. */
export type Entry =
  | { readonly kind: 'mark'; readonly at: string; readonly text: string }
  | { readonly kind: 'piece'; readonly piece: PieceRow }
  | { readonly kind: 'folded'; readonly pieces: readonly PieceRow[] };

/** What happened to the lead from its MQL on, and what of the time between counted, in order. */
export function timelineOf(
  facts: CycleFacts,
  { times, asOf, isWhole }: { readonly times: LocalTimes; readonly asOf: string; readonly isWhole: boolean },
): readonly Entry[] {
  // Of a clock that still runs it matters how much has counted by now.
  const now = facts.response?.status === 'pending' ? asOf : null;
  const pieces = facts.pieces
    .flatMap((piece) => cutAt(piece, facts.response?.due_at ?? null))
    .flatMap((piece) => cutAt(piece, now))
    .map((piece): Entry => ({ kind: 'piece', piece }));
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

function marksOf(facts: CycleFacts, times: LocalTimes): Entry[] {
  const { response, cycle, owners } = facts;
  if (response === undefined) return [];
  const say = phrases[times.language];
  const mql = response.mql_at;
  const hasStarted = response.started_at !== null && isAfter(response.started_at, mql);
  const isAnew = facts.pieces.some(({ reason }) => reason === 'before_restart');
  return [
    ...mark(mql, say.mql),
    ...owners.flatMap(({ owner_id, held_from }) =>
      isAfter(held_from, mql)
        ? mark(held_from, say.assigned(owner_id))
        : mark(mql, say.held(owner_id, times.at(held_from))),
    ),
    ...(hasStarted ? mark(response.started_at, isAnew ? say.startsAnew : say.starts) : []),
    ...mark(response.responded_at, say.answered(channelOf(response.response_channel, times))),
    ...mark(response.due_at, say.due),
    ...mark(
      cycle.closed_at === null || isAfter(mql, cycle.closed_at) ? null : cycle.closed_at,
      say.closed(outcomeOf(cycle.outcome, times), reasonOf(facts, times.language) ?? ''),
    ),
  ];
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
  return [...run.slice(0, shownAtEnds), { kind: 'folded', pieces }, ...run.slice(-shownAtEnds)];
}
