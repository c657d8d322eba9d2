import type { Count, Translate } from './catalogue.ts';
import type { Formats } from './format.ts';
import { reasonWords } from './reasons.ts';

/** What of a row of `site.breaches` its story is told from. */
export interface Told {
  readonly kind: string;
  readonly status: string;
  readonly story: string | null;
  readonly story_more: number | null;
  readonly due_at: string;
  readonly done_at: string | null;
  readonly business_minutes: number | null;
  readonly promised_minutes: number | null;
  readonly minutes_over: number | null;
  readonly attempts: number | null;
  readonly channels: number | null;
  readonly promised_attempts: number | null;
  readonly promised_channels: number | null;
  readonly closed_outcome: string | null;
  readonly closed_reason: string | null;
}

export interface Tellers {
  readonly t: Translate;
  readonly count: Count;
  readonly format: Formats;
  /** Of two words, English and Danish, the reader's. */
  readonly own: (english: string, danish: string) => string;
}

/** A line of a story: something that happened, or a piece of time that counted or did not. */
export interface StoryLine {
  readonly text: string;
  readonly isPiece: boolean;
}

const channels: ReadonlySet<string> = new Set(['phone', 'email', 'linkedin', 'sms']);
const outcomes: ReadonlySet<string> = new Set(['won', 'lost', 'disqualified', 'recycled']);
const pieces: ReadonlySet<string> = new Set([
  ...['counted', 'closed', 'lunch', 'holiday', 'paused', 'before_assignment', 'before_restart', 'after_answer'],
  ...['after_close', 'folded'],
]);

/** Reads a breach aloud: what came of the promise, and what happened when, as `handover why` does. */
export function storyOf(tellers: Tellers) {
  const { t, count, format, own } = tellers;
  const separator = format.time('2026-01-01T10:00').charAt(2);
  const seconds = (local: string): string => {
    const told = local.slice(17);
    return told === '' || told === '00' ? '' : `${separator}${told}`;
  };
  const at = (local: string): string => `${format.moment(local.slice(0, 16))}${seconds(local)}`;
  const between = (from: string, until: string): string =>
    from.slice(0, 10) === until.slice(0, 10)
      ? `${at(from)}–${format.time(until.slice(0, 16))}${seconds(until)}`
      : `${at(from)} – ${at(until)}`;
  /** As agreements have it: from an hour on in hours, where these are whole or half. */
  const business = (amount: number): string => {
    if (amount > 0 && amount < 0.05) return t('breaches.at_once');
    const minutes = Math.round(amount * 10) / 10;
    return minutes >= 60 && minutes % 30 === 0 ? count('breaches.hours', minutes / 60) : count('breaches.minutes', minutes);
  };
  const inBrackets = (text: string): string => (text === '' ? '' : ` (${text})`);
  const channel = (name: string): string => (channels.has(name) ? t(`breaches.channel.${name}`) : name);
  const outcome = (name: string): string => (outcomes.has(name) ? t(`breaches.outcome.${name}`) : name);

  function mark(name: string, from: string, until: string, one: string, other: string): string {
    const values: Record<string, string> = { one, since: until === '' ? '' : at(until) };
    if (name === 'answered') values.channel = inBrackets(one === '' ? '' : channel(one));
    if (name === 'ignored') {
      values.channel = inBrackets(one === '' ? '' : channel(one));
      values.because = t(`breaches.ignored.${other}`);
    }
    if (name === 'lead_closed') {
      values.outcome = outcome(one);
      values.reason = inBrackets(other === '' ? '' : reasonWords(other, t));
    }
    return `${at(from)}: ${t(`breaches.mark.${name}`, values)}`;
  }

  function piece(parts: readonly string[]): string {
    const [name = '', from = '', until = '', minutes = '', soFar = '', english = '', danish = '', days = ''] = parts;
    const [time, total] = [business(Number(minutes)), business(Number(soFar))];
    const holidays = own(english, danish);
    if (name === 'folded') {
      const values = { days: count('breaches.days', Number(days)), time, total, holidays };
      return t(holidays === '' ? 'breaches.folded' : 'breaches.folded_closed', values);
    }
    const when = until === '' ? t('breaches.onward', { from: at(from) }) : between(from, until);
    const told =
      name === 'counted' ? t('breaches.counts', { time, total }) : t(`breaches.counts_not.${name}`, { one: holidays });
    return `${when}: ${told}`;
  }

  function lines(row: Told): readonly StoryLine[] {
    const told = (row.story ?? '')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const parts = line.split('\t');
        const [name = '', from = '', until = '', , , one = '', other = ''] = parts;
        const isPiece = pieces.has(name);
        return { text: isPiece ? piece(parts) : mark(name, from, until, one, other), isPiece };
      });
    const more = Number(row.story_more ?? 0);
    return more > 0 ? [...told, { text: count('breaches.more', more), isPiece: true }] : told;
  }

  /** What came of the promise, in one sentence. */
  function verdict(row: Told): string {
    const due = at(row.due_at);
    const [after, promised, over] = [row.business_minutes, row.promised_minutes, row.minutes_over].map((amount) =>
      business(amount ?? 0),
    );
    if (row.kind === 'follow_up') {
      const values = {
        due,
        attempts: count('breaches.attempts', row.attempts ?? 0),
        channels: count('breaches.channels', row.channels ?? 0),
      };
      if (row.promised_attempts === null || row.promised_channels === null) return t('breaches.verdict.follow_up', values);
      const { promised_attempts, promised_channels } = row;
      return t('breaches.verdict.follow_up_promised', { ...values, promised_attempts, promised_channels });
    }
    if (row.kind === 'first_response') {
      const values = { after: after ?? '', promised: promised ?? '', over: over ?? '', due };
      if (row.status === 'late') return t('breaches.verdict.late', values);
      if (row.closed_outcome === null) return t('breaches.verdict.overdue', values);
      const unsaid = row.closed_outcome === 'recycled' ? t('breaches.reason.sent_back') : t('breaches.reason.none');
      const because = row.closed_reason === null ? unsaid : reasonWords(row.closed_reason, t);
      return t('breaches.verdict.overdue_closed', { ...values, reason: because });
    }
    // Days of waiting are read more easily in hours.
    const values = {
      due,
      done: row.done_at === null ? '' : at(row.done_at),
      after: format.value('minutes', row.business_minutes),
      promised: promised ?? '',
      over: format.value('minutes', row.minutes_over),
    };
    return t(`breaches.verdict.${row.kind}_${row.status}`, values);
  }

  return { verdict, lines, business };
}
