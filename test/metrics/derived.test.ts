import { afterEach, describe, expect, test } from 'vitest';
import type { Metric } from '../../src/project/metric.ts';
import { withInputs } from '../../src/project/metric-inputs.ts';
import type { Warehouse } from '../../src/warehouse/warehouse.ts';
import { evaluated, metric, openWarehouse, type ValueRow } from './project.ts';

let warehouse: Warehouse;
afterEach(() => warehouse?.close());

/**
 * Leads and deals of the weeks of Monday 2026-03-02, 03-09 and 03-16, the last of which is running. Week 1: 4 leads, of
 * which 3 of the south and none has a deal; 2 deals of the north over 100 in all. Week 2: no deal. Week 3: no lead.
 */
async function open(): Promise<void> {
  warehouse = await openWarehouse('2026-03-19T06:00:00Z');
  await warehouse.run(`
    create table main.leads as from (values
        (timestamptz '2026-03-02 08:00:00Z', 'north', false),
        (timestamptz '2026-03-03 08:00:00Z', 'south', false),
        (timestamptz '2026-03-03 08:00:00Z', 'south', false),
        (timestamptz '2026-03-03 08:00:00Z', 'south', false),
        (timestamptz '2026-03-10 08:00:00Z', 'south', true),
        (timestamptz '2026-03-10 08:00:00Z', 'south', false)) as rows (happened_at, team, is_open);
    create table main.deals as from (values
        (timestamptz '2026-03-04 08:00:00Z', 'north', 60),
        (timestamptz '2026-03-05 08:00:00Z', 'north', 40),
        (timestamptz '2026-03-17 08:00:00Z', 'north', 9)) as rows (happened_at, team, amount)`);
}

const rest = 'time: happened_at\ndimensions: [team]\ngrains: [week]';
const inputs = [
  metric('leads', `type: count\nmodel: leads\npending: is_open\n${rest}`),
  metric('amount', `type: sum\nvalue: amount\nmodel: deals\n${rest}`),
  metric('deal_size', `type: average\nvalue: amount\nmodel: deals\n${rest}`),
];

async function values(keys: string, condition = 'true'): Promise<ValueRow[]> {
  await open();
  const metrics: Metric[] = withInputs([...inputs, metric('outcome', `dimensions: [team]\ngrains: [week]\n${keys}`)]);
  return evaluated(warehouse, metrics, `metric = 'outcome' and ${condition}`);
}

function brief(rows: readonly ValueRow[]): unknown[] {
  return rows.map((row) => [row.period_start, row.dimension_value, row.value, row.sample_size, row.pending]);
}

const total = `dimension = 'all'`;

describe('derived', () => {
  test('works out an expression of values, in total and by dimension', async () => {
    const rows = await values('type: derived\nexpression: round(AMOUNT / leads, 2) -- per lead');
    expect(brief(rows)).toEqual([
      ['2026-03-02', 'all', 25, 2, 0],
      // Nothing came of the south's leads: that is zero of an amount.
      ['2026-03-02', 'north', 100, 1, 0],
      ['2026-03-02', 'south', 0, 0, 0],
      ['2026-03-09', 'all', 0, 0, 1],
      ['2026-03-09', 'south', 0, 0, 1],
      ['2026-03-16', 'all', null, 0, 0],
      ['2026-03-16', 'north', null, 0, 0],
    ]);
    expect(rows[0]).toMatchObject({ numerator: null, denominator: null, lower_95: null, upper_95: null, beside: 0 });
  });

  test('has no value where one of them has none, whatever the expression makes of it', async () => {
    const rows = await values('type: derived\nexpression: coalesce(deal_size, 5) + leads');
    expect(brief(rows)).toEqual([
      ['2026-03-02', 'all', 54, 2, 0],
      ['2026-03-02', 'north', 51, 1, 0],
      ['2026-03-02', 'south', null, 0, 0],
      ['2026-03-09', 'all', null, 0, 1],
      ['2026-03-09', 'south', null, 0, 1],
      ['2026-03-16', 'all', 9, 0, 0],
      ['2026-03-16', 'north', 9, 0, 0],
    ]);
  });

  // Amount is 0 in the second week, leads are 1.
  test.each([
    'leads / amount',
    'leads // amount',
    'leads % amount',
    'mod(leads, amount)',
    '0 * leads / amount',
    'amount / amount + leads',
    'leads / (leads / amount)',
    'leads / (1 + leads / amount)',
    '1 / (leads / (amount / leads))',
    'amount ^ -leads',
    'exp(1000 * leads) + amount',
  ])('%s of zero is no value, never an error or infinity', async (expression) => {
    const rows = await values(`type: derived\nexpression: ${expression}`, `${total} and period_start = '2026-03-09'`);
    expect(rows.map((row) => row.value)).toEqual([null]);
  });

  test('is judged where all is settled, and open while a part of it is pending', async () => {
    await open();
    await warehouse.run(`
      insert into sla.targets values ('first', 'sales', 'outcome', 'outcome', null, null, null, 25)`);
    const outcome = metric('outcome', 'dimensions: [team]\ngrains: [week]\ntype: derived\nexpression: amount / leads');
    const rows = await evaluated(warehouse, withInputs([...inputs, outcome]), `metric = 'outcome' and ${total}`);
    expect(rows.map((row) => [row.period_start, row.value, row.status, row.is_final])).toEqual([
      ['2026-03-02', 25, 'kept', true],
      ['2026-03-09', 0, 'open', false],
      ['2026-03-16', null, 'open', false],
    ]);
  });

  test('metrics may have the names of the columns that it is worked out with', async () => {
    await open();
    const named = ['value', 'grain', 'dimension', 'pending', 'input_1', 'joined'];
    const counts = named.map((name) => metric(name, `type: count\nmodel: leads\n${rest}`));
    const outcome = metric('outcome', `type: derived\ngrains: [week]\nexpression: ${named.join(' + ')}`);
    const rows = await evaluated(warehouse, withInputs([...counts, outcome]), `metric = 'outcome'`);
    expect(rows.map((row) => [row.period_start, row.value])).toEqual([
      ['2026-03-02', 24],
      ['2026-03-09', 12],
      ['2026-03-16', 0],
    ]);
  });

  test('may be made of one that is derived itself', async () => {
    await open();
    const twice = metric('twice', 'type: derived\ndimensions: [team]\ngrains: [week]\nexpression: 2 * per_lead');
    const perLead = metric('per_lead', 'type: derived\ndimensions: [team]\ngrains: [week]\nexpression: amount / leads');
    const rows = await evaluated(
      warehouse,
      withInputs([...inputs, perLead, twice]),
      `metric = 'twice' and value is not null`,
    );
    expect(rows.map((row) => [row.period_start, row.dimension_value, row.value])).toEqual([
      ['2026-03-02', 'all', 50],
      ['2026-03-02', 'north', 200],
      ['2026-03-02', 'south', 0],
      ['2026-03-09', 'all', 0],
      ['2026-03-09', 'south', 0],
    ]);
  });

  test('nothing is zero before a count has begun', async () => {
    await open();
    await warehouse.run(
      `update main.deals set happened_at = happened_at + to_days(7) where happened_at < timestamptz '2026-03-09'`,
    );
    const outcome = metric('outcome', 'type: derived\ngrains: [week]\nexpression: leads + amount');
    const rows = await evaluated(warehouse, withInputs([...inputs, outcome]), `metric = 'outcome'`);
    expect(rows.map((row) => [row.period_start, row.value])).toEqual([
      ['2026-03-02', null],
      ['2026-03-09', 101],
      ['2026-03-16', 9],
    ]);
  });
});

describe('the ratio of two metrics', () => {
  const keys = 'type: ratio\nnumerator: { metric: amount }\ndenominator: { metric: leads }';

  test('divides their values and shows them', async () => {
    const rows = await values(keys);
    expect(
      rows.map((row) => [row.period_start, row.dimension_value, row.numerator, row.denominator, row.value]),
    ).toEqual([
      ['2026-03-02', 'all', 100, 4, 25],
      ['2026-03-02', 'north', 100, 1, 100],
      ['2026-03-02', 'south', 0, 3, 0],
      ['2026-03-09', 'all', 0, 1, 0],
      ['2026-03-09', 'south', 0, 1, 0],
      ['2026-03-16', 'all', 9, 0, null],
      // The north has no lead in that week, which is zero leads.
      ['2026-03-16', 'north', 9, 0, null],
    ]);
  });

  test('of one without a value is no value', async () => {
    const rows = await values(
      'type: ratio\nnumerator: { metric: deal_size }\ndenominator: { metric: leads }',
      `${total} and period_start = '2026-03-09'`,
    );
    expect(rows).toMatchObject([{ numerator: null, denominator: 1, value: null, status: null, pending: 1 }]);
  });

  test('of a metric by itself is one', async () => {
    const rows = await values('type: ratio\nnumerator: { metric: leads }\ndenominator: { metric: leads }', total);
    expect(rows.map((row) => [row.value, row.pending])).toEqual([
      [1, 0],
      [1, 1],
      [null, 0],
    ]);
  });
});
