import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { OpenMinutes, type PlainCalendar } from './brute-force.ts';
import { agreementText, businessSeconds, dueInstants, type Tables, tablesOf } from './tables-of.ts';

const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

const hours = z.array(z.tuple([z.string(), z.string()]));
const caseSchema = z.object({
  id: z.string(),
  source: z.string(),
  kind: z.enum(['elapsed', 'derived_from_add', 'reversed']),
  source_convention: z.enum(['signed', 'absolute', 'zero']).optional(),
  timezone: z.string(),
  weekly_hours: z.record(z.string(), hours),
  date_hours: z.record(z.string(), hours).default({}),
  holidays: z.array(z.string()),
  start: z.string(),
  end: z.string(),
  expected_minutes: z.number(),
});
type Case = z.infer<typeof caseSchema>;

const file = readFileSync(new URL('business-hours-cases.json', import.meta.url), 'utf8');
const { sources, cases } = z
  .object({ sources: z.record(z.string(), z.object({ licence: z.string() })), cases: z.array(caseSchema) })
  .parse(JSON.parse(file));

const calendars = [...new Map(cases.map((entry) => [keyText(entry), calendarOf(entry)])).values()];
const keyTexts = [...new Set(cases.map(keyText))];
let tables: Tables;

beforeAll(async () => {
  const text = agreementText(calendars, { effectiveFrom: '2006-01-01' });
  tables = await tablesOf({ agreements: [text], asOf: '2024-01-01T00:00:00Z' });
});
afterAll(() => tables.warehouse.close());

test('every case names a source with its licence', () => {
  expect(cases.map((entry) => sources[entry.source]?.licence)).not.toContain(undefined);
});

test('other libraries agree on the business time between two instants', async () => {
  const pairs = cases.map((entry) => ({ key: keyOf(entry), ...instantsOf(entry) }));
  const seconds = await businessSeconds(tables.warehouse, pairs);
  const answers = cases.map((entry, index) => [entry.id, minutes(byConvention(entry, seconds[index]))]);
  expect(answers).toEqual(cases.map((entry) => [entry.id, entry.expected_minutes]));
});

test('adding the business time to the start gives no earlier instant than the end, and the same business time', async () => {
  const added = cases.flatMap((entry) =>
    entry.kind === 'derived_from_add'
      ? [{ key: keyOf(entry), ...instantsOf(entry), promised: entry.expected_minutes * 60 }]
      : [],
  );
  const due = await dueInstants(tables.warehouse, added);
  expect(added.every(({ end }, index) => (due[index] ?? 0) >= end)).toBe(true);
  const passed = await businessSeconds(
    tables.warehouse,
    added.map(({ key, start }, index) => ({ key, start, end: due[index] ?? 0 })),
  );
  expect(passed).toEqual(added.map(({ promised }) => promised));
});

test('the count minute by minute agrees with them too', () => {
  const forward = cases.filter((entry) => entry.kind !== 'reversed');
  const answers = forward.map((entry) => {
    const { start, end } = instantsOf(entry);
    const open = new OpenMinutes(calendarOf(entry), Math.floor(start / 60), Math.ceil(end / 60));
    return [entry.id, minutes(open.seconds(start, end))];
  });
  expect(answers).toEqual(forward.map((entry) => [entry.id, entry.expected_minutes]));
});

/** Many cases share a calendar. */
function keyText(entry: Case): string {
  return JSON.stringify(calendarOf(entry));
}

function keyOf(entry: Case): number {
  return keyTexts.indexOf(keyText(entry)) + 1;
}

function calendarOf(entry: Case): PlainCalendar {
  const join = (intervals: readonly (readonly [string, string])[]) => intervals.map((pair) => pair.join('-'));
  return {
    zone: entry.timezone,
    weekly: Object.fromEntries(weekdays.map((name, index) => [index + 1, join(entry.weekly_hours[name] ?? [])])),
    holidays: entry.holidays,
    special: Object.fromEntries(Object.entries(entry.date_hours).map(([date, intervals]) => [date, join(intervals)])),
  };
}

/** Times without an offset are UTC in every source that has them. */
function instantsOf(entry: Case): { start: number; end: number } {
  const toSeconds = (text: string) => Date.parse(/(Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}Z`) / 1000;
  return { start: toSeconds(entry.start), end: toSeconds(entry.end) };
}

/** Ours is clock(end) − clock(start): negative when the end comes first. */
function byConvention(entry: Case, seconds: number | null | undefined): number {
  const signed = seconds ?? Number.NaN;
  if (entry.source_convention === 'absolute') return Math.abs(signed);
  return entry.source_convention === 'zero' ? Math.max(0, signed) : signed;
}

function minutes(seconds: number): number {
  return Number((seconds / 60).toFixed(6));
}
