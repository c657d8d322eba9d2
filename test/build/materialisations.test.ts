import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { build } from '../../src/build/build.ts';
import { openProject } from '../../src/project/project.ts';
import { Warehouse } from '../../src/warehouse/warehouse.ts';
import { tinyProject, writeFiles } from './project.ts';

const folder = join(import.meta.dirname, '../projects');
const now = '2027-01-04T06:00:00Z';

/** A copy of a case, to be changed. */
function copyOf(name: string): string {
  const root = join(tinyProject(), name);
  cpSync(join(folder, name), root, { recursive: true });
  return root;
}

async function kept(file: string): Promise<string[]> {
  const warehouse = await Warehouse.open(file, { readOnly: true });
  try {
    const rows = await warehouse.rows<{ name: string; kind: string }>(`
      select table_name as name, table_type as kind
      from information_schema.tables
      where table_schema = 'main'
      order by name`);
    return rows.map(({ name, kind }) => `${name}: ${kind}`);
  } finally {
    warehouse.close();
  }
}

it('models are kept as their folder or their own .yml says, and published where it says so', async () => {
  const root = copyOf('run-materialisations');
  const { published, models } = await build(openProject(root), { now });
  const own = /^(stg_|int_|deals_|board)/;
  expect((await kept(join(root, 'target/handover.work.duckdb'))).filter((line) => own.test(line))).toEqual([
    'board: BASE TABLE',
    'deals_by_team: BASE TABLE',
    'int_kept: BASE TABLE',
    'stg_deals: VIEW',
  ]);
  expect((await kept(published)).filter((line) => own.test(line))).toEqual(['board: BASE TABLE']);
  expect(models.map(({ name, materialized, status, rows }) => `${name} ${materialized} ${status} ${rows}`)).toEqual([
    'stg_deals view ran null',
    'deals_by_team incremental ran 2',
    'int_crowns ephemeral unchanged null',
    'int_rounded ephemeral unchanged null',
    'int_kept table ran 2',
    'board table ran 2',
  ]);
});

it('a change of an ephemeral model runs those that read it, directly or not, and tells them so', async () => {
  const root = copyOf('run-materialisations');
  await build(openProject(root), { now });
  const file = 'models/intermediate/int_crowns.sql';
  writeFiles(root, { [file]: 'select deal_id, team, euro * 7.40 as crowns from stg_deals' });
  const { models } = await build(openProject(root), { now });
  const ran = models.filter(({ status }) => status === 'ran');
  // 100, 250 and 50 euro are now 740, 1850 and 370 crowns: 700, 1900 (a half goes up) and 400, as before.
  expect(ran.map(({ name, because }) => `${name}: ${because.join(', ')}`)).toEqual([
    `int_kept: ${file} changed`,
    `board: ${file} changed`,
  ]);
  const warehouse = await Warehouse.open(join(root, 'target/handover.duckdb'), { readOnly: true });
  expect(await warehouse.rows('select team, crowns from board order by team')).toEqual([
    { team: 'north', crowns: 1100 },
    { team: 'south', crowns: 1900 },
  ]);
  warehouse.close();
});

it('another version becomes the latest with one line, and only what reads the bare name runs', async () => {
  const root = copyOf('run-version-tried-out');
  await build(openProject(root), { now });
  const yml = `
name: answers
description: When each lead was first answered.
grain: [lead_id]
latest_version: 2
versions:
  - { version: 1, change: Any contact answers., why: First version }
  - { version: 2, change: Only a call answers., why: Automatic e-mails counted as answers. }
`;
  writeFiles(root, { 'models/marts/answers.yml': yml });
  const { models } = await build(openProject(root), { now });
  expect(models.filter(({ status }) => status === 'ran').map(({ name, rows }) => `${name} ${rows}`)).toEqual([
    'answers null',
    'slow_answers 1',
  ]);
});
