import { expect, test } from 'vitest';
import { evaluated, metric, openWarehouse } from './project.ts';

/** Three leads of a week: one is a test, one is still open. */
const leads = `
    create table main.leads as
    from (values
        (timestamptz '2026-03-02 08:00:00Z', 'a', 4, false, false),
        (timestamptz '2026-03-03 08:00:00Z', 'b', 5, true, true),
        (timestamptz '2026-03-04 08:00:00Z', 'c', 6, false, true)
    ) as rows (created_at, lead_id, score, is_test, is_open)`;

const rows = 'model: leads\ntime: created_at\nbeside: is_test\ngrains: [week]';

test.each<[string, string, number, number]>([
  ['a count', 'type: count', 1, 1],
  ['a number of distinct keys', 'type: count_distinct\nkey: lead_id\nunit: count', 1, 1],
  ['a sum', 'type: sum\nvalue: score\nunit: number', 4, 1],
  ['a share', 'type: ratio\nnumerator: score = 4\ndenominator: not is_open', 1, 1],
  ['a share of all rows', 'type: ratio\nnumerator: score = 4', 0.5, 0],
])('a row beside %s takes no part in it, pending or not', async (_, keys, value, pending) => {
  const warehouse = await openWarehouse('2026-03-09T06:00:00Z');
  try {
    await warehouse.run(leads);
    const found = await evaluated(
      warehouse,
      [metric('leads', `${keys}\n${rows}\npending: is_open`)],
      `period_start = date '2026-03-02'`,
    );
    expect(found).toMatchObject([{ value, pending, beside: 1 }]);
  } finally {
    warehouse.close();
  }
});
