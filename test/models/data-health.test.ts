import { describe, expect, it } from 'vitest';
import { ask, type Told } from './tiny-world.ts';

/** So many events on a UTC day of March 2026. */
const day = (date: number, count: number): Told[] =>
  Array.from({ length: count }, (_, index) => [
    `L${date}-${index}`,
    `2026-03-${String(date).padStart(2, '0')}T10:00:00Z`,
    'stage_entered',
    { stage: 'mql' },
  ]);

const days = `select item, value, expected, is_problem from data_health where measure = 'events_on_day' order by item`;

describe('events on a day', () => {
  it('are compared with the median of the same weekday in the four weeks before, as far as the data go back', async () => {
    // Mondays 2, 9, 16, 23 and 30 March: 30, 20, 40, 50, then 14. Of the first four the median is 35.
    const events = [day(2, 30), day(9, 20), day(16, 40), day(23, 50), day(30, 14)].flat();
    const [found = []] = await ask(events, '2026-03-31T06:00:00Z', [days]);
    expect(found.filter(({ item }) => item === '2026-03-23' || item === '2026-03-30')).toEqual([
      { item: '2026-03-23', value: 50, expected: 30, is_problem: false },
      { item: '2026-03-30', value: 14, expected: 35, is_problem: true },
    ]);
    // The two weeks before the day of as_of, which is not over; a day without events has 0.
    expect(found).toHaveLength(14);
    expect(found[0]).toEqual({ item: '2026-03-17', value: 0, expected: 0, is_problem: false });
  });

  it('are no problem at half the usual, nor where fewer than 20 are usual', async () => {
    const half = [day(2, 40), day(9, 40), day(16, 40), day(23, 40), day(30, 20)].flat();
    const few = [day(3, 19), day(10, 19), day(17, 19), day(24, 19)].flat();
    const [found = []] = await ask([...half, ...few], '2026-04-01T06:00:00Z', [days]);
    expect(found.filter(({ item }) => item === '2026-03-30' || item === '2026-03-31')).toEqual([
      { item: '2026-03-30', value: 20, expected: 40, is_problem: false },
      { item: '2026-03-31', value: 0, expected: 19, is_problem: false },
    ]);
  });
});

it('a stage is known since the first entry that no import made', async () => {
  const events: Told[] = [
    ['a', '2026-03-02T10:00:00Z', 'stage_entered', { stage: 'mql', properties: { is_bulk: true } }],
    ['b', '2026-03-03T10:00:00Z', 'stage_entered', { stage: 'mql' }],
    ['b', '2026-03-04T10:00:00Z', 'stage_entered', { stage: 'mql' }],
    ['c', '2026-03-05T10:00:00Z', 'stage_entered', { stage: 'won', properties: { is_bulk: true } }],
    ['d', '2026-03-06T10:00:00Z', 'lead_created'],
  ];
  const [found] = await ask(events, '2026-03-10T00:00:00Z', [
    `select item, value, since, is_problem from data_health where measure = 'stage_history' order by item`,
  ]);
  expect(found).toEqual([
    { item: 'lead', value: 1, since: '2026-03-06T10:00:00Z', is_problem: false },
    { item: 'mql', value: 2, since: '2026-03-03T10:00:00Z', is_problem: false },
    { item: 'won', value: 0, since: null, is_problem: true },
  ]);
});
