import { readFileSync } from 'node:fs';
import Holidays from 'date-holidays';
import { expect, test } from 'vitest';
import { tablesOf } from './tables-of.ts';

const years = [2025, 2026, 2027, 2028];
const [header, ...lines] = readFileSync(new URL('../../seeds/holidays.csv', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n');
const rows = lines.map((line) => {
  const [set, date, ...names] = line.split(',');
  return { set, date, names };
});

test('every row has a set, a date and a name in both languages, once', () => {
  expect(header).toBe('set,date,name_en,name_da');
  expect(rows.filter(({ names }) => names.length !== 2 || names.includes(''))).toEqual([]);
  expect(new Set(rows.map(({ set, date }) => `${set} ${date}`)).size).toBe(rows.length);
});

test.each([
  ['dk', new Holidays('DK')],
  ['gb', new Holidays('GB', 'ENG')],
])('the set %s has the public holidays of a library that knows them', (name, library) => {
  const known = years.flatMap((year) => library.getHolidays(year).filter(({ type }) => type === 'public'));
  expect(datesOf(name)).toEqual(known.map(({ date }) => date.slice(0, 10)).sort());
});

test('Store bededag is a working day from 2024, and Grundlovsdag no public holiday', () => {
  expect(datesOf('dk')).not.toContain('2025-05-16');
  expect(datesOf('dk')).not.toContain('2026-05-01');
  expect(datesOf('dk')).not.toContain('2026-06-05');
});

const agreement = (sets: string, more = '') => `
id: test
effective_from: 2026-01-01
time_zone: Europe/Copenhagen
owners: { marketing: { title: Marketing }, sales: { title: Sales } }
calendars:
  office: { hours: { thu: ["08:00-16:00"] }, holidays: ${sets} }
default_calendar: office
promises: {}
${more}`;
const easter = { set: 'dk', date: '2026-04-02' };
const asOf = '2026-06-01T00:00:00Z';

test('the dates of every set that a calendar names are closed', async () => {
  const holidays = [easter, { set: 'office', date: '2026-04-09' }, { set: 'gb', date: '2026-04-16' }];
  const { warehouse, warnings } = await tablesOf({ agreements: [agreement('[dk, office]')], asOf, holidays });
  const closed = await warehouse.rows(`
    select local_date
    from sla.calendar_dates
    where isodow(local_date) = 4 and not is_open and local_date between '2026-03-01' and '2026-05-01'
    order by local_date
  `);
  expect(closed).toEqual([{ local_date: '2026-04-02' }, { local_date: '2026-04-09' }]);
  expect(warnings).toEqual([]);
});

test('an unknown set is an error at its place', async () => {
  const tables = tablesOf({ agreements: [agreement('dkk')], asOf, holidays: [easter] });
  await expect(tables).rejects.toMatchObject({
    diagnostics: [
      {
        code: 'unknown-holidays',
        severity: 'error',
        message: 'unknown holidays "dkk"',
        line: 7,
        column: 56,
        fix: 'Did you mean "dk"?',
      },
    ],
  });
});

test('holidays without the seed are an error', async () => {
  const tables = tablesOf({ agreements: [agreement('dk')], asOf });
  await expect(tables).rejects.toMatchObject({
    diagnostics: [{ code: 'invalid-holidays', message: 'there are no holidays', file: 'seeds/holidays.csv' }],
  });
});

test('a year that clocks ran in without any holiday of the set is a warning', async () => {
  const setting = { agreements: [agreement('dk')], asOf: '2028-02-01T00:00:00Z', holidays: [easter] };
  const { warnings } = await tablesOf(setting);
  expect(warnings).toMatchObject([
    {
      code: 'holidays-missing',
      severity: 'warning',
      message: 'no holidays of the set "dk" in 2027, 2028: calendar "office" counts them as open',
      line: 7,
    },
  ]);
  const { warnings: later } = await tablesOf({ ...setting, firstEvent: '2028-01-10T00:00:00Z' });
  expect(later).toMatchObject([{ message: expect.stringContaining('in 2028:') }]);
});

function datesOf(name: string): (string | undefined)[] {
  return rows.filter(({ set }) => set === name).map(({ date }) => date);
}

test('a holiday twice is said where it is written', async () => {
  const closed = agreement('dk').replace('holidays: dk', 'holidays: dk, closed: { 2026-04-02: Inventory }');
  const listed = await tablesOf({ agreements: [closed], asOf, holidays: [easter] });
  expect(listed.warnings).toMatchObject([
    {
      code: 'holiday-twice',
      message: 'calendar "office": 2026-04-02 is a holiday twice (Holiday, Inventory)',
      line: 7,
      fix: 'Remove the date from "closed".',
    },
  ]);
  const seeded = await tablesOf({ agreements: [agreement('dk')], asOf, holidays: [easter, easter] });
  expect(seeded.warnings).toMatchObject([
    { code: 'holiday-twice', line: 7, fix: 'Remove one of the lines from seeds/holidays.csv.' },
  ]);
  const shared = await tablesOf({
    agreements: [agreement('[dk, se]')],
    asOf,
    holidays: [easter, { ...easter, set: 'se' }],
  });
  expect(shared.warnings).toEqual([]);
});
