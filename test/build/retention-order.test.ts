import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { type BuildOptions, build } from '../../src/build/build.ts';
import { openProject } from '../../src/project/project.ts';
import { writeFiles } from './project.ts';
import { publishedRows } from './shop.ts';

const now = '2026-09-01T06:00:00.000Z';
const home = join(import.meta.dirname, '../..');
const header = 'event_id,occurred_at,lead_id,type,stage,properties';

function project(): string {
  const root = mkdtempSync(join(tmpdir(), 'handover-retention-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  writeFiles(root, {
    'handover.yml': `name: retention\nextends: ${relative(root, home)}\nretention_months: 6\nsources:\n  events: { files: dumps/**, max_rejected: 100% }\n`,
    'dumps/1.csv': `${header}\ne1,2026-01-05T09:00:00Z,old,lead_created,,\ne2,2026-08-31T09:00:00Z,alive,stage_entered,mql,\n`,
  });
  return root;
}

const buildIn = (root: string, options: Partial<BuildOptions> = {}) =>
  build({ ...openProject(root), metrics: [] }, { now, ...options });

it('tells as run what ran before the leads past retention went', { timeout: 60_000 }, async () => {
  const { models, load } = await buildIn(project());
  expect(load.rows).toMatchObject({ loaded: 1, rejected: 1 });
  expect(models.filter(({ status }) => status !== 'ran')).toEqual([]);
});

it('takes no lead out by models that are not up to date', { timeout: 60_000 }, async () => {
  const root = project();
  await buildIn(root, { asOf: '2026-06-30T09:00:00.000Z' });
  // Told late that the old lead had become the one that is alive.
  writeFiles(root, { 'dumps/2.csv': `${header}\ne3,2026-01-08T09:00:00Z,old,lead_merged,,"{""into"":""alive""}"\n` });
  await buildIn(root, { select: { select: ['int_cohort_periods'], exclude: [] } });
  const { crm_events: events } = await publishedRows((await buildIn(root)).published);
  expect(events?.map((event) => [event.event_id, event.lead_id]).sort()).toEqual([
    ['e1', 'alive'],
    ['e2', 'alive'],
    ['e3', 'alive'],
  ]);
});
