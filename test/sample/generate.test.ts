import { expect, test } from 'vitest';
import { DiagnosticsError } from '../../src/diagnostics/diagnostic.ts';
import { contents, generated, openMemory, readDump, temporaryFolder } from './sample.ts';

test('the same seed gives the same bytes, whatever the number of threads', async () => {
  const one = contents(await generated({ threads: 1 }));
  const four = contents(await generated({ threads: 4 }));
  expect([...one.keys()]).toHaveLength(10);
  expect(four).toEqual(one);
});

test('another seed gives another company', async () => {
  const first = contents(await generated({ seed: 1 }));
  const second = contents(await generated({ seed: 2 }));
  expect(second.get('events-2026-06.csv.gz')).not.toEqual(first.get('events-2026-06.csv.gz'));
});

test('all formats hold the same events', async () => {
  const warehouse = await openMemory();
  for (const format of ['csv', 'ndjson', 'parquet'] as const) {
    await warehouse.run(`create table ${format} as ${readDump(await generated({ format }), format)}`);
  }
  const differences = await warehouse.rows(`
    (from csv except all from ndjson) union all (from ndjson except all from csv)
    union all (from csv except all from parquet) union all (from parquet except all from csv)`);
  expect(differences).toEqual([]);
  const [count] = await warehouse.rows<{ rows: number }>('select count(*) as "rows" from csv');
  expect(count?.rows).toBeGreaterThan(2000);
});

test('the window follows the end, and nothing is known after it', async () => {
  const folder = await generated({ end: '2027-03-01T06:00' });
  const warehouse = await openMemory();
  const [span] = await warehouse.rows(`
    select min(occurred_at) as first, max(recorded_at) as newest from (${readDump(folder, 'csv')})`);
  expect(String(span?.first) >= '2026-05-31T22:00:00Z').toBe(true);
  expect(String(span?.newest) < '2027-03-01T05:00:00Z').toBe(true);
  expect(String(span?.newest) > '2027-03-01T04:40:00Z').toBe(true);
});

test('options that make no sense are named, all at once', async () => {
  const attempt = generated({ leads: 0.5, seed: -1, end: 'yesterday', out: temporaryFolder() });
  await expect(attempt).rejects.toThrow(DiagnosticsError);
  await expect(attempt).rejects.toThrow(/--leads[\s\S]*--seed[\s\S]*--end/);
});
