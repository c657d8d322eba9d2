import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readRunResults } from '../../src/state/artefacts.ts';
import { warehouseFiles } from '../../src/state/files.ts';
import { failureOf } from './failure.ts';
import { writeFiles } from './project.ts';
import { buildShop, freshRows, publishedRows, shop, shopFiles, whatRan } from './shop.ts';

// d4 has no region and an amount of 75; nobody can see in the SQL that it is not a number.
const failing = {
  'models/marts/deals.sql': `select deal_id, won_at, region,
    case when amount = 75 then 'none' else amount::varchar end::integer as amount
from stg_deals\n`,
  'models/marts/regions.sql': `select region, error('no head') as head from seeds.regions\n`,
};

it('runs what it can, says all that failed and why, and leaves what was published', async () => {
  const root = shop();
  const files = warehouseFiles(root);
  const { published } = await buildShop(root);
  const before = readFileSync(published);
  const record = readFileSync(files.record, 'utf8');

  writeFiles(root, {
    ...failing,
    'models/intermediate/big.sql': shopFiles['models/intermediate/big.sql'].replace('100', '90'),
  });
  const error = await failureOf(buildShop(root));
  expect(error.kind).toBe('invalid');
  expect(error.diagnostics.map(({ code, file, line }) => [code, file, line])).toEqual([
    ['skipped', undefined, undefined],
    ['not-published', undefined, undefined],
    ['sql-failed', 'models/marts/regions.sql', 1],
    ['sql-failed', 'models/marts/deals.sql', 2],
  ]);
  expect(error.diagnostics[0]?.message).toBe('not run because of it: totals, best');
  expect(error.diagnostics[3]?.message).toContain('none');

  expect(readFileSync(published).equals(before)).toBe(true);
  expect(readFileSync(files.record, 'utf8')).toBe(record);
  expect(readRunResults(files)).toMatchObject({
    outcome: 'not published',
    why: 'regions, deals failed',
    metrics: null,
    contracts: null,
  });
  const statuses = readRunResults(files)?.models.map(({ name, status }) => [name, status]) ?? [];
  expect(Object.fromEntries(statuses)).toEqual({
    stg_deals: 'unchanged',
    big: 'unchanged',
    deals: 'failed',
    regions: 'failed',
    totals: 'skipped',
    best: 'skipped',
    big_deals: 'ran',
    terms: 'unchanged',
    clocked: 'unchanged',
  });
  const results = readRunResults(files)?.models.find(({ name }) => name === 'deals');
  expect(results).toMatchObject({ mode: null, error: { code: 'sql-failed', file: 'models/marts/deals.sql' } });
});

it('after mending runs what failed and what reads it, and nothing that ran', async () => {
  const root = shop();
  await buildShop(root);
  writeFiles(root, failing);
  await failureOf(buildShop(root));
  writeFiles(root, {
    'models/marts/deals.sql': shopFiles['models/marts/deals.sql'].replace('amount::integer', '2 * amount::integer'),
    'models/marts/regions.sql': shopFiles['models/marts/regions.sql'],
  });
  const mended = await buildShop(root);
  const why = 'models/marts/deals.sql changed';
  // regions is again what it was when it last ran.
  expect(whatRan(mended)).toEqual([`deals: ${why}`, `totals: ${why}`, `best: ${why}`]);
  expect(await publishedRows(mended.published)).toEqual(await freshRows(root));
});

it('says the same of a first build, and the next one goes on from it', async () => {
  const root = shop(failing);
  const files = warehouseFiles(root);
  const error = await failureOf(buildShop(root));
  expect(error.diagnostics.find(({ code }) => code === 'not-published')?.message).toBe('nothing was published');
  expect(() => readFileSync(files.published)).toThrow('ENOENT');

  rmSync(join(root, 'models/marts/regions.sql'));
  rmSync(join(root, 'models/marts/regions.yml'));
  writeFiles(root, { 'models/marts/deals.sql': shopFiles['models/marts/deals.sql'] });
  const mended = await buildShop(root);
  expect(mended.models.filter(({ status }) => status === 'ran').map(({ name }) => name)).toEqual([
    'deals',
    'totals',
    'best',
  ]);
  expect(await publishedRows(mended.published)).toEqual(await freshRows(root));
});

it('a metric that fails on the data stops the build with its place; mended, the models do not run again', async () => {
  const root = shop();
  const { published } = await buildShop(root);
  const before = readFileSync(published);
  const metric = shopFiles['metrics/won_deals.yml'];
  writeFiles(root, {
    'metrics/won_deals.yml': metric.replace(
      'time: won_at',
      `time: won_at\nfilter: "case when amount = 75 then 'x' else '1' end::integer = 1"`,
    ),
    ...{ 'models/marts/deals.sql': shopFiles['models/marts/deals.sql'].replace('amount::integer', 'amount::bigint') },
  });
  const error = await failureOf(buildShop(root));
  expect(error.diagnostics.map(({ code, file }) => [code, file])).toEqual([['metric-failed', 'metrics/won_deals.yml']]);
  expect(readFileSync(published).equals(before)).toBe(true);
  writeFiles(root, { 'metrics/won_deals.yml': metric });
  const mended = await buildShop(root);
  expect(whatRan(mended)).toEqual([]);
  expect(await publishedRows(published)).toEqual(await freshRows(root));
});

it('an ephemeral model that fails is told by its own place, in each model that it stands in', async () => {
  const root = shop({
    'models/intermediate/big.sql': `select deal_id, won_at, region, case when amount = 75 then 'x' else '1' end::integer as one
from stg_deals`,
    'models/marts/big_deals.sql': 'select deal_id, won_at, region, one from big',
  });
  const error = await failureOf(buildShop(root));
  expect(error.diagnostics.map(({ code, file }) => [code, file])).toEqual([
    ['not-published', undefined],
    ['sql-failed', 'models/intermediate/big.sql'],
  ]);
});
