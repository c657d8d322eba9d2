import { type Language, words } from './document-words.ts';

/** Numbers, dates, hours and lists as a reader of the language writes them. */

/** Costly to make, and asked for at every number. */
const numberFormats: Readonly<Record<Language, Intl.NumberFormat>> = {
  en: new Intl.NumberFormat(words.en.locale, { maximumFractionDigits: 10 }),
  da: new Intl.NumberFormat(words.da.locale, { maximumFractionDigits: 10 }),
};

export function inDigits(amount: number, language: Language): string {
  // From the digits that are written: 0.07 × 100 is 7.000000000000001.
  const exact = Number(amount.toPrecision(12));
  return numberFormats[language].format(exact);
}

export function counted(amount: number, [one, many]: readonly string[], language: Language): string {
  return `${inDigits(amount, language)} ${(amount === 1 ? one : many) ?? ''}`;
}

/** Business time: from an hour on in hours, where these are whole or half. */
export function businessTime(minutes: number, language: Language): string {
  const { minute, hour } = words[language];
  const inHours = minutes >= 60 && minutes % 30 === 0;
  return inHours ? counted(minutes / 60, hour, language) : counted(minutes, minute, language);
}

export function listOf(items: readonly string[], join: 'and' | 'or', language: Language): string {
  const type = join === 'and' ? 'conjunction' : 'disjunction';
  return new Intl.ListFormat(words[language].locale, { type }).format(items);
}

/** `2026-07-01` → `1 July 2026`, `1. juli 2026`. */
export function longDate(date: string, language: Language): string {
  return `${dayAndMonth(date, language)} ${date.slice(0, 4)}`;
}

/** Both included: `6–24 July 2026`, `24 December 2026 – 2 January 2027`, or the one date. */
export function dateRange(from: string, to: string, language: Language): string {
  if (from === to) return longDate(from, language);
  const last = longDate(to, language);
  if (from.slice(0, 7) === to.slice(0, 7)) return `${dayOfMonth(from, language)}–${last}`;
  if (from.slice(0, 4) === to.slice(0, 4)) return `${dayAndMonth(from, language)} – ${last}`;
  return `${longDate(from, language)} – ${last}`;
}

function dayAndMonth(date: string, language: Language): string {
  return `${dayOfMonth(date, language)} ${words[language].months[Number(date.slice(5, 7)) - 1] ?? ''}`;
}

function dayOfMonth(date: string, language: Language): string {
  return words[language].dayOfMonth(Number(date.slice(8)));
}

/** The date so many months later; the month's last where it has no such day. */
export function monthsLater(date: string, months: number): string {
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number);
  const lastDay = new Date(Date.UTC(year, month + months, 0)).getUTCDate();
  return isoDate(Date.UTC(year, month - 1 + months, Math.min(day, lastDay)));
}

export function dayBefore(date: string): string {
  return isoDate(Date.parse(`${date}T00:00:00Z`) - 86_400_000);
}

function isoDate(instant: number): string {
  return new Date(instant).toISOString().slice(0, 10);
}
