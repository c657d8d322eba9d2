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
    ('L1', 1, 'webinar', 'spring', 'dk', 'anna', '2026-03-01T08:00:00Z', '2026-03-06T13:00:00Z', null,
     '2026-03-20T09:00:00Z', 'lost', 'price'),
    ('L1', 2, null, null, 'dk', null, '2026-03-21T08:00:00Z', null, null, null, null, null);
  insert into lead_responses values
    ('L1', 1, 'h1', 'first_response/standard', 'first_response', 'normal', 240, 'office', '2026-03-06T13:00:00Z',
     '2026-03-06T13:00:00Z', '2026-03-09T09:00:00Z', '2026-03-09T10:30:00Z', 'phone', 330, null, 'late', false, false, 'dk', 'Europe/Copenhagen');
  insert into clock_ledger values
    ('L1', 1, 1, '2026-03-06T13:00:00Z', '2026-03-06T15:00:00Z', 'counted', null, null, 120, 120),
    ('L1', 1, 2, '2026-03-06T15:00:00Z', '2026-03-09T07:00:00Z', 'closed', null, null, 0, 120),
    ('L1', 1, 3, '2026-03-09T07:00:00Z', '2026-03-09T10:30:00Z', 'counted', null, null, 210, 330);
  insert into lead_owner_times values
    ('L1', 1, 1, 'bo', '2026-03-01T08:00:00Z', '2026-03-06T15:30:00Z', 120, false),
    ('L1', 1, 2, 'anna', '2026-03-06T15:30:00Z', null, 120, true);
  insert into lead_follow_ups values ('L1', 1, 1, 1, '2026-03-20T15:00:00Z', 'short', 5, 2);
  insert into lead_acceptances values ('L1', 1, 'rejected', '2026-03-20T09:00:00Z', '2026-03-10T09:00:00Z', 'late');
  insert into meetings values
    ('L1', 1, 'm1', 1, '2026-03-09T10:30:00Z', '2026-03-12T12:00:00Z', 'unknown', '2026-03-16T15:00:00Z', null, 'overdue');`;

describe('why', () => {
  it('tells in English what counted and what came of it, the verdict first', async () => {
    expect(await text(late, { lead: 'L1', cycle: 1 })).toBe(`\
Lead L1, cycle 1 of 2
Breach: answered late, after 5.5 business hours; an answer within 4 business hours was promised. That is 1.5 business hours too late.

Team         dk
Owner        anna
Source       webinar, spring
MQL          Fri 6 Mar 2026, 14:00
Agreement    h1, in force from 1 January 2026
Clause       first_response, tier standard
             Within-SLA rate: at least 90 % (standard within 4 business hours)
Promised     an answer within 4 business hours (calendar office)
Who held it  bo 2 business hours and anna 2 business hours (answers for it)

Timeline, local time of Europe/Copenhagen
  Fri 6 Mar 2026, 14:00: MQL
  Fri 6 Mar 2026, 14:00: with bo since Sun 1 Mar 2026, 09:00
    Fri 6 Mar 2026, 14:00–16:00: counts 2 business hours, 2 business hours in all
    Fri 6 Mar 2026, 16:00 – Mon 9 Mar 2026, 08:00: does not count: closed
  Fri 6 Mar 2026, 16:30: assigned to anna
    Mon 9 Mar 2026, 08:00–10:00: counts 2 business hours, 4 business hours in all
  Mon 9 Mar 2026, 10:00: due
    Mon 9 Mar 2026, 10:00–11:30: counts 1.5 business hours, 5.5 business hours in all
  Mon 9 Mar 2026, 11:30: answered (phone)
  Fri 20 Mar 2026, 10:00: closed: lost (price)

Follow-up   short: 1 attempt over 1 channel (promised 5 over 2); the period ends Fri 20 Mar 2026, 16:00
Acceptance  late: rejected Fri 20 Mar 2026, 10:00, due Tue 10 Mar 2026, 10:00
Meeting     Thu 12 Mar 2026, 13:00: outcome unknown; nobody reported the outcome, due Mon 16 Mar 2026, 16:00
`);
  });

  it('tells the same in Danish, with Danish dates', async () => {
    expect(await text(late, { lead: 'L1', cycle: 1, language: 'da' })).toBe(`\
Lead L1, forløb 1 af 2
Brud: besvaret for sent, efter 5,5 arbejdstimer; der var lovet svar inden for 4 arbejdstimer. Det er 1,5 arbejdstimer for sent.

Team               dk
Leadansvarlig      anna
Kilde              webinar, spring
MQL                fre. 6. mar. 2026 kl. 14.00
SLA-aftale         h1, gælder fra 1. januar 2026
Punkt              first_response, gruppe standard
                   Besvaret til tiden: mindst 90 % (standard inden for 4 arbejdstimer)
Lovet              svar inden for 4 arbejdstimer (kalender office)
Hvem havde leadet  bo 2 arbejdstimer og anna 2 arbejdstimer (ansvarlig)

Tidslinje, lokal tid i Europe/Copenhagen
  fre. 6. mar. 2026 kl. 14.00: MQL
  fre. 6. mar. 2026 kl. 14.00: hos bo siden søn. 1. mar. 2026 kl. 09.00
    fre. 6. mar. 2026 kl. 14.00–16.00: tæller 2 arbejdstimer, i alt 2 arbejdstimer
    fre. 6. mar. 2026 kl. 16.00 – man. 9. mar. 2026 kl. 08.00: tæller ikke: lukket
  fre. 6. mar. 2026 kl. 16.30: tildelt anna
    man. 9. mar. 2026 kl. 08.00–10.00: tæller 2 arbejdstimer, i alt 4 arbejdstimer
  man. 9. mar. 2026 kl. 10.00: frist
    man. 9. mar. 2026 kl. 10.00–11.30: tæller 1,5 arbejdstimer, i alt 5,5 arbejdstimer
  man. 9. mar. 2026 kl. 11.30: besvaret (telefon)
  fre. 20. mar. 2026 kl. 10.00: lukket: tabt (pris)

Opfølgning  mangelfuld: 1 forsøg via 1 kanal (lovet 5 via 2); perioden slutter fre. 20. mar. 2026 kl. 16.00
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
          verdict: expect.stringContaining('1.5 business hours too late'),
          time_zone: 'Europe/Copenhagen',
          response: { due_at: '2026-03-09T09:00:00Z', status: 'late' },
          clock: [{ reason: 'counted' }, { reason: 'closed' }, { reason: 'counted' }],
        },
      ],
    });
  });

  it('reads the clock of the calendar where its zone is known', async () => {
    const inLondon = `update lead_responses set time_zone = 'Europe/London'`;
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
      said: 'Promise kept: answered in time, after 7 business minutes; an answer within 4 business hours was promised.',
    },
    {
      values: `status = 'met', responded_at = mql_at, response_business_minutes = 0`,
      said: 'Promise kept: answered at once; an answer within 4 business hours was promised.',
    },
    {
      values: `response_business_minutes = 240.00001`,
      said: 'Breach: answered late, after 4 business hours; an answer within 4 business hours was promised. That is a moment too late.',
    },
    {
      values: `status = 'overdue', responded_at = null`,
      said: 'Breach: unanswered, and overdue since Mon 9 Mar 2026, 10:00; an answer within 4 business hours was promised.',
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
Breach: answered late, after 5.5 business hours; an answer within 4 business hours was promised. That is 1.5 business hours too late.
It was MQL number 1 of the team that day; beyond its capacity another time is promised.
The answer went to L9, another contact of the same account.
The answer was recorded long after it took place.`);
  });

  it('numbers the MQLs of the team, the local date and the agreement up to the lead that came beyond capacity', async () => {
    // Friday begins at 23:00 UTC. Not of it: the day before, a later one, another team's, another agreement's, an excluded one.
    const others = [
      ['A', 'h1', '2026-03-05T23:00:00Z', 'dk', false],
      ['B', 'h1', '2026-03-06T13:00:00Z', 'dk', false],
      ['C', 'h1', '2026-03-05T22:59:59Z', 'dk', false],
      ['M', 'h1', '2026-03-06T13:00:00Z', 'dk', false],
      ['D', 'h1', '2026-03-06T12:00:00Z', 'uk', false],
      ['E', 'h0', '2026-03-06T12:00:00Z', 'dk', false],
      ['F', 'h1', '2026-03-06T12:00:00Z', 'dk', true],
    ].map(
      ([lead, agreement, mql, team, excluded]) =>
        `insert into lead_responses (lead_id, cycle_no, agreement, mql_at, team, is_excluded, time_zone)
         values ('${lead}', 1, '${agreement}', '${mql}', '${team}', ${excluded}, 'Europe/Copenhagen')`,
    );
    const changes = [...others, `update lead_responses set variant = 'surge' where lead_id = 'L1'`].join(';');
    expect(await verdict(changes)).toContain(
      '\nIt was MQL number 3 of the team that day; beyond its capacity another time is promised.',
    );
  });

  it('tells of an agreement that promises no answer to anybody', async () => {
    const changes = `
      delete from agreement_promises; update lead_responses set status = null, promise = null, clause = null`;
    expect(await verdict(changes)).toBe('No promise: the agreement promises no answer within a time.');
  });

  it('tells that a lead that was none was closed as one too late', async () => {
    const changes = `
      update lead_responses set status = 'overdue', responded_at = null;
      update lead_cycles set outcome = 'disqualified', exit_reason = 'duplicate' where cycle_no = 1`;
    const said = await verdict(changes);
    expect(said).toContain('\nIt was closed as duplicate, but only after the answer was due.');
    const da = await text(`${late}; ${changes}`, { lead: 'L1', cycle: 1, language: 'da' });
    expect(da).toContain('\nDet blev lukket som dublet, men først efter fristen.\n');
    expect(await verdict(`${changes}; update lead_cycles set closed_at = '2026-03-09T08:59:00Z'`)).not.toContain(
      'only after',
    );
  });

  it('tells the seconds of an instant that has them', async () => {
    const told = await text(
      `${late}; update lead_responses set responded_at = '2026-03-09T09:00:20Z', response_business_minutes = 240 + 1/3.0`,
      { lead: 'L1', cycle: 1 },
    );
    expect(told).toContain('That is 0.3 business minutes too late.');
    expect(told).toContain('Mon 9 Mar 2026, 10:00: due\n');
    expect(told).toContain('Mon 9 Mar 2026, 10:00:20: answered (phone)\n');
  });
});

describe('the timeline', () => {
  const told = (changes: string, language: 'en' | 'da' = 'en') =>
    text(`${late}; ${changes}`, { lead: 'L1', cycle: 1, language });

  it('has what was done before the answer and is none', async () => {
    const outreach = (time: string, recorded: string, channel: string, properties = '{}') => `
      insert into crm_events values
        (null, '2026-03-06T${time}:00Z', '2026-03-${recorded}:00Z', 'L1', 'L1', 'outreach', '${channel}', '${properties}')`;
    const events = [
      outreach('12:59', '06T12:59', 'linkedin'), // Before the MQL.
      outreach('13:20', '06T13:20', 'linkedin'),
      outreach('13:30', '06T13:30', 'email', '{"automated":true}'),
      outreach('13:40', '08T13:40', 'phone'), // The channel of the answer.
      outreach('13:50', '08T13:50', 'sms'),
      outreach('13:55', '06T13:55', 'email', '{"direction":"inbound"}'),
      `insert into crm_events values (null, '2026-03-06T14:00:00Z', '2026-03-06T14:00:00Z', 'L1', 'L1',
        'meeting_booked', null, '{"self_booked":true}')`,
    ].join(';');
    const lines = (said: string) =>
      said.split('\n').filter((line) => /does not count: (?!closed)|tæller ikke: (?!lukket)/.test(line));
    expect(lines(await told(events))).toEqual([
      '  Fri 6 Mar 2026, 14:20: outreach (LinkedIn), does not count: this channel is no response',
      '  Fri 6 Mar 2026, 14:30: outreach (e-mail), does not count: it was automated',
      '  Fri 6 Mar 2026, 14:40: outreach (phone), does not count: it was logged too late',
      '  Fri 6 Mar 2026, 14:50: outreach (text message), does not count: this channel is no response, or it was logged too late',
      '  Fri 6 Mar 2026, 15:00: booked a meeting itself, does not count: the agreement takes that for no response',
    ]);
    expect(lines(await told(events, 'da'))[0]).toBe(
      '  fre. 6. mar. 2026 kl. 14.20: henvendelse (LinkedIn), tæller ikke: kanalen tæller ikke som svar',
    );
  });

  it('has when the lead asked to wait, and what ended that', async () => {
    const paused = `
      delete from clock_ledger;
      insert into clock_ledger values
        ('L1', 1, 1, '2026-03-06T13:00:00Z', '2026-03-06T13:30:00Z', 'paused', null, null, 0, 0),
        ('L1', 1, 2, '2026-03-06T13:30:00Z', '2026-03-06T14:00:00Z', 'counted', null, null, 30, 30),
        ('L1', 1, 3, '2026-03-06T14:00:00Z', '2026-03-09T10:30:00Z', 'paused', null, null, 0, 30)`;
    const lines = (await told(paused)).split('\n');
    expect(lines.slice(lines.indexOf('  Fri 6 Mar 2026, 14:00: MQL') + 2, -5)).toEqual([
      '  Fri 6 Mar 2026, 14:00: had asked to wait',
      '    Fri 6 Mar 2026, 14:00–14:30: does not count: the lead asked to wait',
      '  Fri 6 Mar 2026, 14:30: back',
      '    Fri 6 Mar 2026, 14:30–15:00: counts 30 business minutes, 30 business minutes in all',
      '  Fri 6 Mar 2026, 15:00: asked to wait',
      '    Fri 6 Mar 2026, 15:00 – Mon 9 Mar 2026, 11:30: does not count: the lead asked to wait',
      '  Fri 6 Mar 2026, 16:30: assigned to anna',
      '  Mon 9 Mar 2026, 10:00: due',
      '  Mon 9 Mar 2026, 11:30: answered (phone)',
      '  Mon 9 Mar 2026, 11:30: the answer ended the pause',
      '  Fri 20 Mar 2026, 10:00: closed: lost (price)',
    ]);
    const da = await told(paused, 'da');
    for (const said of ['bad om at vente', 'tilbage', 'svaret afsluttede pausen']) expect(da).toContain(`: ${said}\n`);
  });

  it('says of a lead that booked a meeting itself that it did', async () => {
    const changes = `update lead_responses set status = 'self_booked'`;
    expect(await told(changes)).toContain('  Mon 9 Mar 2026, 11:30: booked a meeting itself\n');
    expect(await told(changes, 'da')).toContain(': bookede selv et møde\n');
  });

  it('has no clock of a lead that the agreement excludes', async () => {
    const said = await told(`
      update lead_responses set status = null, promise = null, clause = null, due_at = null, is_excluded = true`);
    expect(said).toContain('  Mon 9 Mar 2026, 11:30: answered (phone)\n');
    expect(said).not.toContain('count');
  });

  it('leaves out pieces that begin and end at what shows as the same', async () => {
    const said = await told(`
      insert into clock_ledger values
        ('L1', 1, 4, '2026-03-09T10:30:00.1Z', '2026-03-09T10:30:00.9Z', 'after_answer', null, null, 0, 330)`);
    expect(said).not.toContain('already answered');
  });

  it('tells of long times in hours where these are whole or half, else in minutes', async () => {
    const said = await told(
      `update clock_ledger set business_minutes = 125.06, business_minutes_so_far = 750 where piece_no = 1`,
    );
    expect(said).toContain('counts 125.1 business minutes, 12.5 business hours in all');
  });
});

describe('what else was promised', () => {
  const followUp = async (changes: string, language: 'en' | 'da' = 'en') => {
    const said = await text(`${late}; update lead_follow_ups set status = 'met'; ${changes}`, {
      ...{ lead: 'L1', cycle: 1, language },
    });
    return /^(?:Follow-up|Opfølgning) +(.*)$/m.exec(said)?.[1];
  };
  const event = (type: string, at: string, properties = '{}') => `
    insert into crm_events values
      (null, '2026-03-${at}:00Z', '2026-03-${at}:00Z', 'L1', 'L1', '${type}', 'phone', '${properties}')`;

  it.each([
    { changes: event('meeting_booked', '05T08:00', '{"self_booked":true}'), because: '; the lead booked a meeting' },
    { changes: event('meeting_booked', '12T08:00'), because: '; a meeting was booked' },
    { changes: event('reply_received', '12T08:00'), because: '; the lead replied' },
    { changes: event('outreach', '12T08:00', '{"direction":"inbound"}'), because: '; the lead replied' },
    {
      changes: `${event('outreach', '12T08:00')}; update lead_cycles set sal_reached_at = '2026-03-13T08:00:00Z'`,
      because: '; sales accepted the lead',
    },
    // Replied before the MQL, accepted before anybody reached out.
    {
      changes: `${event('reply_received', '05T08:00')}; ${event('outreach', '14T08:00')};
        update lead_cycles set sal_reached_at = '2026-03-13T08:00:00Z'`,
      because: '',
    },
  ])('was fulfilled$because', async ({ changes, because }) => {
    expect(await followUp(changes)).toBe(`done: 1 attempt over 1 channel (promised 5 over 2${because})`);
  });

  it('says so in Danish', async () => {
    expect(await followUp(event('meeting_booked', '12T08:00', '{"self_booked":true}'), 'da')).toBe(
      'gennemført: 1 forsøg via 1 kanal (lovet 5 via 2; leadet har booket et møde)',
    );
  });

  it('needs no other reason where the attempts were made', async () => {
    expect(
      await followUp(`${event('reply_received', '12T08:00')}; update lead_follow_ups set attempts = 5, channels = 2`),
    ).toBe('done: 5 attempts over 2 channels (promised 5 over 2)');
  });

  it('is told with what the breach log says of it', async () => {
    const changes = `
      insert into breaches values
        ('L1', 1, 1, 'first_response', 'On leave', 'A rota', 'bo', true), ('L1', 2, 1, 'follow_up', null, null, null, false)`;
    const said = await text(`${late}; ${changes}`, { lead: 'L1', cycle: 1 });
    expect(said).toMatch(/\nCause {8}On leave \(first_response\)\nAction {7}A rota\nResponsible {2}bo\n$/);
    expect(await text(`${late}; ${changes}`, { lead: 'L1', cycle: 1, language: 'da' })).toMatch(
      /\nÅrsag {7}On leave \(first_response\)\nHandling {4}A rota\nAnsvarlig {3}bo\n$/,
    );
  });
});

describe('a lead that was merged', () => {
  it('is told of as the one that it was merged into', async () => {
    const merged = `
      insert into crm_events values
        ('e1', '2026-03-06T12:00:00Z', '2026-03-06T12:00:00Z', 'L1', 'L0', 'lead_created', null, null)`;
    const said = await text(`${late}; ${merged}`, { lead: 'L0', cycle: 1 });
    expect(said).toMatch(/^L0 was merged into L1; this is what became of L1\.\n\nLead L1, cycle 1 of 2\nBreach: /);
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
    const told = await text(`${late}; ${changes}`, { lead: 'L1', cycle: 1 });
    // Anna has held it for one of the two hours that are counted until it is due.
    expect(told).toContain('Who held it  bo 2 business hours and anna 1 business hour (answers for it)\n');
    expect(told).toContain(`\
  Fri 6 Mar 2026, 16:30: assigned to anna
    Mon 9 Mar 2026, 08:00–09:00: counts 1 business hour, 3 business hours in all
  Mon 9 Mar 2026, 09:00: now: the data end here
    Mon 9 Mar 2026, 09:00–10:00: will count 1 business hour, 4 business hours in all
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
      '    Mon 30 Mar 2026, 12:00–16:00: counts 4 business hours, 4 business hours in all',
      '    Mon 30 Mar 2026, 16:00 – Tue 31 Mar 2026, 08:00: does not count: closed',
      '    Tue 31 Mar 2026, 08:00–16:00: counts 8 business hours, 12 business hours in all',
      // 1, 2, 3, 6, 7 and 8 April.
      '    … 6 days more: 48 business hours count, 60 business hours in all (--all shows each), closed for Maundy Thursday',
      '    Thu 9 Apr 2026, 08:00–16:00: counts 8 business hours, 68 business hours in all',
      '    Thu 9 Apr 2026, 16:00 – Fri 10 Apr 2026, 08:00: does not count: closed',
      '    Fri 10 Apr 2026, 08:00–12:00: counts 4 business hours, 72 business hours in all',
      '  Fri 10 Apr 2026, 12:00: due',
    ]);
  });

  it('is told as what will count where it is still to come', async () => {
    const changes = `${long}; update build_info set as_of = '2026-03-30T11:00:00Z'`;
    expect(await text(changes, { lead: 'L1', cycle: 1 })).toContain(
      '    … 6 days more: 48 business hours will count, 60 business hours in all (--all',
    );
    expect(await text(changes, { lead: 'L1', cycle: 1, language: 'da' })).toContain(
      '    … 6 dage mere: 48 arbejdstimer vil tælle, i alt 60 arbejdstimer (--all',
    );
  });

  it('is told day by day on request', async () => {
    const told = await text(long, { lead: 'L1', cycle: 1, isWhole: true });
    expect(told.split('\n').filter((line) => line.includes(': counts '))).toHaveLength(10);
    expect(told).toContain('does not count: holiday (Maundy Thursday)');
    expect(told).not.toContain('…');
  });

  it('has names in Danish', async () => {
    expect(await text(long, { lead: 'L1', cycle: 1, language: 'da' })).toContain(
      '… 6 dage mere: 48 arbejdstimer tæller, i alt 60 arbejdstimer (--all viser dem enkeltvis), lukket for Skærtorsdag\n',
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
    'h1' as agreement, 'first_response' as promise, 'response_within_sla_rate' as metric, date '2026-01-01' as effective_from,
    'Within-SLA rate: at least 90 % (standard within 4 business hours)' as wording_en,
    'Besvaret til tiden: mindst 90 % (standard inden for 4 arbejdstimer)' as wording_da;
  create table lead_cycles (
    lead_id text, cycle_no bigint, source text, campaign text, team text, owner_id text, opened_at timestamptz,
    mql_at timestamptz, sal_reached_at timestamptz, closed_at timestamptz, outcome text, exit_reason text);
  create table lead_responses (
    lead_id text, cycle_no bigint, agreement text, promise text, clause text, variant text,
    promised_business_minutes double, calendar text, mql_at timestamptz, started_at timestamptz, due_at timestamptz,
    responded_at timestamptz, response_channel text, response_business_minutes double, answered_via_lead_id text,
    status text, is_logged_late boolean, is_excluded boolean, team text, time_zone text);
  create table clock_ledger (
    lead_id text, cycle_no bigint, piece_no bigint, starts_at timestamptz, ends_at timestamptz, reason text,
    holiday_en text, holiday_da text, business_minutes double, business_minutes_so_far double);
  create table lead_owner_times (
    lead_id text, cycle_no bigint, leg_no bigint, owner_id text, held_from timestamptz, held_until timestamptz,
    business_minutes double, is_charged boolean);
  create table lead_follow_ups (
    lead_id text, cycle_no bigint, attempts bigint, channels bigint, ends_at timestamptz, status text,
    promised_attempts bigint, promised_channels bigint);
  create table breaches (
    lead_id text, breach_no bigint, cycle_no bigint, clause text, cause text, action text, responsible text,
    is_explained boolean);
  create table crm_events (
    event_id text, occurred_at timestamptz, first_recorded_at timestamptz, lead_id text, original_lead_id text,
    type text, channel text, properties json);
  create table lead_acceptances (
    lead_id text, cycle_no bigint, decision text, decided_at timestamptz, due_at timestamptz, status text);
  create table meetings (
    lead_id text, cycle_no bigint, meeting_id text, slot_no bigint, booked_at timestamptz, scheduled_for timestamptz,
    outcome text, report_due_at timestamptz, reported_at timestamptz, report_status text)`;
