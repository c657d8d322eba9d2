import { counted } from '../agreement/document-format.ts';
import type { Language } from '../agreement/document-words.ts';
import { phrases } from './why-phrases.ts';

interface Local {
  readonly date: string;
  readonly time: string;
}

/** Instants and lengths of time as a reader of the language says them, in one zone. */
export class LocalTimes {
  private readonly parts: Intl.DateTimeFormat;

  /** `withSeconds`: where two instants of one minute have to be told apart. */
  constructor(
    readonly zone: string,
    readonly language: Language,
    private readonly withSeconds = false,
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

  /** `Mon 23 Nov 2026, 14:05`, `man. 23. nov. 2026 kl. 14.05`. */
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

  /** `2,400 minutes`, to a tenth. */
  minutes(amount: number): string {
    return counted(round(amount), phrases[this.language].minute, this.language);
  }

  /**
   * Time of the calendar: `90 business minutes`; over four hours `8 business hours`, `6 business hours 5 minutes`. To a
   * tenth below ten minutes; less than that is a moment.
   */
  business(amount: number): string {
    const { moment, minute, businessMinute, businessHour } = phrases[this.language];
    if (amount > 0 && amount < 0.05) return moment;
    const minutes = amount < 10 ? round(amount) : Math.round(amount);
    if (minutes <= 240) return counted(minutes, businessMinute, this.language);
    const hours = counted(Math.floor(minutes / 60), businessHour, this.language);
    return minutes % 60 === 0 ? hours : `${hours} ${counted(minutes % 60, minute, this.language)}`;
  }

  private local(instant: string): Local {
    const found = new Map(this.parts.formatToParts(new Date(instant)).map(({ type, value }) => [type, value]));
    const part = (type: Intl.DateTimeFormatPartTypes): string => found.get(type) ?? '';
    const { date, clock } = phrases[this.language];
    return {
      date: date(part('weekday'), Number(part('day')), Number(part('month')), part('year')),
      time: clock([part('hour'), part('minute'), ...(this.withSeconds ? [part('second')] : [])]),
    };
  }
}

function round(amount: number): number {
  return Math.round(amount * 10) / 10;
}
