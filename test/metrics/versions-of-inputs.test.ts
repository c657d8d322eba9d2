import { describe, expect, test } from 'vitest';
import type { Metric } from '../../src/project/metric.ts';
import { checkTogether, withInputs } from '../../src/project/metric-inputs.ts';
import { evaluated, metric, openWarehouse } from './project.ts';

/** What is made of a metric takes each period's value from the version in force then, so that all of them must fit. */
const leads = 'type: count\nmodel: leads\ntime: created_at\ngrains: [month]';
const won = metric(
  'won',
  'type: sum\nmodel: deals\ntime: won_at\nvalue: amount\ngrains: [month]\ndimensions: [team]\nunit: amount',
);

function second(first: Metric, from: string): Metric {
  return { ...first, version: 2, effectiveFrom: from };
}

function codes(...metrics: Metric[]): string[] {
  return checkTogether(withInputs(metrics)).map(({ code, message }) => `${code}: ${message}`);
}

describe('a metric made of one whose earlier version', () => {
  test('has a dimension less cannot have it: its parts would be zero where nobody counted them', () => {
    const perWon = (dimensions: string) =>
      metric('leads_per_won', `type: derived\nexpression: leads / won\nunit: number\ngrains: [month]\n${dimensions}`);
    const versions = [metric('leads', leads), second(metric('leads', `${leads}\ndimensions: [team]`), '2026-04-01')];
    expect(codes(...versions, won, perWon('dimensions: [team]'))).toEqual([
      'unlike-dimensions: "leads" has no dimension "team"',
    ]);
    expect(codes(...versions, won, perWon('dimensions: []'))).toEqual([]);
  });

  test('has a dimension less can be added up by it: of rows only the highest version counts', () => {
    const versions = [metric('leads', leads), second(metric('leads', `${leads}\ndimensions: [team]`), '2026-04-01')];
    const ever = metric(
      'leads_ever',
      'type: cumulative\nmetric: leads\ndimensions: [team]\ngrains: [month]\nunit: count',
    );
    expect(codes(...versions, ever)).toEqual([]);
  });

  test('is made of it in turn goes round in a circle', () => {
    const doubled = metric('leads', 'type: derived\nexpression: more * 2\nunit: number\ngrains: [month]');
    const more = metric('more', 'type: derived\nexpression: leads + 1\nunit: number\ngrains: [month]');
    expect(codes(doubled, second(metric('leads', leads), '2026-04-01'), more)).toEqual([
      'metric-cycle: leads → more → leads: each is made of the next',
    ]);
  });

  test('was a mean is not zero where it has no row', async () => {
    const warehouse = await openWarehouse('2026-05-02T06:00:00Z');
    try {
      await warehouse.run(`
        create table main.leads as
        from (values (timestamptz '2026-03-02 08:00:00Z', 'north'), (timestamptz '2026-04-02 08:00:00Z', 'north'))
            as rows (created_at, team);
        create table main.deals as
        from (values
            (timestamptz '2026-03-02 08:00:00Z', 'north', 5), (timestamptz '2026-03-03 08:00:00Z', 'south', 7)
        ) as rows (won_at, team, amount)`);
      const rows = 'model: leads\ntime: created_at\ngrains: [month]\ndimensions: [team]';
      const score = [
        metric('score', `type: average\nvalue: "4"\nunit: number\n${rows}`),
        second(metric('score', `type: count\n${rows}`), '2026-04-01'),
      ];
      const derived = 'type: derived\nexpression: score + won\nunit: number\ngrains: [month]\ndimensions: [team]';
      const metrics = withInputs([...score, won, metric('both', derived)]);
      const found = await evaluated(warehouse, metrics, `metric = 'both' and period_start = date '2026-03-01'`);
      expect(found.map((row) => [row.dimension_value, row.value])).toEqual([
        ['all', 16],
        ['north', 9],
        ['south', null],
      ]);
    } finally {
      warehouse.close();
    }
  });
});
