import { describe, expect, it, onTestFinished } from 'vitest';
import { compareVerdicts } from '../../src/build/compare-verdicts.ts';
import { Warehouse } from '../../src/warehouse/warehouse.ts';

// `twice` fails in both of its cycles; of its meetings one changes and one does not. `once` stays.
const rows = (first: string, second: string, report: string): string => `
  (values
    (0, 'first_response', 'twice', '1', timestamptz '2026-03-02T09:00:00Z', '${first}', 'a', 'r', true, '${first}' = 'met'),
    (0, 'first_response', 'twice', '2', timestamptz '2026-03-09T09:00:00Z', '${second}', 'a', 'r', true, '${second}' = 'met'),
    (0, 'first_response', 'once', '1', timestamptz '2026-03-09T09:00:00Z', 'met', 'a', 'r', true, true),
    (1, 'meeting_outcome', 'twice', 'm1/1', timestamptz '2026-03-09T09:00:00Z', '${report}', 'a', 'm', true, '${report}' = 'met'),
    (1, 'meeting_outcome', 'twice', 'm1/2', timestamptz '2026-03-10T09:00:00Z', 'met', 'a', 'm', true, true)
  ) as judged(place, promise, lead_id, item, dated_at, verdict, agreement, clause, is_counted, is_kept)`;

describe('compareVerdicts', () => {
  it('counts cycles and slots, not leads, so that what changes adds up to the rates', async () => {
    const work = await Warehouse.open(':memory:');
    onTestFinished(() => work.close());
    await work.run(`
      create schema simulation;
      create table simulation.before as from ${rows('met', 'met', 'late')};
      create table simulation.after as from ${rows('late', 'late', 'met')}`);
    const range = { from: '2026-03-01', to: undefined, timeZone: 'Europe/Copenhagen' };
    const { promises, moves } = await compareVerdicts(work, range);
    expect(promises).toMatchObject([
      { promise: 'first_response', kept_before: 3, judged_before: 3, kept_after: 1, judged_after: 3, changed: 2 },
      { promise: 'meeting_outcome', kept_before: 1, judged_before: 2, kept_after: 2, judged_after: 2, changed: 1 },
    ]);
    expect(moves).toEqual([
      { promise: 'first_response', before: 'met', after: 'late', verdicts: 2 },
      { promise: 'first_response', before: 'met', after: 'met', verdicts: 1 },
      { promise: 'meeting_outcome', before: 'late', after: 'met', verdicts: 1 },
      { promise: 'meeting_outcome', before: 'met', after: 'met', verdicts: 1 },
    ]);
  });
});
