import { expect, test } from 'vitest';
import { tablesOf } from './tables-of.ts';

const agreement = (id: string, from: string, more = '') => `
id: ${id}
effective_from: ${from}
time_zone: Europe/Copenhagen
owners: { marketing: { title: Marketing }, sales: { title: Sales } }
calendars:
  office:
    hours: { wed: ["08:00-16:00"], thu: ["08:00-16:00"], fri: ["08:00-16:00"] }
    holidays: dk
    closed: { 2026-12-24: { en: Christmas Eve, da: Juleaften } }
    special_hours: { 2026-12-23: ["08:00-12:00"], 2026-12-25: ["09:00-10:00", "13:00-24:00"] }
    reduced: [{ from: 2026-12-28, to: 2027-01-05, title: { en: Between the years, da: Mellem jul og nytår } }]
  night: { hours: { thu: ["22:00-06:00"] }, special_hours: { 2026-12-24: ["20:00-02:00"] } }
default_calendar: office
teams: { "Kø & Salg": office, uk: night, dk: office }
people: { dk4: { calendar: office, absent: [2026-12-02/2026-12-03] } }
promises: {}
${more}`;
const holidays = ['2026-12-25', '2026-12-26', '2027-01-01'].map((date) => ({ set: 'dk', date }));
const setting = { asOf: '2026-12-01T00:00:00Z', holidays };

async function specialDays(agreements: readonly string[]) {
  const { warehouse } = await tablesOf({ ...setting, agreements });
  const rows = await warehouse.rows(`
    select concat_ws(' | ', agreement, calendar, teams, is_default, first_date, last_date, kind, name_en, name_da, hours) as row
    from main.agreement_special_days
  `);
  return rows.map(({ row }) => row);
}

test('closed days, special hours and reduced ranges are listed for the teams that have the calendar', async () => {
  const office = 'one | office | Kø & Salg, dk | true';
  expect(await specialDays([agreement('one', '2026-01-01')])).toEqual([
    `${office} | 2026-12-23 | 2026-12-23 | special_hours | 08:00–12:00`,
    'one | night | uk | false | 2026-12-24 | 2026-12-24 | special_hours | 20:00–02:00',
    `${office} | 2026-12-24 | 2026-12-24 | closed | Christmas Eve | Juleaften`,
    // Open although it is a holiday; Saturday 26 December is closed anyway, and when one person is away is nobody's matter.
    `${office} | 2026-12-25 | 2026-12-25 | special_hours | Holiday | Helligdag | 09:00–10:00, 13:00–24:00`,
    `${office} | 2026-12-28 | 2027-01-05 | reduced | Between the years | Mellem jul og nytår`,
    `${office} | 2027-01-01 | 2027-01-01 | closed | Holiday | Helligdag`,
  ]);
});

test('a day belongs to the agreement in force on it', async () => {
  const rows = await specialDays([agreement('one', '2026-01-01'), agreement('two', '2027-01-01')]);
  expect(rows.filter((row) => /reduced|2027/.test(String(row)))).toEqual([
    'one | office | Kø & Salg, dk | true | 2026-12-28 | 2026-12-31 | reduced | Between the years | Mellem jul og nytår',
    'two | office | Kø & Salg, dk | true | 2027-01-01 | 2027-01-01 | closed | Holiday | Helligdag',
    'two | office | Kø & Salg, dk | true | 2027-01-01 | 2027-01-05 | reduced | Between the years | Mellem jul og nytår',
  ]);
});

test('without an agreement there is nothing special', async () => {
  expect(await specialDays([])).toEqual([]);
});
