import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evaluated, metric, openWarehouse } from './project.ts';

const definitions = [
  metric('volume', 'type: count\nmodel: answers\ntime: due_at\ndimensions: [team, country]\npending: is_open'),
  metric(
    'rate',
    'type: ratio\nmodel: answers\ntime: due_at\nnumerator: is_met\ndenominator: not is_open\ndimensions: [team, country]',
  ),
];

const answer = fc.record({
  hours: fc.integer({ min: 0, max: 24 * 150 }),
  team: fc.constantFrom('north', 'south', null),
  country: fc.constantFrom('DK', 'SE', 'all', null),
  isMet: fc.boolean(),
  isOpen: fc.boolean(),
});

test('the parts of every dimension add up to the total, in every period', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(answer, { minLength: 1, maxLength: 60 }), async (answers) => {
      const warehouse = await openWarehouse('2026-07-02T12:00:00Z');
      const text = (value: string | null) => (value === null ? 'null' : `'${value}'`);
      const rows = answers.map(
        ({ hours, team, country, isMet, isOpen }) =>
          `(timestamptz '2026-02-01 00:00:00Z' + to_hours(${hours}), ${text(team)}, ${text(country)}, ${isMet}, ${isOpen})`,
      );
      await warehouse.run(
        `create table main.answers as from (values ${rows.join(', ')}) as rows (due_at, team, country, is_met, is_open)`,
      );
      const values = await evaluated(warehouse, definitions);
      warehouse.close();
      const sums = new Map<string, { numerator: number; denominator: number; pending: number }>();
      for (const row of values) {
        const key = [row.metric, row.grain, row.period_start, row.dimension].join(' ');
        const sum = sums.get(key) ?? { numerator: 0, denominator: 0, pending: 0 };
        sums.set(key, {
          numerator: sum.numerator + (row.numerator ?? 0),
          denominator: sum.denominator + (row.denominator ?? 0),
          pending: sum.pending + row.pending,
        });
      }
      for (const [key, sum] of sums) expect(sum).toEqual(sums.get(key.replace(/\w+$/, 'all')));
      const counted = values.filter((row) => row.metric === 'volume' && row.dimension === 'all');
      for (const grain of ['week', 'month', 'quarter']) {
        const total = counted
          .filter((row) => row.grain === grain)
          .reduce((sum, row) => sum + (row.value ?? 0) + row.pending, 0);
        expect(total).toBe(answers.length);
      }
    }),
    { numRuns: 25, seed: 20260302 },
  );
});
