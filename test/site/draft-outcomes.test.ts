import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { DraftOutcome } from '../../src/project/draft-outcome.ts';
import { openBeside } from '../../src/site/export.ts';
import { Warehouse } from '../../src/warehouse/warehouse.ts';

/** The rows of `draft_outcomes` that the queries of the site find. */
async function outcomesOf(draft: readonly DraftOutcome[] | undefined) {
  const folder = mkdtempSync(join(tmpdir(), 'handover-draft-outcomes-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const published = join(folder, 'published.duckdb');
  const warehouse = await Warehouse.open(published);
  const zone = `create table build_info as select 'UTC' as time_zone, timestamptz '2026-03-23' as as_of`;
  await warehouse.run(`${zone}; create table metric_values as select 'week' as grain, date '2026-03-16' as period_start,
    date '2026-03-23' as period_end, true as is_complete, 'all' as dimension, true as is_in_force;
    create table metric_definitions as 
    select true as is_headline, 'sales' as owner, 'x' as metric, true as is_current, 20 as minimum_sample`);
  warehouse.close();
  mkdirSync(join(folder, 'sources'));
  writeFileSync(join(folder, 'sources/setup.sql'), readFileSync('reports/sources/setup.sql'));
  const beside = await openBeside({ published, reports: folder, ...(draft === undefined ? {} : { draft }) });
  onTestFinished(() => beside.close());
  return beside.rows('select * from draft_outcomes');
}

const outcome: DraftOutcome = {
  ...{ draft: "2027's", firstDate: '2026-07-01', lastDate: '2026-09-30', clause: 'first_response', side: 'sales' },
  ...{ judgedBefore: 391, keptBefore: 345, judgedAfter: 391, keptAfter: 324, changed: 21 },
};

test('what a draft would have changed is a table of the site', async () => {
  expect(await outcomesOf([outcome])).toEqual([
    {
      ...{ draft: "2027's", first_date: '2026-07-01', last_date: '2026-09-30', clause: 'first_response' },
      ...{ side: 'sales', judged_before: 391, kept_before: 345, judged_after: 391, kept_after: 324, changed: 21 },
    },
  ]);
});

test('it is empty where a draft judged nothing, and where none is named', async () => {
  expect(await outcomesOf([])).toEqual([]);
  expect(await outcomesOf(undefined)).toEqual([]);
});
