import { businessTime } from '../agreement/document-format.ts';
import type { Language } from '../agreement/document-words.ts';
import { phrases } from './why-phrases.ts';

interface Local {
  readonly date: string;
  readonly time: string;
}

/** Instants and lengths of time as a reader of the language says them, in one zone. */
export class LocalTimes {
  private readonly parts: Intl.DateTimeFormat;

  constructor(
    readonly zone: string,
    readonly language: Language,
  ) {
    this.parts = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      calendar: 'iso8601',
      weekday: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
    });
  }

  /** `Mon 23 Nov 2026, 14:05`, `man. 23. nov. 2026 kl. 14.05`; with the seconds that it has. */
  at(instant: string): string {
    const { date, time } = this.local(instant);
    return phrases[this.language].at(date, time);
  }

  /** `Mon 23 Nov 2026, 14:05–16:00`; both dates where they differ. */
  between(from: string, until: string): string {
    const [first, last] = [this.local(from), this.local(until)];
    if (first.date !== last.date) return `${this.at(from)} – ${this.at(until)}`;
    return `${this.at(from)}–${last.time}`;
  }

  /** The local date, for counting days. */
  dateOf(instant: string): string {
    return this.local(instant).date;
  }

  /** Time of the calendar, to a tenth of a minute, as agreements have it: `90 business minutes`, `5.5 business hours`. */
  business(amount: number): string {
    if (amount > 0 && amount < 0.05) return phrases[this.language].moment;
    return businessTime(Math.round(amount * 10) / 10, this.language);
  }

  private local(instant: string): Local {
    const found = new Map(this.parts.formatToParts(new Date(instant)).map(({ type, value }) => [type, value]));
    const part = (type: Intl.DateTimeFormatPartTypes): string => found.get(type) ?? '';
    const { date, clock } = phrases[this.language];
    const seconds = part('second');
    return {
      date: date(part('weekday'), Number(part('day')), Number(part('month')), part('year')),
      time: clock([part('hour'), part('minute'), ...(seconds === '00' ? [] : [seconds])]),
    };
  }
}
