import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { removeFromPublished } from '../../src/build/remove-published.ts';
import { readPublished, recordPublished } from '../../src/state/published.ts';
import { Warehouse } from '../../src/warehouse/warehouse.ts';

it('takes out the rows of a lead, and only its name from those of others', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'handover-remove-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const published = join(folder, 'published.duckdb');
  const before = await Warehouse.open(published);
  await before.run(`
    create table lead_responses as from (values ('anna', 'bo', 'met'), ('bo', null, 'late'), ('carl', 'anna', 'met'))
      as rows(lead_id, answered_via_lead_id, status);
    create table merges as from (values ('bo', 'anna'), ('carl', 'dora')) as rows(from_lead_id, into_lead_id);
    create table counts as select 3 as leads`);
  before.close();

  const files = { published, record: join(folder, 'record.json') };
  const made = { from: 'x', file: { bytes: 1, modifiedMs: 1, changedMs: 1 }, outputs: {} };
  const record = { format: 1, project: 'x', asOf: 'x', publishedAt: 'x', bytes: 1, tables: {} } as const;
  recordPublished(files.record, { ...record, made });
  expect(await removeFromPublished(files, ['bo'])).toBe(2);

  // So that the next build does not build upon the file.
  expect(readPublished(files.record)).toEqual({
    ...record,
    bytes: statSync(published).size,
    tables: { lead_responses: 2, merges: 1, counts: 1 },
  });
  const after = await Warehouse.open(published, { readOnly: true });
  const rows = await after.rows('from lead_responses order by lead_id');
  const merges = await after.rows('from merges');
  const counts = await after.rows('from counts');
  after.close();
  expect(rows).toEqual([
    { lead_id: 'anna', answered_via_lead_id: null, status: 'met' },
    { lead_id: 'carl', answered_via_lead_id: 'anna', status: 'met' },
  ]);
  expect(merges).toEqual([{ from_lead_id: 'carl', into_lead_id: 'dora' }]);
  expect(counts).toEqual([{ leads: 3 }]);
});
