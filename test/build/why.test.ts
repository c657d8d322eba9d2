import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type WhyRequest, why } from '../../src/build/why.ts';
import { whyJson, whyText } from '../../src/build/why-text.ts';
import { Warehouse } from '../../src/warehouse/warehouse.ts';

// Copenhagen is at UTC+1; the office is open 8–16, Monday to Friday. 6 March 2026 is a Friday.

/** An MQL at 14:00 with 240 minutes promised: 120 on Friday, due on Monday at 10:00, answered at 11:30. */
const late = `
  insert into lead_cycles values
    ('L1', 1, 'webinar', 'spring', 'dk', 'anna', '2026-03-06T13:00:00Z', '2026-03-20T09:00:00Z', 'lost', 'price'),
    ('L1', 2, null, null, 'dk', null, null, null, null, null);
  insert into lead_responses values
    ('L1', 1, 'h1', 'first_response/standard', 'first_response', 'normal', 240, 'office', '2026-03-06T13:00:00Z',
     '2026-03-06T13:00:00Z', '2026-03-09T09:00:00Z', '2026-03-09T10:30:00Z', 'phone', 330, null, 'late', false, false);
  insert into clock_ledger values
    ('L1', 1, 1, '2026-03-06T13:00:00Z', '2026-03-06T15:00:00Z', 'counted', null, null, 120, 120),
    ('L1', 1, 2, '2026-03-06T15:00:00Z', '2026-03-09T07:00:00Z', 'closed', null, null, 0, 120),
    ('L1', 1, 3, '2026-03-09T07:00:00Z', '2026-03-09T10:30:00Z', 'counted', null, null, 210, 330);
  insert into lead_owner_times values
    ('L1', 1, 1, 'bo', '2026-03-01T08:00:00Z', 120, false), ('L1', 1, 2, 'anna', '2026-03-06T15:30:00Z', 120, true);
  insert into lead_follow_ups values ('L1', 1, 1, 1, '2026-03-20T15:00:00Z', 'short');
  insert into lead_acceptances values ('L1', 1, 'rejected', '2026-03-20T09:00:00Z', '2026-03-10T09:00:00Z', 'late');
  insert into meetings values
    ('L1', 1, 'm1', 1, '2026-03-09T10:30:00Z', '2026-03-12T12:00:00Z', 'unknown', '2026-03-16T15:00:00Z', null, 'overdue');`;

describe('why', () => {
  it('tells in English what counted and what came of it, the verdict first', async () => {
    expect(await text(late, { lead: 'L1', cycle: 1 })).toBe(`\
Lead L1, cycle 1 of 2
Breach: answered late, after 5 business hours 30 minutes; an answer within 240 business minutes was promised. That is 90 business minutes too late.

Team         dk
Owner        anna
Source       webinar, spring
MQL          Fri 6 Mar 2026, 14:00
Agreement    h1, in force from 1 January 2026
Clause       first_response, tier standard
             Within-SLA rate: at least 90 % (standard within 4 business hours)
Promised     an answer within 240 business minutes (calendar office)
Who held it  bo 120 business minutes and anna 120 business minutes (answers for it)

Timeline, local time of Europe/Copenhagen
  Fri 6 Mar 2026, 14:00: MQL
  Fri 6 Mar 2026, 14:00: with bo since Sun 1 Mar 2026, 09:00
    Fri 6 Mar 2026, 14:00–16:00: counts 120 minutes, 120 minutes in all
    Fri 6 Mar 2026, 16:00 – Mon 9 Mar 2026, 08:00: does not count: closed
  Fri 6 Mar 2026, 16:30: assigned to anna
    Mon 9 Mar 2026, 08:00–10:00: counts 120 minutes, 240 minutes in all
  Mon 9 Mar 2026, 10:00: due
    Mon 9 Mar 2026, 10:00–11:30: counts 90 minutes, 330 minutes in all
  Mon 9 Mar 2026, 11:30: answered (phone)
  Fri 20 Mar 2026, 10:00: closed: lost (price)

Follow-up   short: 1 attempt over 1 channel; the period ends Fri 20 Mar 2026, 16:00
Acceptance  late: rejected Fri 20 Mar 2026, 10:00, due Tue 10 Mar 2026, 10:00
Meeting     Thu 12 Mar 2026, 13:00: outcome unknown; nobody reported the outcome, due Mon 16 Mar 2026, 16:00
`);
  });

  it('tells the same in Danish, with Danish dates', async () => {
    expect(await text(late, { lead: 'L1', cycle: 1, language: 'da' })).toBe(`\
Lead L1, forløb 1 af 2
Brud: besvaret for sent, efter 5 arbejdstimer 30 minutter; lovet var svar inden for 240 arbejdsminutter. Det er 90 arbejdsminutter for sent.

Team           dk
Leadansvarlig  anna
Kilde          webinar, spring
MQL            fre. 6. mar. 2026 kl. 14.00
SLA-aftale     h1, gælder fra 1. januar 2026
Punkt          first_response, gruppe standard
               Besvaret til tiden: mindst 90 % (standard inden for 4 arbejdstimer)
Lovet          svar inden for 240 arbejdsminutter (kalender office)
Hos hvem       bo 120 arbejdsminutter og anna 120 arbejdsminutter (hæfter)

Tidslinje, lokal tid i Europe/Copenhagen
  fre. 6. mar. 2026 kl. 14.00: MQL
  fre. 6. mar. 2026 kl. 14.00: hos bo siden søn. 1. mar. 2026 kl. 09.00
    fre. 6. mar. 2026 kl. 14.00–16.00: tæller 120 minutter, i alt 120 minutter
    fre. 6. mar. 2026 kl. 16.00 – man. 9. mar. 2026 kl. 08.00: tæller ikke: lukket
  fre. 6. mar. 2026 kl. 16.30: tildelt anna
    man. 9. mar. 2026 kl. 08.00–10.00: tæller 120 minutter, i alt 240 minutter
  man. 9. mar. 2026 kl. 10.00: frist
    man. 9. mar. 2026 kl. 10.00–11.30: tæller 90 minutter, i alt 330 minutter
  man. 9. mar. 2026 kl. 11.30: besvaret (telefon)
  fre. 20. mar. 2026 kl. 10.00: lukket: tabt (price)

Opfølgning  mangelfuld: 1 forsøg via 1 kanal; perioden slutter fre. 20. mar. 2026 kl. 16.00
Accept      for sent: afvist fre. 20. mar. 2026 kl. 10.00, frist tirs. 10. mar. 2026 kl. 10.00
Møde        tors. 12. mar. 2026 kl. 13.00: udfald mangler; udfaldet burde være registreret, frist man. 16. mar. 2026 kl. 16.00
`);
  });

  it('tells of all cycles, also of one without an MQL', async () => {
    const told = await text(late, { lead: 'L1' });
    expect(told).toContain('Lead L1, cycle 1 of 2\nBreach:');
    expect(told).toContain(
      '\n\nLead L1, cycle 2 of 2\nNo promise: the lead did not become an MQL in this cycle.\n\nTeam   dk\nOwner  none\n',
    );
  });

  it('gives programs what the marts say, and the verdict', async () => {
    const told: unknown = JSON.parse(whyJson(await explain(late, { lead: 'L1', cycle: 1 })));
    expect(told).toMatchObject({
      lead_id: 'L1',
      as_of: '2026-03-31T06:00:00Z',
      cycles: [
        {
          verdict: expect.stringContaining('90 business minutes too late'),
          time_zone: 'Europe/Copenhagen',
          response: { due_at: '2026-03-09T09:00:00Z', status: 'late' },
          clock: [{ reason: 'counted' }, { reason: 'closed' }, { reason: 'counted' }],
        },
      ],
    });
  });

  it('reads the clock of the calendar where its zone is known', async () => {
    const inLondon = `alter table lead_responses add column time_zone text; update lead_responses set time_zone = 'Europe/London'`;
    const told = await text(`${late}; ${inLondon}`, { lead: 'L1', cycle: 1 });
    expect(told).toContain('Timeline, local time of Europe/London\n  Fri 6 Mar 2026, 13:00: MQL\n');
  });
});

describe('the verdict', () => {
  const verdict = async (changes: string, lead = 'L1') =>
    (await text(`${late}; ${changes}`, { lead, cycle: 1 })).split('\n').slice(1).join('\n').split('\n\n')[0];
  const set = (values: string) => verdict(`update lead_responses set ${values}`);

  it.each([
    {
      values: `status = 'met', responded_at = '2026-03-06T13:07:00Z', response_business_minutes = 7.04`,
      said: 'Promise kept: answered in time, after 7 business minutes; an answer within 240 business minutes was promised.',
    },
    {
      values: `status = 'met', responded_at = mql_at, response_business_minutes = 0`,
      said: 'Promise kept: answered at once; an answer within 240 business minutes was promised.',
    },
    {
      values: `response_business_minutes = 240.00001`,
      said: 'Breach: answered late, after 240 business minutes; an answer within 240 business minutes was promised. That is a moment too late.',
    },
    {
      values: `status = 'overdue', responded_at = null`,
      said: 'Breach: unanswered, and overdue since Mon 9 Mar 2026, 10:00; an answer within 240 business minutes was promised.',
    },
    {
      values: `status = 'overdue', responded_at = null, due_at = '2026-03-23T09:00:00Z'`,
      said: 'Breach: closed without an answer, which was due Mon 23 Mar 2026, 10:00; price does not release from it.',
    },
    {
      values: `status = 'pending', responded_at = null`,
      said: 'Open: not answered yet; the answer is due Mon 9 Mar 2026, 10:00.',
    },
    {
      values: `status = 'released', responded_at = null`,
      said: 'Released: the lead was closed before the answer was due (price), and nobody owes one.',
    },
    {
      values: `status = 'self_booked'`,
      said: 'Self-booked: the lead booked a meeting itself; that is counted beside the rate.',
    },
    {
      values: `status = null, promise = null, clause = null, is_excluded = true`,
      said: 'No promise: the agreement excludes leads like this one.',
    },
    {
      values: `status = null, promise = null, clause = null, agreement = null`,
      said: 'No promise: no agreement was in force when the lead became an MQL.',
    },
    {
      values: `status = null, promise = null, clause = null`,
      said: 'No promise: the agreement promises an answer to other leads only.',
    },
  ])('$said', async ({ values, said }) => expect(await set(values)).toBe(said));

  it.each([
    { reason: 'paused', said: 'the lead asked to wait' },
    { reason: 'before_assignment', said: 'not assigned yet' },
    { reason: 'closed', said: 'its calendar never opens' },
  ])('says why nothing falls due: $said', async ({ reason, said }) => {
    const changes = `
      update lead_responses set status = 'pending', responded_at = null, due_at = null;
      delete from clock_ledger where piece_no > 1;
      update clock_ledger set reason = '${reason}', ends_at = null`;
    expect(await verdict(changes)).toBe(`Open: not answered yet, and nothing falls due: ${said}.`);
    const told = await text(`${late}; ${changes}`, { lead: 'L1', cycle: 1 });
    expect(told).toContain('    from Fri 6 Mar 2026, 14:00: does not count: ');
  });

  it('is followed by what else has to be known', async () => {
    expect(await set(`variant = 'surge', answered_via_lead_id = 'L9', is_logged_late = true`)).toBe(`\
Breach: answered late, after 5 business hours 30 minutes; an answer within 240 business minutes was promised. That is 90 business minutes too late.
More leads came to the team that day than it has capacity for; for those beyond it another time is promised.
The answer went to L9, another contact of the same account.
The answer was recorded long after it took place.`);
  });

  it('tells seconds apart where the answer came in the minute in which it was due', async () => {
    const told = await text(
      `${late}; update lead_responses set responded_at = '2026-03-09T09:00:20Z', response_business_minutes = 240 + 1/3.0`,
      { lead: 'L1', cycle: 1 },
    );
    expect(told).toContain('That is 0.3 business minutes too late.');
    expect(told).toContain('Mon 9 Mar 2026, 10:00:00: due\n');
    expect(told).toContain('Mon 9 Mar 2026, 10:00:20: answered (phone)\n');
  });
});

describe('a clock that still runs', () => {
  it('is told up to now and on to when the answer is due', async () => {
    const changes = `
      update build_info set as_of = '2026-03-09T08:00:00Z';
      update lead_cycles set closed_at = null;
      update lead_responses set status = 'pending', responded_at = null;
      update clock_ledger set ends_at = '2026-03-09T09:00:00Z', business_minutes = 120, business_minutes_so_far = 240
      where piece_no = 3`;
    expect(await text(`${late}; ${changes}`, { lead: 'L1', cycle: 1 })).toContain(`\
  Fri 6 Mar 2026, 16:30: assigned to anna
    Mon 9 Mar 2026, 08:00–09:00: counts 60 minutes, 180 minutes in all
  Mon 9 Mar 2026, 09:00: now: the data end here
    Mon 9 Mar 2026, 09:00–10:00: counts 60 minutes, 240 minutes in all
  Mon 9 Mar 2026, 10:00: due
`);
  });
});

describe('a long run of days', () => {
  // From Monday 30 March 2026 at 12:00 to Friday 10 April at 12:00 (UTC+2): Thursday 2 April is a holiday, the weekend closed.
  const days = ['03-30', '03-31', '04-01', '04-02', '04-03', '04-06', '04-07', '04-08', '04-09', '04-10'];
  const closings = days.slice(0, -1).map((day, index) => {
    const holiday = day === '04-01' ? `'holiday', 'Maundy Thursday', 'Skærtorsdag'` : `'closed', null, null`;
    return `('L1', 1, ${2 * index + 2}, '2026-${day}T14:00:00Z', '2026-${days[index + 1]}T06:00:00Z', ${holiday}, 0, ${240 + 480 * index})`;
  });
  const openings = days.map((day, index) => {
    const from = index === 0 ? '10' : '06';
    const until = index === days.length - 1 ? '10' : '14';
    const minutes = index === 0 || index === days.length - 1 ? 240 : 480;
    const soFar = index === days.length - 1 ? 4320 : 240 + 480 * index;
    return `('L1', 1, ${2 * index + 1}, '2026-${day}T${from}:00:00Z', '2026-${day}T${until}:00:00Z', 'counted', null, null, ${minutes}, ${soFar})`;
  });
  const long = `${late};
    delete from clock_ledger; insert into clock_ledger values ${[...openings, ...closings].join(', ')};
    delete from lead_owner_times;
    update lead_cycles set mql_at = '2026-03-30T10:00:00Z', closed_at = null where cycle_no = 1;
    update lead_responses set status = 'pending', responded_at = null, mql_at = '2026-03-30T10:00:00Z',
      started_at = '2026-03-30T10:00:00Z', due_at = '2026-04-10T10:00:00Z';
    update build_info set as_of = '2026-04-11T06:00:00Z'`;

  it('is told in one', async () => {
    const lines = (await text(long, { lead: 'L1', cycle: 1 })).split('\n');
    const start = lines.findIndex((line) => line.startsWith('Timeline'));
    expect(lines.slice(start + 1, start + 10)).toEqual([
      '  Mon 30 Mar 2026, 12:00: MQL',
      '    Mon 30 Mar 2026, 12:00–16:00: counts 240 minutes, 240 minutes in all',
      '    Mon 30 Mar 2026, 16:00 – Tue 31 Mar 2026, 08:00: does not count: closed',
      '    Tue 31 Mar 2026, 08:00–16:00: counts 480 minutes, 720 minutes in all',
      // 1, 2, 3, 6, 7 and 8 April.
      '    … 6 days more: 2,880 minutes count, 3,600 minutes in all (--all shows each), closed for Maundy Thursday',
      '    Thu 9 Apr 2026, 08:00–16:00: counts 480 minutes, 4,080 minutes in all',
      '    Thu 9 Apr 2026, 16:00 – Fri 10 Apr 2026, 08:00: does not count: closed',
      '    Fri 10 Apr 2026, 08:00–12:00: counts 240 minutes, 4,320 minutes in all',
      '  Fri 10 Apr 2026, 12:00: due',
    ]);
  });

  it('is told day by day on request', async () => {
    const told = await text(long, { lead: 'L1', cycle: 1, isWhole: true });
    expect(told.split('\n').filter((line) => line.includes(': counts '))).toHaveLength(10);
    expect(told).toContain('does not count: holiday (Maundy Thursday)');
    expect(told).not.toContain('…');
  });

  it('has Danish numbers and names in Danish', async () => {
    expect(await text(long, { lead: 'L1', cycle: 1, language: 'da' })).toContain(
      '… 6 dage mere: 2.880 minutter tæller, i alt 3.600 minutter (--all viser dem enkeltvis), lukket for Skærtorsdag\n',
    );
  });
});

describe('what cannot be told', () => {
  const problem = (sql: string, request: Request, diagnostic: Readonly<Record<string, string>>) =>
    expect(explain(sql, request)).rejects.toMatchObject({ diagnostics: [diagnostic] });

  it('is a lead that nobody knows, with the nearest ids', async () => {
    const more = `${late}; insert into lead_cycles (lead_id, cycle_no) values ('crm-00071', 1), ('crm-00072', 1), ('crm-90000', 1)`;
    await problem(
      more,
      { lead: 'CRM-0007' },
      { code: 'unknown-lead', message: 'no lead "CRM-0007"', fix: 'Did you mean "crm-00071" or "crm-00072"?' },
    );
    await problem(more, { lead: '90000' }, { fix: 'Did you mean "crm-90000"?' });
    await expect(explain(more, { lead: 'nobody' })).rejects.not.toHaveProperty('diagnostics.0.fix');
  });

  it('is a cycle that it does not have', async () => {
    const expected = { code: 'unknown-cycle', message: 'lead "L1" has no cycle 3', expected: '1 to 2' };
    await problem(late, { lead: 'L1', cycle: 3 }, expected);
  });

  it('is anything when nothing was built', async () => {
    await expect(why(temporary(), { lead: 'L1', language: 'en' })).rejects.toMatchObject({
      diagnostics: [{ code: 'nothing-built' }],
    });
  });

  it('is a file that was published without the clock ledger', async () => {
    const expected = { code: 'unknown-table', message: 'no table "clock_ledger"' };
    await problem('drop table clock_ledger', { lead: 'L1' }, expected);
  });
});

type Request = Pick<WhyRequest, 'lead' | 'cycle' | 'isWhole'> & Partial<Pick<WhyRequest, 'language'>>;

async function text(sql: string, request: Request): Promise<string> {
  return whyText(await explain(sql, request));
}

async function explain(sql: string, request: Request) {
  return why(await published(sql), { language: 'en', ...request });
}

function temporary(): string {
  const root = mkdtempSync(join(tmpdir(), 'handover-why-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  return root;
}

/** A published file with the columns that are read, filled by the SQL. */
async function published(sql: string): Promise<string> {
  const root = temporary();
  mkdirSync(join(root, 'target'));
  const warehouse = await Warehouse.open(join(root, 'target', 'handover.duckdb'));
  await warehouse.run(`${tables}; ${sql}`);
  warehouse.close();
  return root;
}

const tables = `
  create table build_info as select timestamptz '2026-03-31T06:00:00Z' as as_of, 'Europe/Copenhagen' as time_zone;
  create table agreement_promises as select
    'h1' as agreement, 'first_response' as promise, date '2026-01-01' as effective_from,
    'Within-SLA rate: at least 90 % (standard within 4 business hours)' as wording_en,
    'Besvaret til tiden: mindst 90 % (standard inden for 4 arbejdstimer)' as wording_da;
  create table lead_cycles (
    lead_id text, cycle_no bigint, source text, campaign text, team text, owner_id text, mql_at timestamptz,
    closed_at timestamptz, outcome text, exit_reason text);
  create table lead_responses (
    lead_id text, cycle_no bigint, agreement text, promise text, clause text, variant text,
    promised_business_minutes double, calendar text, mql_at timestamptz, started_at timestamptz, due_at timestamptz,
    responded_at timestamptz, response_channel text, response_business_minutes double, answered_via_lead_id text,
    status text, is_logged_late boolean, is_excluded boolean);
  create table clock_ledger (
    lead_id text, cycle_no bigint, piece_no bigint, starts_at timestamptz, ends_at timestamptz, reason text,
    holiday_en text, holiday_da text, business_minutes double, business_minutes_so_far double);
  create table lead_owner_times (
    lead_id text, cycle_no bigint, leg_no bigint, owner_id text, held_from timestamptz, business_minutes double,
    is_charged boolean);
  create table lead_follow_ups (
    lead_id text, cycle_no bigint, attempts bigint, channels bigint, ends_at timestamptz, status text);
  create table lead_acceptances (
    lead_id text, cycle_no bigint, decision text, decided_at timestamptz, due_at timestamptz, status text);
  create table meetings (
    lead_id text, cycle_no bigint, meeting_id text, slot_no bigint, booked_at timestamptz, scheduled_for timestamptz,
    outcome text, report_due_at timestamptz, reported_at timestamptz, report_status text)`;
