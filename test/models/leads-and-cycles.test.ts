import { describe, expect, it } from 'vitest';
import { ask, type Told } from './tiny-world.ts';

const asOf = '2026-06-01T06:00:00Z';
const enters = (lead: string, at: string, stage: string): Told => [lead, at, 'stage_entered', { stage }];
const cycles = `select lead_id, cycle_no, outcome, strftime(opened_at, '%m-%d') as opened, strftime(closed_at, '%m-%d') as closed
  from lead_cycles order by lead_id, cycle_no`;

async function cyclesOf(events: Told[]): Promise<string[]> {
  const [rows = []] = await ask(events, asOf, [cycles]);
  return rows.map(({ lead_id, cycle_no, outcome, opened, closed }) =>
    [lead_id, cycle_no, outcome ?? 'open', `${opened}–${closed ?? ''}`].join(' '),
  );
}

describe('rule 2: merges', () => {
  const merge = (lead: string, at: string, into: string): Told => [lead, at, 'lead_merged', { properties: { into } }];

  it('follows a chain to its end, whatever the order of the merges', async () => {
    const events = [
      enters('a', '2026-03-01', 'lead'),
      enters('c', '2026-03-05', 'mql'),
      merge('b', '2026-03-02', 'c'),
      merge('a', '2026-03-09', 'b'),
    ];
    expect(await cyclesOf(events)).toEqual(['c 1 open 03-01–']);
  });

  it('lets a lead be merged anew, and the target of a loop’s latest merge survive', async () => {
    const events = [
      enters('a', '2026-03-01', 'lead'),
      merge('a', '2026-03-02', 'z'),
      merge('a', '2026-03-03', 'b'),
      merge('b', '2026-03-04', 'c'),
      merge('c', '2026-03-05', 'a'),
      merge('d', '2026-03-01', 'b'),
      enters('d', '2026-03-06', 'mql'),
    ];
    const [survivors, health] = await ask(events, asOf, [
      'select distinct lead_id from crm_events',
      `select value from data_health where measure = 'merge_loops'`,
    ]);
    expect(survivors).toEqual([{ lead_id: 'a' }]);
    expect(health).toEqual([{ value: 1 }]);
  });

  it('removes what was merged into a deleted lead, and keeps what a deleted lead was merged into', async () => {
    const events: Told[] = [
      enters('a', '2026-03-01', 'lead'),
      merge('a', '2026-03-02', 'b'),
      ['b', '2026-03-03', 'lead_deleted'],
      enters('c', '2026-03-01', 'lead'),
      merge('c', '2026-03-02', 'd'),
      ['c', '2026-03-03', 'lead_deleted'],
    ];
    expect(await cyclesOf(events)).toEqual(['d 1 open 03-01–']);
  });

  it('takes an attribute from the latest change, else the survivor’s creation, else the merged lead’s', async () => {
    const events: Told[] = [
      ['a', '2026-03-01', 'lead_created', { properties: { country: 'SE', source: 'event', campaign: 'spring' } }],
      ['b', '2026-03-02', 'lead_created', { properties: { country: 'DK', source: '', company_size: 10 } }],
      merge('a', '2026-03-03', 'b'),
      ['a', '2026-03-04', 'property_changed', { properties: { name: 'company_size', value: 80 } }],
      ['b', '2026-03-05', 'property_changed', { properties: { name: 'campaign', value: null } }],
      enters('b', '2026-03-06', 'mql'),
      ['b', '2026-03-07', 'property_changed', { properties: { name: 'country', value: 'NO' } }],
    ];
    const columns = 'country, source, campaign, company_size, icp_match';
    const [rows] = await ask(events, asOf, [`select ${columns} from lead_cycles`]);
    expect(rows).toEqual([{ country: 'DK', source: 'event', campaign: null, company_size: '80', icp_match: true }]);
  });

  it('puts the CRM before lead ids only when there are several', async () => {
    const events: Told[] = [
      ['a', '2026-03-01', 'lead_created', { crm: 'east' }],
      ['a', '2026-03-01', 'lead_created', { crm: 'west' }],
    ];
    const [rows] = await ask(events, asOf, ['select lead_id from lead_cycles order by lead_id']);
    expect(rows).toEqual([{ lead_id: 'east:a' }, { lead_id: 'west:a' }]);
  });
});

describe('rule 4: cycles', () => {
  it('recycles at subscriber or lead only after mql or a later rung was entered in the cycle', async () => {
    const stages = ['lead', 'subscriber', 'mql', 'lead', 'subscriber', 'sql', 'subscriber'];
    const events = stages.map((stage, index) => enters('a', `2026-03-0${index + 1}`, stage));
    expect(await cyclesOf(events)).toEqual(['a 1 recycled 03-01–03-04', 'a 2 recycled 03-04–03-07', 'a 3 open 03-07–']);
  });

  it('opens nothing after won for a booking, and for a creation never', async () => {
    const events: Told[] = [
      enters('a', '2026-03-01', 'won'),
      ['a', '2026-03-02', 'meeting_booked'],
      ['a', '2026-03-03', 'lead_created'],
      enters('a', '2026-03-04', 'lost'),
      ['a', '2026-03-05', 'meeting_booked'],
      enters('a', '2026-03-06', 'proposal'),
    ];
    expect(await cyclesOf(events)).toEqual(['a 1 won 03-01–03-01', 'a 2 open 03-06–']);
  });

  it('opens a cycle for a booking after lost, and a cycle of its own for a won after lost', async () => {
    const booked: Told[] = [enters('a', '2026-03-01', 'lost'), ['a', '2026-03-02', 'meeting_booked']];
    const won = [
      enters('b', '2026-03-01', 'disqualified'),
      enters('b', '2026-03-02', 'won'),
      enters('b', '2026-03-03', 'won'),
    ];
    expect(await cyclesOf([...booked, ...won])).toEqual([
      'a 1 lost 03-01–03-01',
      'a 2 open 03-02–',
      'b 1 disqualified 03-01–03-01',
      'b 2 won 03-02–03-02',
    ]);
  });

  it('orders one instant by the ladder, then lost, whatever the ids say', async () => {
    const events = ['lost', 'mql', 'lead'].map((stage) => enters('a', '2026-03-01', stage));
    expect(await cyclesOf(events)).toEqual(['a 1 lost 03-01–03-01']);
  });

  it('gives events between two cycles to the closed one, whose stage times they still set', async () => {
    const events: Told[] = [
      enters('a', '2026-03-02', 'mql'),
      enters('a', '2026-03-03', 'won'),
      ['a', '2026-03-04', 'meeting_booked', { properties: { meeting_id: 'm' } }],
      enters('a', '2026-03-09', 'mql'),
      ['a', '2026-03-10', 'meeting_no_show', { properties: { meeting_id: 'm' } }],
      [
        'a',
        '2026-03-11',
        'meeting_rescheduled',
        { properties: { meeting_id: 'm', scheduled_for: '2026-07-01T10:00:00Z' } },
      ],
    ];
    const [stages, slots] = await ask(events, asOf, [
      `select cycle_no, strftime(meeting_at, '%m-%d') as meeting, strftime(sal_reached_at, '%m-%d') as sal
       from lead_cycles order by cycle_no`,
      'select slot_no, cycle_no, outcome, reschedules from meetings order by slot_no',
    ]);
    expect(stages).toEqual([
      { cycle_no: 1, meeting: '03-04', sal: '03-03' },
      { cycle_no: 2, meeting: null, sal: null },
    ]);
    expect(slots).toEqual([
      { slot_no: 1, cycle_no: 1, outcome: 'no_show', reschedules: 0 },
      { slot_no: 2, cycle_no: 2, outcome: 'upcoming', reschedules: 0 },
    ]);
  });
});
