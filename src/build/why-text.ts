import { counted, listOf, longDate } from '../agreement/document-format.ts';
import type { ExplainedCycle, Why } from './why.ts';
import type { CycleFacts, PieceRow } from './why-facts.ts';
import { type Phrases, phrases } from './why-phrases.ts';
import { type Labelled, promiseLines } from './why-promises.ts';
import type { LocalTimes } from './why-time.ts';
import type { Entry } from './why-timeline.ts';
import { notesOf } from './why-verdict.ts';

/** An explanation as a person reads it, cycle by cycle, the verdict first. Ends with a line break. */
export function whyText(why: Why): string {
  const { merged } = phrases[why.language];
  const heading = why.askedFor === why.lead ? '' : `${merged(why.askedFor, why.lead)}\n\n`;
  return heading + why.cycles.map((cycle) => `${cycleLines(why, cycle).join('\n')}\n`).join('\n');
}

/** The same for programs: what the marts say of each cycle, in UTC, with the verdict in words. Ends with a line break. */
export function whyJson({ lead, askedFor, asOf, cycles }: Why): string {
  const told = cycles.map(({ facts, times, verdict }) => ({
    verdict,
    notes: notesOf(facts, times.language),
    time_zone: times.zone,
    cycle: facts.cycle,
    response: facts.response ?? null,
    clause: facts.clause ?? null,
    clock: facts.pieces,
    owners: facts.owners,
    follow_up: facts.followUp ?? null,
    acceptance: facts.acceptance ?? null,
    meetings: facts.meetings,
    breach_log: facts.breaches,
  }));
  return `${JSON.stringify({ lead_id: lead, asked_for: askedFor, as_of: asOf, cycles: told }, null, 2)}\n`;
}

function cycleLines(why: Why, { facts, times, verdict, timeline }: ExplainedCycle): readonly string[] {
  const say = phrases[why.language];
  const others = promiseLines(facts, times);
  return [
    say.lead(why.lead, facts.cycle.cycle_no, why.cycleCount),
    verdict,
    ...notesOf(facts, why.language),
    '',
    ...aligned(headLines(facts, times)),
    ...(timeline.length === 0
      ? []
      : ['', say.timeline(times.zone), ...timeline.map((entry) => `  ${line(entry, times)}`)]),
    ...(others.length === 0 ? [] : ['', ...aligned(others)]),
  ];
}

function headLines({ cycle, response, clause, owners }: CycleFacts, times: LocalTimes): readonly Labelled[] {
  const say = phrases[times.language];
  const { language } = times;
  const lines: Labelled[] = [
    [say.team, cycle.team ?? say.none],
    [say.owner, cycle.owner_id ?? say.none],
    ...source(cycle, say),
  ];
  if (response === undefined) return lines;
  lines.push([say.mql, times.at(response.mql_at)]);
  if (response.agreement === null) return lines;
  const from = clause === undefined ? '' : longDate(clause.effective_from, language);
  lines.push([say.agreement, from === '' ? response.agreement : say.inForce(response.agreement, from)]);
  if (response.promise === null || response.clause === null) return lines;
  const tier = response.promise.slice(response.clause.length + 1);
  lines.push([say.clause, tier === '' ? response.clause : say.tier(response.clause, tier)]);
  if (clause !== undefined) lines.push(['', language === 'da' ? clause.wording_da : clause.wording_en]);
  const promised = times.business(response.promised_business_minutes ?? 0);
  lines.push([say.promised, say.answerWithin(promised, response.calendar ?? '')]);
  if (owners.length > 1)
    lines.push([
      say.owners,
      listOf(
        owners.map((owner) => ownerText(owner, times)),
        'and',
        language,
      ),
    ]);
  return lines;
}

function source({ source: name, campaign }: CycleFacts['cycle'], say: Phrases): Labelled[] {
  const parts = [name, campaign].filter((part) => part !== null);
  return parts.length === 0 ? [] : [[say.source, parts.join(', ')]];
}

function ownerText(
  { owner_id, business_minutes, is_charged }: CycleFacts['owners'][number],
  times: LocalTimes,
): string {
  const say = phrases[times.language];
  const text = business_minutes === null ? owner_id : say.heldFor(owner_id, times.business(business_minutes));
  return is_charged ? `${text} (${say.charged})` : text;
}

/** One line of the timeline. */
function line(entry: Entry, times: LocalTimes): string {
  if (entry.kind === 'mark') return `${times.at(entry.at)}: ${entry.text}`;
  return entry.kind === 'piece' ? pieceLine(entry, times) : foldedLine(entry, times);
}

function pieceLine({ piece, isAhead }: Extract<Entry, { kind: 'piece' }>, times: LocalTimes): string {
  const say = phrases[times.language];
  const when =
    piece.ends_at === null ? say.onward(times.at(piece.starts_at)) : times.between(piece.starts_at, piece.ends_at);
  if (piece.reason !== 'counted') return `  ${when}: ${say.countsNot(reasonText(piece, times))}`;
  const counts = isAhead ? say.willCount : say.counts;
  return `  ${when}: ${counts(times.business(piece.business_minutes), times.business(piece.business_minutes_so_far))}`;
}

function reasonText(piece: PieceRow, times: LocalTimes): string {
  const say = phrases[times.language];
  return piece.reason === 'holiday' ? say.holiday(holidayName(piece, times)) : say.reasons[piece.reason];
}

function holidayName({ holiday_en, holiday_da }: PieceRow, { language }: LocalTimes): string {
  return (language === 'da' ? holiday_da : holiday_en) ?? '';
}

function foldedLine({ pieces, isAhead }: Extract<Entry, { kind: 'folded' }>, times: LocalTimes): string {
  const say = phrases[times.language];
  const open = pieces.filter(({ reason }) => reason === 'counted');
  const days = new Set(open.map(({ starts_at }) => times.dateOf(starts_at))).size;
  const minutes = open.reduce((sum, { business_minutes }) => sum + business_minutes, 0);
  const total = times.business(pieces.at(-1)?.business_minutes_so_far ?? 0);
  const names = [...new Set(pieces.map((piece) => holidayName(piece, times)))].filter((name) => name !== '');
  const closed = names.length === 0 ? '' : say.foldedClosed(listOf(names, 'and', times.language));
  return `  … ${say.folded(counted(days, say.day, times.language), times.business(minutes), total, isAhead)}${closed}`;
}

/** Labels in a column of their own. */
function aligned(lines: readonly Labelled[]): string[] {
  const width = Math.max(...lines.map(([label]) => label.length));
  return lines.map(([label, text]) => `${label.padEnd(width)}  ${text}`);
}
