import { afterAll, beforeAll, expect, test } from 'vitest';
import { DiagnosticsError } from '../../src/diagnostics/diagnostic.ts';
import { type MetricRequest, queryMetrics } from '../../src/metrics/query.ts';
import type { Warehouse } from '../../src/warehouse/warehouse.ts';
import { evaluated, metric, openWarehouse } from './project.ts';

let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await openWarehouse('2026-03-16T06:00:00Z');
  await warehouse.run(`
    create table main.answers as
    from (values
        (timestamptz '2026-03-02 08:00:00Z', 'north', 'DK'),
        (timestamptz '2026-03-10 08:00:00Z', 'south', 'SE')
    ) as rows (due_at, team, country)`);
  await evaluated(warehouse, [
    metric('volume', 'type: count\nmodel: answers\ntime: due_at\ndimensions: [team, country]'),
    metric('weekly', 'type: count\nmodel: answers\ntime: due_at\ngrains: [week]'),
  ]);
});
afterAll(() => warehouse.close());

test('gives the totals of a grain, by period', async () => {
  const { columns, rows } = await queryMetrics(warehouse, { metrics: ['volume'], grain: 'week' });
  expect(rows.map((row) => [row.period_start, row.dimension, row.value, row.is_complete])).toEqual([
    ['2026-03-02', 'all', 1, true],
    ['2026-03-09', 'all', 1, true],
    ['2026-03-16', 'all', 0, false],
  ]);
  expect(Object.keys(rows[0] ?? {})).toEqual(columns.map(({ name }) => name));
});

test('by dimensions, between two dates, both of them included', async () => {
  const { rows } = await queryMetrics(warehouse, {
    metrics: ['volume'],
    grain: 'week',
    by: ['team', 'country'],
    from: '2026-03-09',
    to: '2026-03-09',
  });
  expect(rows.map((row) => [row.dimension, row.dimension_value])).toEqual([
    ['country', 'SE'],
    ['team', 'south'],
  ]);
});

test.each<[string, MetricRequest, string[]]>([
  [
    'an unknown metric',
    { metrics: ['volum', 'weekly'], grain: 'week' },
    ['unknown-metric: unknown metric "volum" [one of volume, weekly] Did you mean "volume"?'],
  ],
  [
    'a dimension that the metric lacks',
    { metrics: ['volume', 'weekly'], grain: 'week', by: ['tema'] },
    [
      'unknown-dimension: volume has no dimension "tema" [it has the dimensions team, country] Did you mean "team"?',
      'unknown-dimension: weekly has no dimension "tema" [it has no dimensions] ',
    ],
  ],
  [
    'a grain that nobody knows',
    { metrics: ['volume'], grain: 'weak' },
    ['unknown-grain: unknown grain "weak" [one of week, month, quarter] Did you mean "week"?'],
  ],
  [
    'a grain that the metric lacks',
    { metrics: ['weekly'], grain: 'month' },
    ['unknown-grain: weekly is not computed by month [it has week] '],
  ],
  [
    'dates that are none',
    { metrics: ['volume'], grain: 'week', from: '2026-02-30', to: "2026'; drop" },
    [
      'invalid-date: from: "2026-02-30" is not a date [a day such as 2026-06-01] ',
      `invalid-date: to: "2026'; drop" is not a date [a day such as 2026-06-01] `,
    ],
  ],
  [
    'dates in the wrong order',
    { metrics: ['volume'], grain: 'week', from: '2026-03-09', to: '2026-03-02' },
    ['invalid-date: from 2026-03-09 is after to 2026-03-02 [the earlier date first] '],
  ],
])('%s is named with what would fit', async (_, request, problems) => {
  const error: unknown = await queryMetrics(warehouse, request).catch((caught: unknown) => caught);
  if (!(error instanceof DiagnosticsError)) throw error;
  expect(error.kind).toBe('invalid');
  expect(
    error.diagnostics.map(({ code, message, expected, fix }) => `${code}: ${message} [${expected}] ${fix ?? ''}`),
  ).toEqual(problems);
});
