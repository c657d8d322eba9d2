import { type Diagnostic, DiagnosticsError } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import type { KeyedCalendar } from './calendar-rules.ts';

const seed = 'seeds/holidays.csv';
const columns = ['set', 'date', 'name_en', 'name_da'];

/**
 * sla.calendar_holidays: the dates of each calendar's sets in seeds.holidays and those under its `closed`, with names
 * for the reader.
 */
export async function writeHolidays(warehouse: Warehouse, calendars: readonly KeyedCalendar[]): Promise<void> {
  await warehouse.insert(
    'sla.calendar_holidays',
    { calendar_key: 'integer', local_date: 'date', name_en: 'text', name_da: 'text' },
    calendars.flatMap(({ key, calendar }) =>
      calendar.closed.map(({ date, name }) => ({
        calendar_key: key,
        local_date: date,
        name_en: name.en,
        name_da: name.da,
      })),
    ),
  );
  const used = calendars.flatMap(({ key, calendar }) => calendar.holidays.map((set) => ({ key, set })));
  if (used.length === 0) return;
  await checkSeed(warehouse);
  for (const { key, set } of used) {
    await warehouse.run(
      `
        insert into sla.calendar_holidays
        select $1::integer, "date"::date, name_en, name_da
        from seeds.holidays
        where "set" = $2
      `,
      [key, set],
    );
  }
}

/** @throws DiagnosticsError when a calendar names a set and the seed cannot hold it. */
async function checkSeed(warehouse: Warehouse): Promise<void> {
  const fail = (message: string, expected: string) => {
    throw new DiagnosticsError([{ code: 'invalid-holidays', severity: 'error', message, file: seed, expected }]);
  };
  const found = await warehouse.rows<{ name: string }>(
    `select column_name as name from information_schema.columns where table_schema = 'seeds' and table_name = 'holidays'`,
  );
  if (found.length === 0) fail('there are no holidays', `a CSV with the columns ${columns.join(', ')}`);
  const missing = columns.filter((column) => !found.some(({ name }) => name === column));
  if (missing.length > 0) fail(`no column "${missing.join('", "')}"`, `the columns ${columns.join(', ')}`);
  const [wrong] = await warehouse.rows<{ date: string }>(
    `select "date"::text as date from seeds.holidays where "date" is not null and try_cast("date" as date) is null limit 1`,
  );
  if (wrong !== undefined) fail(`"${wrong.date}" is not a date`, 'dates such as 2026-12-25');
}

/** An unknown set is an error; a year that a clock ran in and a set says nothing about is a warning. */
export async function checkHolidays(
  warehouse: Warehouse,
  calendars: readonly KeyedCalendar[],
  options: { readonly asOf: string },
): Promise<Diagnostic[]> {
  const problems: Diagnostic[] = [];
  problems.push(...(await warnOfTwins(warehouse, calendars)));
  if (calendars.every(({ calendar }) => calendar.holidays.length === 0)) return problems;
  const known = await yearsOfSets(warehouse);
  const used = await yearsOfAgreements(warehouse, options.asOf);
  for (const { agreement, calendar } of calendars) {
    for (const set of calendar.holidays) {
      const place = agreement.at([...calendar.path, 'holidays']);
      const covered = known.get(set);
      if (covered === undefined) {
        problems.push(unknownSet(set, known, place));
        continue;
      }
      const missing = (used.get(agreement.id) ?? []).filter((year) => !covered.includes(year));
      if (missing.length === 0) continue;
      problems.push({
        code: 'holidays-missing',
        severity: 'warning',
        message: `no holidays of the set "${set}" in ${missing.join(', ')}: calendar "${calendar.name}" counts them as open`,
        ...place,
        fix: `Add them to ${seed}.`,
      });
    }
  }
  return problems;
}

/** A date that is closed twice is closed once; which of the two names holds, nobody said. */
async function warnOfTwins(warehouse: Warehouse, calendars: readonly KeyedCalendar[]): Promise<Diagnostic[]> {
  const rows = await warehouse.rows<{ calendar_key: number; date: string; names: string[] }>(`
    select calendar_key, local_date as date, list(name_en order by name_en) as names
    from sla.calendar_holidays
    anti join sla.owner_calendars using (calendar_key)
    group by calendar_key, local_date
    having count(*) > 1
    order by calendar_key, local_date
  `);
  return rows.flatMap(({ calendar_key, date, names }) => {
    const entry = calendars.find(({ key }) => key === calendar_key);
    if (entry === undefined) return [];
    const { agreement, calendar } = entry;
    const isListed = calendar.closed.some((closed) => closed.date === date);
    // Two holidays of one set may well fall on one date, and two sets may share one.
    if (!isListed && (calendar.holidays.length > 1 || new Set(names).size === names.length)) return [];
    return [
      {
        code: 'holiday-twice',
        severity: 'warning' as const,
        message: `calendar "${calendar.name}": ${date} is a holiday twice (${names.join(', ')})`,
        ...agreement.at([...calendar.path, ...(isListed ? ['closed', date] : ['holidays'])]),
        fix: isListed ? 'Remove the date from "closed".' : `Remove one of the lines from ${seed}.`,
      },
    ];
  });
}

function unknownSet(set: string, known: ReadonlyMap<string, unknown>, place: Partial<Diagnostic>): Diagnostic {
  const fix = didYouMean(set, known.keys());
  return {
    code: 'unknown-holidays',
    severity: 'error',
    message: `unknown holidays "${set}"`,
    ...place,
    expected: `a set of ${seed}: ${[...known.keys()].join(', ')}`,
    ...(fix === undefined ? {} : { fix }),
  };
}

async function yearsOfSets(warehouse: Warehouse): Promise<Map<string, number[]>> {
  const rows = await warehouse.rows<{ set: string; years: number[] }>(`
    select "set"::text as set, list(distinct year("date"::date)) as years
    from seeds.holidays
    where "set" is not null
    group by all
    order by all
  `);
  return new Map(rows.map(({ set, years }) => [set, years]));
}

/** The years in which each agreement judged leads: from its first day (or the first event) to its last, or as_of. */
async function yearsOfAgreements(warehouse: Warehouse, asOf: string): Promise<Map<string, number[]>> {
  const rows = await warehouse.rows<{ agreement: string; years: number[] }>(
    `
      with events as (
          select min(occurred_at) as first_at
          from raw.events
      ),

      spans as (
          select
              agreements.agreement,
              -- both ignore nulls: no events yet, or an agreement that nothing has superseded
              year(timezone(agreements.time_zone, greatest(agreements.effective_at, events.first_at))) as first_year,
              year(timezone(agreements.time_zone, least(agreements.superseded_at, $1::timestamptz))) as last_year
          from sla.agreements
          cross join events
      )

      select agreement, range(first_year, last_year + 1) as years
      from spans
    `,
    [asOf],
  );
  return new Map(rows.map(({ agreement, years }) => [agreement, years]));
}
