import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { DiagnosticsError } from '../../src/diagnostics/diagnostic.ts';
import type { Warehouse } from '../../src/warehouse/warehouse.ts';
import { writeCalendars } from './calendars.ts';
import { evaluated, metric, openWarehouse, type ValueRow } from './project.ts';

let warehouse: Warehouse;
afterEach(() => warehouse?.close());

/** Instants are local times in Copenhagen, which is an hour ahead of UTC until 2026-03-29 and two hours after it. */
async function open(rows: string, columns = 'lead_id, mql_at, answered_at, calendar'): Promise<void> {
  warehouse = await openWarehouse('2026-06-30T22:00:00Z');
  await warehouse.run(`
    set timezone = 'Europe/Copenhagen';
    create table main.leads as
    from (values ${rows}) as rows (${columns});
    alter table main.leads alter mql_at type timestamptz;
    set timezone = 'UTC'`);
  await writeCalendars(warehouse);
}

const keys = 'type: duration\nmodel: leads\nstart: mql_at\nstop: answered_at\ndirection: down\ngrains: [quarter]';

async function measure(extra: string, grain = 'quarter'): Promise<ValueRow> {
  const [row] = await evaluated(
    warehouse,
    [metric('speed', `${keys}\n${extra}`)],
    `grain = '${grain}' and dimension = 'all' and sample_size + pending + beside > 0`,
  );
  if (row === undefined) throw new Error('no row');
  return row;
}

/** Monday 2026-03-02. */
const answers = `
    ('a', '2026-03-02 09:00', timestamptz '2026-03-02 09:30', 'office'),
    ('b', '2026-03-02 16:00', timestamptz '2026-03-03 10:00', 'office'),
    ('c', '2026-03-06 16:30', timestamptz '2026-03-09 09:30', 'office'),
    ('d', '2026-03-10 12:00', null, 'office')`;

describe('elapsed time', () => {
  test.each([
    ['minutes', 0.5, 1080],
    ['hours', 18, 18],
    ['days', 0.75, 0.75],
  ])('in %s', async (unit, _, value) => {
    // Of 30 minutes, 18 hours, 65 hours and one unanswered the median lies between 18 h and 65 h.
    await open(answers);
    expect(await measure(`unit: ${unit}\nstatistic: { percentile: 0.3333333333 }`)).toMatchObject({
      value: expect.closeTo(value, 5),
      sample_size: 4,
      numerator: 3,
    });
  });

  test('the unfinished rank longest: half of four lie between the second and the third', async () => {
    await open(answers);
    expect(await measure('unit: hours')).toMatchObject({ value: 41.5, sample_size: 4, numerator: 3, beside: 0 });
    expect(await measure('unit: hours\nstatistic: p90')).toMatchObject({ value: null, over_value: 65 });
  });

  test('left out they stand beside the value', async () => {
    await open(answers);
    const row = await measure('unit: hours\nunfinished: left_out');
    expect(row).toMatchObject({ value: 18, sample_size: 3, denominator: 3, pending: 0, beside: 1 });
  });

  test('an average leaves them out', async () => {
    await open(answers);
    const row = await measure('unit: hours\nstatistic: average');
    expect(row).toMatchObject({ value: 83.5 / 3, numerator: 83.5, denominator: 3, sample_size: 3, beside: 1 });
  });

  test('pending rows are pending and nothing else', async () => {
    await open(answers);
    const row = await measure('unit: hours\nstatistic: average\npending: answered_at is null');
    expect(row).toMatchObject({ sample_size: 3, pending: 1, beside: 0, is_final: false });
    expect(await measure('unit: hours\npending: answered_at is null')).toMatchObject({ value: 18, pending: 1 });
  });

  test('a stop before the start, and a row without a start, have no duration and are beside', async () => {
    await open(`
      ('a', '2026-03-02 09:00', timestamptz '2026-03-02 09:30', 'office'),
      ('b', '2026-03-02 09:00', timestamptz '2026-03-02 09:00', 'office'),
      ('c', '2026-03-02 09:00', timestamptz '2026-03-02 08:59', 'office'),
      ('d', null, timestamptz '2026-03-02 10:00', 'office'),
      ('e', '2026-03-02 09:00', null, 'office')`);
    await warehouse.run(`alter table main.leads add closed_at timestamptz default '2026-03-05 12:00:00Z'`);
    const row = await measure('time: closed_at\nstatistic: { percentile: 0.5 }');
    expect(row).toMatchObject({ value: 30, sample_size: 3, numerator: 2, beside: 2 });
    expect(await measure('time: closed_at\nstatistic: average')).toMatchObject({
      value: 15,
      sample_size: 2,
      beside: 3,
    });
  });

  test('rows that the metric itself shows beside take no part', async () => {
    await open(answers);
    expect(await measure(`unit: hours\nbeside: lead_id = 'c'`)).toMatchObject({ value: 18, sample_size: 3, beside: 1 });
  });

  test('is that of 30 values with an interval', async () => {
    const rows = Array.from(
      { length: 30 },
      (_, index) =>
        `('${index}', '2026-03-02 09:00', timestamptz '2026-03-02 09:00' + to_minutes(${index + 1}), 'office')`,
    );
    await open(rows.join(', '));
    // Mean 15.5, sample deviation √(30 × 31 / 12) = 8.803, of the mean 1.607.
    expect(await measure('statistic: average')).toMatchObject({
      value: 15.5,
      lower_95: expect.closeTo(15.5 - 1.959964 * Math.sqrt(77.5 / 30), 4),
      upper_95: expect.closeTo(15.5 + 1.959964 * Math.sqrt(77.5 / 30), 4),
    });
  });
});

describe('business time', () => {
  const business = 'clock: business\ncalendar: office\nstatistic: average';

  test('counts only open time: over night, over the weekend', async () => {
    await open(answers);
    // 30 minutes; 16:00 to 17:00 and 09:00 to 10:00; Friday 16:30 to 17:00 and Monday 09:00 to 09:30.
    expect(await measure(business)).toMatchObject({ value: 70, numerator: 210, sample_size: 3, beside: 1 });
  });

  test.each([
    ['special hours on a Saturday', '2026-03-27 16:00', '2026-03-30 10:00', 60 + 240 + 60],
    ['a holiday', '2026-04-02 16:00', '2026-04-06 10:00', 60 + 60],
    ['before opening', '2026-03-02 03:00', '2026-03-02 09:01', 1],
    ['after closing', '2026-03-02 17:00', '2026-03-03 08:59:59', 0],
    ['seconds', '2026-03-02 16:59:30', '2026-03-03 09:00:15', 0.75],
  ])('%s', async (_, start, stop, minutes) => {
    await open(`('a', '${start}', timestamptz '${stop}', 'office')`);
    expect((await measure(business)).value).toBeCloseTo(minutes, 9);
  });

  test('is real time in the night in which the clock changes', async () => {
    await open(`
      ('spring', '2026-03-28 12:00', timestamptz '2026-03-29 12:00', 'night'),
      ('autumn', '2025-10-25 12:00', timestamptz '2025-10-26 12:00', 'night'),
      ('other', '2026-03-21 12:00', timestamptz '2026-03-22 12:00', 'night')`);
    const nights = 'clock: business\ncalendar: night\nstatistic: average\nunit: hours';
    for (const [lead, hours] of [
      ['spring', 7],
      ['autumn', 9],
      ['other', 8],
    ] as const) {
      expect(await measure(`${nights}\nfilter: lead_id = '${lead}'`)).toMatchObject({ value: hours, sample_size: 1 });
    }
  });

  test('in the calendar that a column names; a row whose column names none is beside', async () => {
    await open(`
      ('a', '2026-03-02 09:00', timestamptz '2026-03-02 09:30', 'office'),
      ('b', '2026-03-28 21:00', timestamptz '2026-03-28 22:10', 'night'),
      ('c', '2026-03-02 09:00', timestamptz '2026-03-02 19:00', null)`);
    const row = await measure('clock: business\ncalendar: { column: calendar }\nstatistic: average');
    expect(row).toMatchObject({ value: 20, sample_size: 2, beside: 1 });
  });

  test('in the calendar of the agreement in force at the start', async () => {
    await open(`
      ('a', '2026-03-02 16:00', timestamptz '2026-03-03 10:00', 'office'),
      ('b', '2026-03-03 00:00', timestamptz '2026-03-03 10:00', 'office')`);
    await warehouse.run(`
      update sla.agreements set superseded_at = timestamptz '2026-03-03 00:00:00 Europe/Copenhagen';
      insert into sla.agreements values ('second', timestamptz '2026-03-03 00:00:00 Europe/Copenhagen', null)`);
    expect(await measure(`${business}\nfilter: lead_id = 'a'`)).toMatchObject({ value: 120 });
    expect(await measure(`${business}\nfilter: lead_id = 'b'`)).toMatchObject({ value: 30 });
  });

  test('a row from before the first agreement has no calendar', async () => {
    await open(`
      ('a', '2026-03-02 09:00', timestamptz '2026-03-02 09:30', 'office'),
      ('b', '2026-03-02 10:00', timestamptz '2026-03-02 10:10', 'office')`);
    await warehouse.run(`update sla.agreements set effective_at = timestamptz '2026-03-02 08:30:00Z'`);
    expect(await measure(business)).toMatchObject({ value: 10, sample_size: 1, beside: 1 });
  });

  async function failure(extra: string): Promise<string> {
    const error = await measure(extra).catch((caught: unknown) => caught);
    return error instanceof DiagnosticsError ? (error.diagnostics[0]?.message ?? '') : String(error);
  }

  test('a name that the agreement does not know is told', async () => {
    await open(`('a', '2026-03-02 09:00', timestamptz '2026-03-02 09:30', 'offices')`);
    expect(await failure('clock: business\ncalendar: { column: calendar }')).toContain(
      'agreement "first" has no calendar "offices"',
    );
    expect(await failure('clock: business\ncalendar: kontor')).toContain('agreement "first" has no calendar "kontor"');
  });

  test('an instant beyond the calendar is told, unless the row does not count', async () => {
    await open(`
      ('a', '2026-03-02 09:00', timestamptz '2027-01-04 09:30', 'office'),
      ('b', '2026-03-02 09:00', timestamptz '2026-03-02 09:30', 'office')`);
    expect(await failure('clock: business\ncalendar: office')).toContain(
      'calendar "office" does not hold all of 2026-03-02 08:00:00 to 2027-01-04 08:30:00 UTC',
    );
    expect(await measure(`clock: business\ncalendar: office\nfilter: lead_id <> 'a'`)).toMatchObject({ value: 30 });
  });
});

const wallClock = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Europe/Copenhagen',
  dateStyle: 'short',
  timeStyle: 'medium',
});

/** What the wall clock in Copenhagen shows at a minute since 1970, in UTC's terms. */
function localMinute(minute: number): Date {
  return new Date(`${wallClock.format(minute * 60_000).replace(' ', 'T')}Z`);
}

/** Whether the minute that begins then is open, by the rules of test/metrics/calendars.ts. */
function isOpen(calendar: string, minute: number): boolean {
  const local = localMinute(minute);
  const [date, day, hour] = [local.toISOString().slice(0, 10), local.getUTCDay(), local.getUTCHours()];
  if (calendar === 'night') return (day === 6 && hour >= 22) || (day === 0 && hour < 6);
  if (date === '2026-03-28') return hour >= 10 && hour < 14;
  return day >= 1 && day <= 5 && hour >= 9 && hour < 17 && date !== '2026-04-03';
}

test('equals the open minutes counted one by one, in spring and in autumn', async () => {
  const length = 12 * 24 * 60;
  const firsts = ['2026-03-25', '2025-10-22'].map((date) => Date.parse(`${date}T00:00:00Z`) / 60_000);
  /** Open minutes from the first one on, by calendar and first minute. */
  const openBefore = new Map(
    firsts.flatMap((first) =>
      ['office', 'night'].map((calendar): [string, number[]] => {
        const counts = [0];
        for (let at = 0; at < length; at++) counts.push((counts[at] ?? 0) + (isOpen(calendar, first + at) ? 1 : 0));
        return [`${calendar} ${first}`, counts];
      }),
    ),
  );
  const minute = fc.integer({ min: 0, max: length });
  const row = fc.record({
    first: fc.constantFrom(...firsts),
    between: fc.tuple(minute, minute),
    calendar: fc.constantFrom('office', 'night'),
  });
  const rows = fc.sample(row, { numRuns: 400, seed: 20260302 }).map(({ first, between, calendar }) => {
    const [start, stop] = [Math.min(...between), Math.max(...between)];
    return { first, start, stop, calendar };
  });
  const at = (minutes: number) => `timestamptz '${new Date(minutes * 60_000).toISOString()}'`;
  const lines = rows.map(
    ({ first, start, stop, calendar }, index) =>
      `('${index}', ${at(first + start)}, ${at(first + stop)}, '${calendar}')`,
  );
  await open(lines.join(', '));
  const business = 'clock: business\ncalendar: { column: calendar }\nstatistic: average\ndimensions: [lead_id]';
  const values = await evaluated(warehouse, [metric('speed', `${keys}\n${business}`)], `dimension = 'lead_id'`);
  const found = new Map(values.map((value) => [Number(value.dimension_value), value.value]));
  const expected = rows.map(({ first, start, stop, calendar }) => {
    const counts = openBefore.get(`${calendar} ${first}`) ?? [];
    return (counts[stop] ?? 0) - (counts[start] ?? 0);
  });
  expect(rows.map((_, index) => found.get(index))).toEqual(expected);
});

describe('to an event of another model', () => {
  const events =
    'type: duration\nmodel: leads\nstart: mql_at\ndirection: down\ngrains: [quarter]\ndimensions: [lead_id]';

  async function minutesOf(extra: string): Promise<Record<string, number | null>> {
    const values = await evaluated(warehouse, [metric('speed', `${events}\n${extra}`)], `dimension = 'lead_id'`);
    return Object.fromEntries(values.map(({ dimension_value, value }) => [dimension_value, value]));
  }

  async function openWithCalls(): Promise<void> {
    await open(`
      ('a', '2026-03-02 09:00', null, 'office'),
      ('b', '2026-03-02 16:30', null, 'office'),
      ('c', '2026-03-02 09:00', null, 'office'),
      (null, '2026-03-02 09:00', null, 'office')`);
    await warehouse.run(`
      create table main.calls as
      from (values
          ('a', timestamptz '2026-03-02 07:59:59Z', 'out'),
          ('a', timestamptz '2026-03-02 08:20:00Z', 'in'),
          ('a', timestamptz '2026-03-02 08:40:00Z', 'out'),
          ('a', timestamptz '2026-03-02 08:40:00Z', 'out'),
          ('a', timestamptz '2026-03-02 08:50:00Z', 'out'),
          ('b', timestamptz '2026-03-03 08:10:00Z', 'out'),
          ('c', null, 'out'),
          (null, timestamptz '2026-03-02 08:05:00Z', 'out')
      ) as calls (lead_id, called_at, direction)`);
  }

  test('is the time to the first at or after the start with the same key; null keys have none', async () => {
    await openWithCalls();
    expect(await minutesOf('stop: { model: calls, time: called_at }\nby: lead_id')).toEqual({
      a: 20,
      b: 1000,
      c: null,
      '(none)': null,
    });
  });

  test('looks only at the events of its filter, each row once', async () => {
    await openWithCalls();
    const extra = `stop: { model: calls, time: called_at, filter: direction = 'out' }\nby: [lead_id]`;
    expect(await minutesOf(extra)).toEqual({ a: 40, b: 1000, c: null, '(none)': null });
    const [row] = await evaluated(warehouse, [metric('speed', `${events}\n${extra}`)], `dimension = 'all'`);
    expect(row).toMatchObject({ sample_size: 4, numerator: 2 });
  });

  test('in business time', async () => {
    await openWithCalls();
    const extra = 'stop: { model: calls, time: called_at }\nby: lead_id\nclock: business\ncalendar: office';
    expect(await minutesOf(extra)).toEqual({ a: 20, b: 40, c: null, '(none)': null });
  });

  test('a model may have columns of any name', async () => {
    await openWithCalls();
    await warehouse.run(`
      alter table main.leads add paired_at integer default 7;
      alter table main.leads add started_us integer default 7;
      alter table main.leads add events integer default 7;
      alter table main.leads add agreement integer default 7;
      alter table main.leads add calendar_key integer default 7;
      alter table main.leads add measured_value integer default 7`);
    const extra = 'stop: { model: calls, time: called_at }\nby: lead_id\nclock: business\ncalendar: office';
    expect(await minutesOf(extra)).toEqual({ a: 20, b: 40, c: null, '(none)': null });
  });
});
