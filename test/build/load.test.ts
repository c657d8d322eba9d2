import { join } from 'node:path';
import { expect, it } from 'vitest';
import { build } from '../../src/build/build.ts';
import { load } from '../../src/build/load.ts';
import { openProject } from '../../src/project/project.ts';
import { holdOpen, tinyProject, writeFiles } from './project.ts';

const now = '2026-03-04T06:00:00Z';

it('the same files again are told without opening the work file', async () => {
  const events = 'event_id,occurred_at,lead_id,type\ne1,2026-03-02T09:00:00Z,L1,activity\n';
  const root = tinyProject({
    'handover.yml': 'name: tiny\nsources:\n  events: { files: events.csv }\n',
    'events.csv': events,
  });
  const first = await load(openProject(root), { now });
  expect(first).toMatchObject({ unchanged: false, rows: { read: 1, loaded: 1 } });

  const holder = await holdOpen(join(root, 'target/handover.work.duckdb'));
  try {
    const same = await load(openProject(root), { now });
    expect(same).toMatchObject({ unchanged: true, rows: first.rows, files: first.files });
    writeFiles(root, { 'events.csv': events.replace('L1', 'L2') });
    await expect(load(openProject(root), { now })).rejects.toMatchObject({ diagnostics: [{ code: 'locked' }] });
  } finally {
    holder.kill();
  }
});

it('a load after a build, and a build after a load, know what was loaded', async () => {
  const root = tinyProject();
  await build(openProject(root), { now });
  expect(await load(openProject(root), { now })).toMatchObject({ unchanged: true });
  writeFiles(root, { 'deals.csv': 'deal_id,won_at,amount\nd1,2026-03-02T09:00:00Z,100\n' });
  expect(await load(openProject(root), { now })).toMatchObject({ unchanged: false, rows: { read: 1 } });
  expect((await build(openProject(root), { now })).load).toMatchObject({ unchanged: true, rows: { read: 1 } });
});
