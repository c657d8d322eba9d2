import { expect, it, onTestFinished } from 'vitest';
import { earlyRows } from '../../src/build/early-rows.ts';
import type { KnownFile } from '../../src/load/ledger.ts';
import { openWarehouse } from '../metrics/project.ts';

function file(id: number, path: string, table: string): KnownFile {
  return {
    ...{ id, path, table, source: 'crm', sha256: '', bytes: 0, modifiedMs: 0 },
    ...{ rowsRead: 0, rowsLoaded: 0, rowsDuplicate: 0, rowsSuperseded: 0, rowsRejected: 0 },
    ...{ kind: { format: 'csv', compression: 'none' }, newestInstant: null, nextDueAt: null },
  };
}

it('counts the events that count, from before the period ended, of the files that came or changed', async () => {
  const warehouse = await openWarehouse('2026-11-23T05:00:00Z');
  onTestFinished(() => warehouse.close());
  // Week 46 ends on Sunday 15 November at 23:00 UTC.
  await warehouse.run(`
    create schema state;
    create schema load;
    create table load.events (file_id bigint, fate tinyint, occurred_at timestamptz, recorded_at timestamptz);
    insert into load.events values
        (1, null, '2026-11-12 09:00:00Z', '2026-11-12 09:00:00Z'),
        (1, null, '2026-11-15 22:59:00Z', '2026-11-17 08:00:00Z'),
        (1, null, '2026-11-15 23:00:00Z', '2026-11-17 08:00:00Z'),
        (1, 1, '2026-11-10 09:00:00Z', '2026-11-18 08:00:00Z'),
        (2, null, '2026-11-18 09:00:00Z', '2026-11-18 09:00:00Z'),
        (3, null, '2026-11-12 09:00:00Z', '2026-11-12 09:00:00Z')`);
  const files = [file(1, 'a.csv', 'events'), file(2, '/elsewhere/b.csv', 'events'), file(3, 'c.csv', 'events')];
  const found = await earlyRows(
    warehouse,
    { files: [...files, file(4, 'd.csv', 'targets')], fileNames: new Map([['/elsewhere/b.csv', 'b.csv']]) },
    [
      {
        ...{ period: '2026-W46', grain: 'week', periodStart: '2026-11-09', asOf: '2026-11-16T05:00:00Z' },
        files: ['a.csv', 'b.csv', 'd.csv'],
      },
    ],
  );
  expect(found).toEqual(
    new Map([
      [
        '2026-W46',
        new Map([
          ['a.csv', { early: 2, late: 1 }],
          ['b.csv', { early: 0, late: 0 }],
        ]),
      ],
    ]),
  );
});
