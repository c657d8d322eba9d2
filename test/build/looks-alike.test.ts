import { copyFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { build } from '../../src/build/build.ts';
import { openProject } from '../../src/project/project.ts';
import { tinyProject, writeFiles } from './project.ts';
import { freshRows, publishedRows } from './shop.ts';

// Changes that are easily taken for none: what is published after each is what a build in an empty folder gives.

const now = '2026-03-10T06:00:00.000Z';

const model = (name: string, sql: string, more = 'materialized: table'): Record<string, string> => ({
  [`models/marts/${name}.sql`]: sql,
  [`models/marts/${name}.yml`]: `name: ${name}\ndescription: One.\n${more}\n`,
});

async function rebuilt(before: Record<string, string>, after: Record<string, string>) {
  const root = tinyProject(before);
  await build(openProject(root), { now });
  writeFiles(root, after);
  const { published } = await build(openProject(root), { now });
  expect(await publishedRows(published)).toEqual(await freshRows(root));
  return publishedRows(published);
}

it.each([
  ['whole numbers past 2^53', '9007199254740993', '9007199254740992'],
  ['fractions of many digits', '1234567890.123456781', '1234567890.123456782'],
  ['ids in a list', '1 in (23847293847293847)', '1 in (23847293847293848)'],
])('tells apart %s', async (_what, before, after) => {
  await rebuilt(model('big', `select (${before})::varchar as x`), model('big', `select (${after})::varchar as x`));
});

it.each([
  ['an empty list from none', 'null::integer[]', '[]::integer[]', 'coalesce(len(x), -1)'],
  ['a struct of nulls from none', 'null::struct(a integer)', "{'a': null}::struct(a integer)", 'x is null'],
  ['a month from thirty days', 'interval 1 month', 'interval 30 days', "timestamp '2026-02-01' + x"],
  ['zero from minus zero', '0.0::double', '-0.0::double', '(1 / x)::varchar'],
])('what reads it runs: %s', async (_what, before, after, told) => {
  const reader = model('reader', `select ${told} as told from l`);
  await rebuilt({ ...model('l', `select ${before} as x`), ...reader }, model('l', `select ${after} as x`));
});

it('cuts by one key, however its name is spelt', async () => {
  const cut = (column: string) => `materialized: incremental\npartition_by: deal_id\ninputs: { deals: ${column} }`;
  const sql = 'select deal_id, sum(amount) as amount from deals group by deal_id';
  const rows = Array.from({ length: 20 }, (_, index) => `d${index},2026-03-02T09:00:00Z,${index}`).join('\n');
  const csv = (text: string) => ({ 'deals.csv': `deal_id,won_at,amount\n${text}\n` });
  const published = await rebuilt(
    { ...csv(rows), ...model('r1', sql, cut('deal_id')), ...model('r2', sql, cut('DEAL_ID')) },
    csv(rows.replace('d3,2026-03-02T09:00:00Z,3', 'd3,2026-03-02T09:00:00Z,99')),
  );
  expect(JSON.stringify(published)).toContain('99');
});

it('sees a dump that was changed and whose time was set back', async () => {
  const root = tinyProject();
  const dump = join(root, 'deals.csv');
  const time = new Date('2026-03-09T00:00:00Z');
  utimesSync(dump, time, time);
  await build(openProject(root), { now });
  writeFiles(root, {
    'other.csv': 'deal_id,won_at,amount\nd1,2026-03-02T09:00:00Z,100\nd2,2026-03-03T10:00:00Z,750\n',
  });
  copyFileSync(join(root, 'other.csv'), dump);
  utimesSync(dump, time, time);
  const { published } = await build(openProject(root), { now });
  expect(await publishedRows(published)).toEqual(await freshRows(root));
});
