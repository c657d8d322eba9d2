import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { describeBuild } from '../../src/build/describe.ts';
import { saidWhenUpToDate } from '../../src/build/up-to-date.ts';
import { writeFiles } from './project.ts';
import { buildShop, freshRows, now, publishedRows, shop, shopFiles, whatRan } from './shop.ts';

const only = (...select: string[]) => ({ select: { select, exclude: [] } });
const doubled = shopFiles['models/marts/deals.sql'].replace('amount::integer', '2 * amount::integer');
const renamed = shopFiles['seeds/regions.csv'].replace('Bo', 'Eva');

it('builds what is asked and the stale that it is made from, and publishes nothing while others are stale', async () => {
  const root = shop();
  const { published } = await buildShop(root);
  const before = readFileSync(published);
  writeFiles(root, { 'models/marts/deals.sql': doubled, 'seeds/regions.csv': renamed });

  const some = await buildShop(root, only('totals'));
  const why = 'models/marts/deals.sql changed';
  expect(whatRan(some)).toEqual([`deals: ${why}`, `totals: ${why}`]);
  expect(some.unpublished).toBe('2 models are not up to date, such as regions');
  expect(
    some.models
      .filter(({ status }) => status === 'skipped')
      .map(({ name }) => name)
      .sort(),
  ).toEqual(['best', 'regions']);
  expect(describeBuild(some)).toContain('nothing was published: 2 models are not up to date, such as regions');
  expect(readFileSync(published).equals(before)).toBe(true);
  expect(saidWhenUpToDate(root, { now })).toBeUndefined();

  const rest = await buildShop(root);
  // Each says what changed since it last ran itself.
  expect(whatRan(rest)).toEqual(['regions: seeds/regions.csv changed', 'best: totals changed']);
  expect(rest.evaluated).toEqual(['won_deals']);
  expect(await publishedRows(published)).toEqual(await freshRows(root));
});

it('publishes when nothing is left stale', async () => {
  const root = shop();
  await buildShop(root);
  writeFiles(root, { 'seeds/regions.csv': renamed });
  const done = await buildShop(root, only('regions'));
  expect(whatRan(done)).toEqual(['regions: seeds/regions.csv changed']);
  expect(done.unpublished).toBeUndefined();
  expect(await publishedRows(done.published)).toEqual(await freshRows(root));
  expect(saidWhenUpToDate(root, { now })).toBeDefined();
});

it('counts what reads a stale model as stale too', async () => {
  const root = shop();
  await buildShop(root);
  writeFiles(root, { 'models/marts/deals.sql': doubled });
  const some = await buildShop(root, only('regions'));
  expect(whatRan(some)).toEqual([]);
  expect(some.unpublished).toBe('3 models are not up to date, such as deals');
});

it('builds a selection of nothing built yet, and a later build completes it', async () => {
  const root = shop();
  const some = await buildShop(root, only('big_deals'));
  expect(some.models.filter(({ status }) => status === 'ran').map(({ name }) => name)).toEqual([
    'stg_deals',
    'big_deals',
  ]);
  expect(some.unpublished).toBe('6 models are not up to date, such as clocked');
  const rest = await buildShop(root);
  expect(rest.models.filter(({ status }) => status === 'ran').map(({ name }) => name)).not.toContain('big_deals');
  expect(await publishedRows(rest.published)).toEqual(await freshRows(root));
});

it('a cut model that missed a build does not take the keys of the last change for all that changed', async () => {
  const rows = Array.from({ length: 40 }, (_, index) => `x${index},2026-03-02T09:00:00Z,r${index % 10},5`);
  const header = shopFiles['dumps/a.csv'].split('\n')[0];
  const dump = (lines: readonly string[]) => ({ 'dumps/a.csv': `${header}\n${lines.join('\n')}\n` });
  const root = shop({
    ...dump(rows),
    'models/marts/copies.sql': 'select deal_id, region, amount from deals',
    'models/marts/copies.yml':
      'name: copies\ndescription: Of the shop.\nmaterialized: incremental\npartition_by: region\ninputs: { deals: region }\n',
  });
  await buildShop(root);
  // One key changes while only totals is built, another in the build of all.
  const first = rows.map((row) => row.replace(/^x0,(.*),5$/, 'x0,$1,6'));
  writeFiles(root, dump(first));
  await buildShop(root, only('totals'));
  writeFiles(root, dump(first.map((row) => row.replace(/^x1,(.*),5$/, 'x1,$1,7'))));
  const { published } = await buildShop(root);
  expect(await publishedRows(published)).toEqual(await freshRows(root));
});
