import { utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { csv, Dump } from './dump.ts';

const row = 'e1,2026-03-01T10:00:00Z,,L1,activity,,,,,';
const future = 'e2,2026-07-01T10:00:00Z,,L1,activity,,,,,';

test('the same files again are a no-op, also when they were only touched', async () => {
  const dump = await Dump.of({ 'events.csv': csv(row) });
  const first = await dump.load();
  const again = await dump.load();
  expect(again).toMatchObject({ rows: first.rows, newestRecordedAt: first.newestRecordedAt, unchanged: true });
  expect(again.changes.map(({ change }) => change)).toEqual(['unchanged']);
  utimesSync(join(dump.root, 'events.csv'), 1, 1);
  expect(await dump.load()).toMatchObject({ unchanged: true });
});

test('a changed, added or removed file and another declaration are loaded', async () => {
  const dump = await Dump.of({ 'events-1.csv': csv(row) });
  await dump.load();
  dump.write({ 'events-1.csv': csv(row.replace('L1', 'L2')) });
  expect(await dump.load()).toMatchObject({ unchanged: false });
  dump.write({ 'events-2.csv': csv(row.replace('e1', 'e3')) });
  expect((await dump.load()).rows.loaded).toBe(2);
  dump.remove('events-1.csv');
  expect((await dump.load()).rows.loaded).toBe(1);
  dump.write({ 'handover.yml': 'name: test\nsources:\n  crm: { files: "events*" }\n' });
  expect(await dump.load()).toMatchObject({ unchanged: false });
  expect(await dump.rows('select crm from raw.events')).toEqual([{ crm: 'crm' }]);
});

test('a row rejected as lying in the future is loaded once it does not', async () => {
  const dump = await Dump.of({ 'events.csv': csv(row, future) });
  expect((await dump.load({ now: '2026-06-01T00:00:00Z' })).rows.rejected).toBe(1);
  expect((await dump.load({ now: '2026-06-02T00:00:00Z' })).unchanged).toBe(true);
  expect((await dump.load({ now: '2026-07-02T00:00:00Z' })).rows).toMatchObject({ loaded: 2, rejected: 0 });
  expect((await dump.load({ now: '2026-06-01T00:00:00Z' })).rows).toMatchObject({ loaded: 1, rejected: 1 });
});

test('load_files says what became of every row', async () => {
  const dump = await Dump.of({
    'events-1.csv': csv(row, row, 'x'),
    'events-2.csv': csv(row.replace('L1', 'L2'), future),
  });
  await dump.load();
  expect(await dump.rows('select * exclude (sha256, bytes) from main.load_files order by path')).toEqual([
    {
      path: 'events-1.csv',
      source: 'events',
      table_name: 'events',
      rows_read: 3,
      rows_loaded: 1,
      rows_duplicate: 1,
      rows_superseded: 0,
      rows_rejected: 1,
    },
    {
      path: 'events-2.csv',
      source: 'events',
      table_name: 'events',
      rows_read: 2,
      rows_loaded: 0,
      rows_duplicate: 0,
      rows_superseded: 1,
      rows_rejected: 1,
    },
  ]);
  expect(await dump.rows('select * exclude (reason) from main.load_rejects order by path')).toEqual([
    { path: 'events-1.csv', line: 4, column: null, code: 'column-count', source: 'events' },
    { path: 'events-2.csv', line: 3, column: 'occurred_at', code: 'in-the-future', source: 'events' },
  ]);
});
