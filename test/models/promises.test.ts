import { describe, expect, it } from 'vitest';
import type { Row } from '../../src/warehouse/warehouse.ts';
import { ask, type Told } from './tiny-world.ts';

// 6 March 2026 is a Friday. The office is open 08:00–16:00 UTC on weekdays.

const mql = (at: string): Told[] => [
  ['a', '2026-03-01', 'lead_created', { team: 'north' }],
  ['a', at, 'stage_entered', { stage: 'mql' }],
];
const outreach = (at: string, channel = 'phone', properties?: Record<string, unknown>): Told => [
  'a',
  at,
  'outreach',
  { channel, ...(properties === undefined ? {} : { properties }) },
];

async function response(events: Told[], asOf: string, after?: string): Promise<Row | undefined> {
  const columns = 'promise, due_at, responded_at, response_business_minutes as minutes, status, is_counted';
  const [rows] = await ask(events, asOf, [`select ${columns} from lead_responses`], after);
  return rows?.[0];
}

describe('rule 6: response', () => {
  it('is due at Monday’s opening when the promised time is used up at Friday’s closing', async () => {
    const row = await response(
      [...mql('2026-03-06T14:00:00Z'), outreach('2026-03-09T08:00:00Z')],
      '2026-06-01T06:00:00Z',
    );
    expect(row).toMatchObject({ due_at: '2026-03-09T08:00:00Z', minutes: 120, status: 'met', is_counted: true });
  });

  it('is late a microsecond after that, by less than a millisecond of business time', async () => {
    const events = [...mql('2026-03-06T14:00:00Z'), outreach('2026-03-09T08:00:00.000001Z')];
    expect(await response(events, '2026-06-01T06:00:00Z')).toMatchObject({ status: 'late', is_counted: true });
  });

  it('counts no automated and no inbound outreach', async () => {
    const events = [
      ...mql('2026-03-06T09:00:00Z'),
      outreach('2026-03-06T09:01:00Z', 'email', { automated: true }),
      outreach('2026-03-06T09:02:00Z', 'email', { direction: 'inbound' }),
      outreach('2026-03-06T09:30:00Z', 'email', { automated: false, direction: 'outbound' }),
    ];
    expect(await response(events, '2026-06-01T06:00:00Z')).toMatchObject({ minutes: 30, status: 'met' });
  });

  it('is given at once by a meeting booked before', async () => {
    const booked: Told = ['a', '2026-03-05T09:00:00Z', 'meeting_booked', { properties: { self_booked: true } }];
    expect(await response([...mql('2026-03-06T09:00:00Z'), booked], '2026-06-01T06:00:00Z')).toMatchObject({
      responded_at: '2026-03-06T09:00:00Z',
      minutes: 0,
      status: 'self_booked',
      is_counted: false,
    });
  });

  it.each([
    { closed: '2026-03-06T10:59:00Z', reason: 'spam', asOf: '2026-03-06T11:01:00Z', status: 'released' },
    { closed: '2026-03-06T11:00:30Z', reason: 'spam', asOf: '2026-03-06T11:01:00Z', status: 'overdue' },
    { closed: '2026-03-06T10:59:00Z', reason: 'price', asOf: '2026-03-06T11:01:00Z', status: 'overdue' },
    { closed: '2026-03-06T10:59:00Z', reason: 'price', asOf: '2026-03-06T11:00:00Z', status: 'pending' },
  ])(
    'unanswered, due at 11:00, closed $closed for $reason, at $asOf: $status',
    async ({ closed, reason, asOf, status }) => {
      const lost: Told = ['a', closed, 'stage_entered', { stage: 'lost', properties: { reason } }];
      expect(await response([...mql('2026-03-06T09:00:00Z'), lost], asOf)).toMatchObject({ status });
    },
  );

  it('stops with the calendar’s name when an instant lies outside its span', async () => {
    const without = 'delete from sla.calendar_days where utc_day = 20518';
    await expect(response(mql('2026-03-06T09:00:00Z'), '2026-06-01T06:00:00Z', without)).rejects.toThrow(/calendar 1/);
  });

  it('promises nothing before the first agreement, and the tier that the attributes at mql_at meet after it', async () => {
    const demo: Told = ['a', '2026-01-02', 'lead_created', { properties: { lead_type: 'demo_request' } }];
    const early: Told = ['a', '2026-01-05', 'stage_entered', { stage: 'mql' }];
    const nothing = { promise: null, due_at: null, status: null, is_counted: false };
    expect(await response([demo, early], '2026-06-01T06:00:00Z')).toMatchObject(nothing);
    const later: Told = ['a', '2026-03-06T09:00:00Z', 'stage_entered', { stage: 'mql' }];
    expect(await response([demo, later], '2026-06-01T06:00:00Z')).toMatchObject({
      promise: 'first_response/demo',
      due_at: '2026-03-06T09:30:00Z',
      status: 'overdue',
    });
  });
});

describe('rule 7: whose', () => {
  it('charges the last assigned by the earlier of response and due, and looks ahead for a team only within the cycle', async () => {
    const events: Told[] = [
      ['a', '2026-03-06T09:00:00Z', 'stage_entered', { stage: 'mql' }],
      ['a', '2026-03-06T09:05:00Z', 'owner_assigned', { owner: 'ann', team: 'north' }],
      ['a', '2026-03-06T10:00:00Z', 'owner_assigned', { owner: 'bo', team: 'south' }],
      ['a', '2026-03-06T11:30:00Z', 'owner_assigned', { owner: 'cy' }],
      outreach('2026-03-06T12:00:00Z'),
    ];
    const columns = 'team, owner_id, routing_business_minutes as routing, rep_business_minutes as rep, status';
    const [rows] = await ask(events, '2026-06-01T06:00:00Z', [`select ${columns} from lead_responses`]);
    expect(rows).toEqual([{ team: 'north', owner_id: 'bo', routing: 5, rep: 175, status: 'late' }]);
  });
});

describe('rule 10: follow-up', () => {
  // Three open dates after Friday 6 March: Monday, Tuesday, Wednesday 11 March, 16:00.
  it.each([
    {
      name: 'two attempts, two channels',
      more: [outreach('2026-03-09T09:00:00Z'), outreach('2026-03-11T16:00:00Z', 'email')],
      status: 'met',
    },
    {
      name: 'the second too late',
      more: [outreach('2026-03-09T09:00:00Z'), outreach('2026-03-11T16:01:00Z', 'email')],
      status: 'short',
    },
    {
      name: 'one channel',
      more: [outreach('2026-03-09T09:00:00Z'), outreach('2026-03-10T09:00:00Z')],
      status: 'short',
    },
    {
      name: 'the lead replied',
      more: [outreach('2026-03-10T09:00:00Z', 'email', { direction: 'inbound' })],
      status: 'met',
    },
  ])('$name: $status', async ({ more, status }) => {
    const columns = 'ends_at, status, is_counted';
    const [rows] = await ask([...mql('2026-03-06T09:00:00Z'), ...more], '2026-06-01T06:00:00Z', [
      `select ${columns} from lead_follow_ups`,
    ]);
    expect(rows).toEqual([{ ends_at: '2026-03-11T16:00:00Z', status, is_counted: true }]);
  });
});
