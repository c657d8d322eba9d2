import { writeAgreementTables } from '../../src/agreement/tables.ts';
import { type Diagnostic, failOnErrors } from '../../src/diagnostics/diagnostic.ts';
import { type Agreement, readAgreement } from '../../src/project/agreement-file.ts';
import { readConfig } from '../../src/project/config-file.ts';
import { Warehouse } from '../../src/warehouse/warehouse.ts';
import type { PlainCalendar } from './brute-force.ts';

export interface Setting {
  readonly agreements: readonly string[];
  /** ISO instants. */
  readonly asOf: string;
  readonly firstEvent?: string;
  /** Rows of seeds.holidays. */
  readonly holidays?: readonly { readonly set: string; readonly date: string }[];
}

export interface Tables {
  readonly warehouse: Warehouse;
  readonly warnings: readonly Diagnostic[];
}

/** Writes the sla tables of some agreements (YAML text) into a new database in memory. */
export async function tablesOf(setting: Setting): Promise<Tables> {
  const warehouse = await Warehouse.open(':memory:', { threads: 2 });
  await warehouse.run('create schema raw; create schema seeds');
  await warehouse.insert(
    'raw.events',
    { occurred_at: 'timestamptz' },
    setting.firstEvent === undefined ? [] : [{ occurred_at: setting.firstEvent }],
  );
  if (setting.holidays !== undefined) {
    const columns = { set: 'text', date: 'date', name_en: 'text', name_da: 'text' };
    await warehouse.insert(
      'seeds.holidays',
      columns,
      setting.holidays.map((holiday) => ({ ...holiday, name_en: 'Holiday', name_da: 'Helligdag' })),
    );
  }
  const agreements = setting.agreements.map((text, index) => agreementOf(text, `metrics/agreements/${index + 1}.yml`));
  const warnings = await writeAgreementTables(
    warehouse,
    { agreements, breachLog: [], metrics: [], config: configOf('name: test') },
    { asOf: setting.asOf },
  );
  return { warehouse, warnings };
}

/** @throws DiagnosticsError when the agreement is wrong. */
export function agreementOf(text: string, path = 'metrics/agreements/test.yml'): Agreement {
  const problems: Diagnostic[] = [];
  const agreement = readAgreement({ path, text }, problems);
  failOnErrors(problems);
  if (agreement === undefined) throw new Error('no agreement');
  return agreement;
}

export function configOf(text: string) {
  const problems: Diagnostic[] = [];
  const config = readConfig({ path: 'handover.yml', text }, problems);
  failOnErrors(problems);
  if (config === undefined) throw new Error('no config');
  return config;
}

const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** The YAML (JSON is YAML) of an agreement whose calendars c1, c2 … get the keys 1, 2 … */
export function agreementText(
  calendars: readonly PlainCalendar[],
  terms: { readonly effectiveFrom: string; readonly zone?: string },
): string {
  return JSON.stringify({
    id: 'test',
    effective_from: terms.effectiveFrom,
    time_zone: terms.zone ?? 'UTC',
    owners: { marketing: { title: 'Marketing' }, sales: { title: 'Sales' } },
    calendars: Object.fromEntries(calendars.map((calendar, index) => [`c${index + 1}`, calendarYaml(calendar)])),
    default_calendar: 'c1',
    promises: {},
  });
}

function calendarYaml(calendar: PlainCalendar): object {
  return {
    time_zone: calendar.zone,
    hours: Object.fromEntries(
      weekdays.flatMap((name, index) => {
        const hours = calendar.weekly[index + 1] ?? [];
        return hours.length === 0 ? [] : [[name, hours]];
      }),
    ),
    closed: Object.fromEntries(calendar.holidays.map((date) => [date, 'Closed'])),
    special_hours: calendar.special,
  };
}

/** Business seconds between pairs of instants (in seconds), by the formula that models use; null outside the span. */
export async function businessSeconds(
  warehouse: Warehouse,
  pairs: readonly { readonly key: number; readonly start: number; readonly end: number }[],
): Promise<(number | null)[]> {
  await writePairs(warehouse, pairs);
  const rows = await warehouse.rows<{ seconds: number | null }>(`
    select (${clockOf('finish', 'end_us')} - ${clockOf('start', 'start_us')}) / 1000000 as seconds
    from pairs
    left join sla.calendar_days as start
        on start.calendar_key = pairs.calendar_key and start.utc_day = pairs.start_us // 86400000000
    left join sla.calendar_days as finish
        on finish.calendar_key = pairs.calendar_key and finish.utc_day = pairs.end_us // 86400000000
    order by pair_no
  `);
  return rows.map((row) => row.seconds);
}

/** The latest instants (in seconds) by which no more than `promised` business seconds have passed since `start`. */
export async function dueInstants(
  warehouse: Warehouse,
  pairs: readonly { readonly key: number; readonly start: number; readonly promised: number }[],
): Promise<number[]> {
  await writePairs(
    warehouse,
    pairs.map(({ key, start, promised }) => ({ key, start, end: promised })),
  );
  const rows = await warehouse.rows<{ due: number }>(`
    with targets as (
        select pairs.pair_no, pairs.calendar_key, ${clockOf('start', 'start_us')} + pairs.end_us as clock_us
        from pairs
        inner join sla.calendar_days as start
            on start.calendar_key = pairs.calendar_key and start.utc_day = pairs.start_us // 86400000000
    )

    select (opens_us + clock_us - open_before_us) / 1000000 as due
    from targets
    asof join sla.calendar_intervals as intervals
        on intervals.calendar_key = targets.calendar_key and intervals.open_before_us <= targets.clock_us
    order by pair_no
  `);
  return rows.map((row) => row.due);
}

function clockOf(day: string, instant: string): string {
  const pairs = [1, 2, 3, 4].map((n) => `greatest(0, least(${instant}, ${day}.closes_${n}) - ${day}.opens_${n})`);
  // least() skips nulls: without the case an instant outside the span would read as no time at all
  return `case when ${day}.utc_day is not null then ${day}.open_before_us + ${pairs.join(' + ')} end`;
}

async function writePairs(
  warehouse: Warehouse,
  pairs: readonly { readonly key: number; readonly start: number; readonly end: number }[],
): Promise<void> {
  await warehouse.insert(
    'pairs',
    { pair_no: 'integer', calendar_key: 'integer', start_us: 'bigint', end_us: 'bigint' },
    pairs.map(({ key, start, end }, index) => ({
      pair_no: index,
      calendar_key: key,
      start_us: Math.round(start * 1e6),
      end_us: Math.round(end * 1e6),
    })),
  );
}
