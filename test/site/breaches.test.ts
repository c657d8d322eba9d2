import { mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { counting, type Language, translate } from '../../reports/components/catalogue.ts';
import { formats } from '../../reports/components/format.ts';
import { storyOf, type Told } from '../../reports/components/story.ts';
import { type SiteSettings, usualSiteSettings } from '../../src/project/site-settings.ts';
import { openBeside } from '../../src/site/export.ts';
import { Warehouse } from '../../src/warehouse/warehouse.ts';

interface BreachRow extends Told {
  readonly lead_id: string | null;
  readonly record_url: string | null;
  readonly week: string;
  readonly position: number;
}

const folder = mkdtempSync(join(tmpdir(), 'handover-breaches-'));
const published = join(folder, 'published.duckdb');
afterAll(() => rm(folder, { recursive: true }));

/**
 * An MQL on Friday 6 November 2026, 15:30 in Copenhagen, two business hours promised, open 8 to 16: half an hour counts
 * on Friday, the rest on Monday, so it is due 9:30; answered at 10:00:30. Another lead of another CRM was never answered
 * for twenty days of eight hours; a third got one attempt of five.
 */
beforeAll(async () => {
  const warehouse = await Warehouse.open(published);
  await warehouse.run(`
    create table build_info as
    select 'small' as project, timestamptz '2026-11-30 05:00:00Z' as as_of, 'Europe/Copenhagen' as time_zone;
    create table metric_values (
      metric text, version int, grain text, period_start date, period_end date, dimension text, dimension_value text,
      is_complete boolean, is_in_force boolean
    );
    create table metric_definitions (
      metric text, owner text, is_headline boolean, is_current boolean, minimum_sample integer
    );
    create table crm_events (
      event_id text, occurred_at timestamptz, first_recorded_at timestamptz, lead_id text, type text, channel text,
      properties json, crm text
    );
    insert into crm_events values
      ('e1', '2026-11-06 14:35:00Z', '2026-11-06 14:35:00Z', 'hubspot:a/1?x="&b', 'outreach', 'email', '{"automated": true}', 'hubspot'),
      ('e2', '2026-11-09 09:00:30Z', '2026-11-09 09:00:30Z', 'hubspot:a/1?x="&b', 'outreach', 'phone', '{}', 'hubspot'),
      ('e3', '2026-11-02 07:00:00Z', '2026-11-02 07:00:00Z', 'dialler:42', 'stage_entered', null, '{}', 'dialler'),
      -- What the dialler told of a lead that was merged into this one.
      ('e0', '2026-11-01 07:00:00Z', '2026-11-01 07:00:00Z', 'events:7', 'activity', null, '{}', 'dialler'),
      ('e4', '2026-11-02 07:00:00Z', '2026-11-02 07:00:00Z', 'events:7', 'stage_entered', null, '{}', 'events');
    create table breaches (
      lead_id text, breach_no bigint, kind text, promise text, agreement text, cycle_no bigint, meeting_id text,
      slot_no bigint, due_at timestamptz, done_at timestamptz, business_minutes_over double, status text, team text,
      owner_id text, attempts bigint, channels bigint, cause text, action text, responsible text, closed_on date,
      is_explained boolean
    );
    insert into breaches values
      ('hubspot:a/1?x="&b', 1, 'first_response', 'first_response/demo', '1', 1, null, null, '2026-11-09 08:30:00Z',
        '2026-11-09 09:00:30Z', 30.5, 'late', 'Kø', 'anna', null, null, null, null, null, null, false),
      ('dialler:42', 1, 'first_response', 'first_response', '1', 1, null, null, '2026-11-29 15:00:00Z',
        null, null, 'overdue', 'Kø', null, null, null, 'dialler:42 was forgotten', 'Look at 42, then at events:7 (7 of 420)',
        null, null, true),
      ('events:7', 1, 'follow_up', 'follow_up', '1', 1, null, null, '2026-11-06 15:00:00Z',
        null, null, 'short', null, 'bo', 1, 1, null, null, null, null, false);
    create table lead_responses (
      lead_id text, cycle_no bigint, agreement text, promised_business_minutes double, time_zone text,
      mql_at timestamptz, started_at timestamptz, response_channel text, response_business_minutes double, status text
    );
    insert into lead_responses values
      ('hubspot:a/1?x="&b', 1, '1', 120, 'Europe/Copenhagen', '2026-11-06 14:30:00Z', '2026-11-06 14:30:00Z', 'phone', 150.5, 'late'),
      ('dialler:42', 1, '1', 9600, 'Europe/London', '2026-11-02 07:00:00Z', '2026-11-02 07:00:00Z', null, null, 'overdue');
    create table lead_owner_times (lead_id text, cycle_no bigint, leg_no bigint, owner_id text, held_from timestamptz);
    insert into lead_owner_times values ('hubspot:a/1?x="&b', 1, 1, 'anna', '2026-11-06 14:31:00Z');
    create table lead_follow_ups (
      lead_id text, cycle_no bigint, mql_at timestamptz, promised_attempts int, promised_channels int,
      first_attempt_at timestamptz, last_attempt_at timestamptz
    );
    insert into lead_follow_ups values
      ('events:7', 1, '2026-11-02 07:00:00Z', 5, 2, '2026-11-03 09:00:00Z', '2026-11-03 09:00:00Z');
    create table clock_ledger (
      lead_id text, cycle_no bigint, piece_no bigint, starts_at timestamptz, ends_at timestamptz, is_counted boolean,
      reason text, holiday_en text, holiday_da text, business_minutes double, business_minutes_so_far double
    );
    insert into clock_ledger values
      ('hubspot:a/1?x="&b', 1, 1, '2026-11-06 14:30:00Z', '2026-11-06 15:00:00Z', true, 'counted', null, null, 30, 30),
      ('hubspot:a/1?x="&b', 1, 2, '2026-11-06 15:00:00Z', '2026-11-09 07:00:00Z', false, 'closed', null, null, 0, 30),
      ('hubspot:a/1?x="&b', 1, 3, '2026-11-09 07:00:00Z', '2026-11-09 09:00:30Z', true, 'counted', null, null, 120.5, 150.5);
    insert into clock_ledger
    select
      'dialler:42', 1, 2 * day + part, timestamptz '2026-11-02 07:00:00Z' + to_days(day) + to_hours(8 * (part - 1)),
      timestamptz '2026-11-02 07:00:00Z' + to_days(day) + to_hours(if(part = 1, 8, 24)),
      part = 1, if(part = 1, 'counted', if(day = 5, 'holiday', 'closed')), if(part = 2 and day = 5, 'Rest Day', null),
      if(part = 2 and day = 5, 'Hviledag', null), if(part = 1, 480, 0), 480 * (day + 1)
    from range(20) as days (day), (values (1), (2)) as parts (part);
  `);
  warehouse.close();
});

async function breaches(settings: Partial<SiteSettings> = {}): Promise<BreachRow[]> {
  const warehouse = await openBeside({
    published,
    reports: 'reports',
    settings: { ...usualSiteSettings, ...settings },
  });
  try {
    return await warehouse.rows<BreachRow>(readFileSync('reports/sources/site/breaches.sql', 'utf8'));
  } finally {
    warehouse.close();
  }
}

function told(row: BreachRow | undefined, language: Language): string[] {
  if (row === undefined) return [];
  const tell = storyOf({
    t: translate(language),
    count: counting(language),
    format: formats(language),
    own: (english, danish) => (language === 'da' ? danish : english),
  });
  const lines = tell.lines(row).map(({ text, isPiece }) => (isPiece ? `  ${text}` : text));
  return [tell.verdict(row), ...lines].map((line) => line.replaceAll('\u00a0', ' '));
}

const of = (rows: readonly BreachRow[], lead: string) => rows.find((row) => row.lead_id === lead);

test('a late answer is read aloud: what happened, what counted up to the due instant and beyond', async () => {
  expect(told(of(await breaches(), 'hubspot:a/1?x="&b'), 'en')).toEqual([
    'Breach: answered late, after 150.5 business minutes; an answer within 2 business hours was promised. That is 30.5 business minutes too late.',
    'Fri 6 Nov 2026, 15:30: MQL',
    '  Fri 6 Nov 2026, 15:30–16:00: counts 30 business minutes, 30 business minutes in all',
    'Fri 6 Nov 2026, 15:31: assigned to anna',
    'Fri 6 Nov 2026, 15:35: outreach (e-mail), does not count: it was automated',
    '  Fri 6 Nov 2026, 16:00 – Mon 9 Nov 2026, 08:00: does not count: closed',
    '  Mon 9 Nov 2026, 08:00–09:30: counts 1.5 business hours, 2 business hours in all',
    'Mon 9 Nov 2026, 09:30: due',
    '  Mon 9 Nov 2026, 09:30–10:00:30: counts 30.5 business minutes, 150.5 business minutes in all',
    'Mon 9 Nov 2026, 10:00:30: answered (phone)',
  ]);
});

test('the same in Danish', async () => {
  const lines = told(of(await breaches(), 'hubspot:a/1?x="&b'), 'da');
  expect(lines.slice(0, 2)).toEqual([
    'Brud: besvaret for sent, efter 150,5 arbejdsminutter; der var lovet svar inden for 2 arbejdstimer. Det er 30,5 arbejdsminutter for sent.',
    'fre. 6. nov. 2026 kl. 15.30: MQL',
  ]);
  expect(lines.at(-1)).toBe('man. 9. nov. 2026 kl. 10.00.30: besvaret (telefon)');
});

test('of many days in a row the middle ones are told in one line', async () => {
  const row = of(await breaches(), 'dialler:42');
  const lines = told(row, 'da');
  // The verdict, the MQL, three pieces, the 34 between in one line, three pieces, the due instant.
  expect(lines.filter((line) => line.includes('mere'))).toEqual([
    '  … 17 dage mere: 136 arbejdstimer tæller, i alt 152 arbejdstimer, lukket for Hviledag',
  ]);
  expect(lines).toHaveLength(10);
  expect(row?.story?.length).toBeLessThan(700);
  expect(told(row, 'en')[0]).toBe(
    'Breach: unanswered, and overdue since Sun 29 Nov 2026, 16:00; an answer within 160 business hours was promised.',
  );
});

test('a follow-up that ended short is told by what was promised', async () => {
  expect(told(of(await breaches(), 'events:7'), 'en')).toEqual([
    'Breach: follow-up ended short, with 1 attempt over 1 channel (promised 5 over 2); the period ended Fri 6 Nov 2026, 16:00.',
    'Mon 2 Nov 2026, 08:00: MQL',
    'Tue 3 Nov 2026, 10:00: first attempt',
    'Fri 6 Nov 2026, 16:00: the period ends',
  ]);
});

test('a late decision is told in hours', () => {
  const row = {
    ...{ kind: 'acceptance', status: 'late', due_at: '2026-11-13T16:00', done_at: '2026-11-16T16:15' },
    ...{ business_minutes: 2895.3, promised_minutes: 2400, minutes_over: 495.3, attempts: null, channels: null },
    ...{ promised_attempts: null, promised_channels: null, closed_outcome: null, closed_reason: null },
    ...{ story: 'mql\t2026-11-07T22:59:06\t\t\t\t\t\t0\nrecycled\t2026-11-16T16:15:18\t\t\t\t\t\t0', story_more: 2 },
  };
  expect(told(row as unknown as BreachRow, 'da')).toEqual([
    'Brud: afgjort for sent, efter 48 t 15 min. arbejdstid; der var lovet en afgørelse inden for 40 arbejdstimer. Det er 8 t 15 min. for sent.',
    'lør. 7. nov. 2026 kl. 22.59.06: MQL',
    'man. 16. nov. 2026 kl. 16.15.18: sendt tilbage',
    '  … og 2 linjer mere',
  ]);
});

test('unexplained breaches come first, then the newest', async () => {
  expect((await breaches()).map((row) => row.lead_id)).toEqual(['hubspot:a/1?x="&b', 'events:7', 'dialler:42']);
});

test('a record is found by the id that its own CRM knows, and no id breaks out of the address', async () => {
  const rows = await breaches({
    recordUrls: new Map([
      ['hubspot', 'https://crm.example/a?lead={lead_id}#{lead_id}'],
      ['*', 'https://other.example/{lead_id}'],
    ]),
  });
  expect(Object.fromEntries(rows.map((row) => [row.lead_id, row.record_url]))).toEqual({
    'hubspot:a/1?x="&b': 'https://crm.example/a?lead=a%2F1%3Fx%3D%22%26b#a%2F1%3Fx%3D%22%26b',
    'dialler:42': 'https://other.example/42',
    'events:7': 'https://other.example/7',
  });
});

test('a CRM without an address has no links', async () => {
  const rows = await breaches({ recordUrls: new Map([['events', 'https://crm.example/{lead_id}']]) });
  expect(rows.map((row) => row.record_url)).toEqual([null, 'https://crm.example/7', null]);
});

test('where leads are not named nothing tells which one it is', async () => {
  const rows = await breaches({ leadDetail: 'none', recordUrls: new Map([['*', 'https://crm.example/{lead_id}']]) });
  expect(rows).toHaveLength(3);
  expect(JSON.stringify(rows, (_, value) => (typeof value === 'bigint' ? Number(value) : value))).not.toMatch(
    /hubspot|dialler|events:|T\d\d:\d\d|crm\.example/,
  );
  expect(rows[0]).toMatchObject({ kind: 'first_response', due_at: '2026-11-09', week: '2026-W46', story: null });
  expect(rows[2]).toMatchObject({ cause: '… was forgotten', action: 'Look at …, then at … (7 of 420)' });
});
