import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { build } from '../../src/build/build.ts';
import { load } from '../../src/build/load.ts';
import { openProject } from '../../src/project/project.ts';
import { type Row, Warehouse } from '../../src/warehouse/warehouse.ts';
import { writeFiles } from './project.ts';

const now = '2026-09-01T06:00:00Z';
const home = join(import.meta.dirname, '../..');
const header = 'event_id,occurred_at,lead_id,type,stage,properties';

// With 6 months and the newest event on 31 August, a lead must have been heard of since the end of February.
const old = [
  header,
  'e1,2026-01-05T09:00:00Z,silent,lead_created,,',
  'e2,2026-01-06T09:00:00Z,merged,lead_created,,',
  'e3,2026-01-07T09:00:00Z,silent,stage_entered,mql,',
  'e4,2026-01-08T09:00:00Z,merged,lead_merged,,"{""into"":""alive""}"',
  'e5,2026-01-09T09:00:00Z,late,stage_entered,mql,',
  '',
].join('\n');
const recent = [header, 'e6,2026-08-31T09:00:00Z,alive,stage_entered,mql,', ''].join('\n');

function project(): string {
  const root = mkdtempSync(join(tmpdir(), 'handover-retention-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  writeFiles(root, {
    'handover.yml': `name: retention\nextends: ${relative(root, home)}\nretention_months: 6\nsources:\n  events: { files: dumps/**, max_rejected: 100% }\n`,
    'dumps/1.csv': old,
    'dumps/2.csv': recent,
    'metrics/agreements/2026.yml': readFileSync(
      join(home, 'test/projects/rule-02-merge-chain/metrics/agreements/2026.yml'),
      'utf8',
    ),
  });
  return root;
}

async function buildAndRead(root: string): Promise<{ events: Row[]; files: Row[]; rejects: Row[] }> {
  const { published } = await build({ ...openProject(root), metrics: [] }, { now });
  const warehouse = await Warehouse.open(published, { readOnly: true });
  try {
    return {
      events: await warehouse.rows('select event_id, lead_id from crm_events order by event_id'),
      files: await warehouse.rows('select path, rows_read, rows_loaded, rows_rejected from load_files order by path'),
      rejects: await warehouse.rows('select path, line, reason from load_rejects order by path, line'),
    };
  } finally {
    warehouse.close();
  }
}

it('leads of which nothing was heard for the months agreed are taken out, with their rows accounted for', {
  timeout: 60_000,
}, async () => {
  const root = project();
  const first = await buildAndRead(root);
  expect(first).toEqual({
    // What was merged into a lead that is alive stays with it.
    events: ['e2', 'e4', 'e6'].map((event_id) => ({ event_id, lead_id: 'alive' })),
    files: [
      { path: 'dumps/1.csv', rows_read: 5, rows_loaded: 2, rows_rejected: 3 },
      { path: 'dumps/2.csv', rows_read: 1, rows_loaded: 1, rows_rejected: 0 },
    ],
    rejects: [2, 4, 6].map((line) => ({ path: 'dumps/1.csv', line, reason: 'past retention' })),
  });
  expect(await buildAndRead(root)).toEqual(first);
});

it('leads come back when they are to be kept longer, for ever, or as of an earlier day', {
  timeout: 120_000,
}, async () => {
  const root = project();
  const config = readFileSync(join(root, 'handover.yml'), 'utf8');
  const events = async (text: string): Promise<unknown[]> => {
    writeFiles(root, { 'handover.yml': text });
    return (await buildAndRead(root)).events.map((row) => row.event_id);
  };
  const all = ['e1', 'e2', 'e3', 'e4', 'e5', 'e6'];
  const kept = ['e2', 'e4', 'e6'];
  expect(await events(config)).toEqual(kept);
  expect(await events(config.replace('months: 6', 'months: 12'))).toEqual(all);
  expect(await events(config)).toEqual(kept);
  expect(await events(config.replace('retention_months: 6\n', ''))).toEqual(all);
});

it('a lead that is heard of again comes back whole, as if its files came only now', { timeout: 60_000 }, async () => {
  const root = project();
  await buildAndRead(root);
  writeFiles(root, { 'dumps/3.csv': `${header}\ne7,2026-08-30T09:00:00Z,late,stage_entered,sal,\n` });
  const again = await buildAndRead(root);
  expect(again.events.filter(({ lead_id }) => lead_id === 'late')).toEqual([
    { event_id: 'e5', lead_id: 'late' },
    { event_id: 'e7', lead_id: 'late' },
  ]);
  rmSync(join(root, 'target'), { recursive: true });
  expect(await buildAndRead(root)).toEqual(again);
});

it('what was published before it was past retention lies nowhere in the published file', {
  timeout: 60_000,
}, async () => {
  const root = project();
  const config = readFileSync(join(root, 'handover.yml'), 'utf8');
  writeFiles(root, { 'handover.yml': config.replace('months: 6', 'months: 60') });
  await buildAndRead(root);
  const published = join(root, 'target/handover.duckdb');
  expect(readFileSync(published).includes('silent')).toBe(true);
  writeFiles(root, { 'handover.yml': config });
  await buildAndRead(root);
  expect(readFileSync(published).includes('silent')).toBe(false);
});

it('what was taken out lies nowhere in the work file, and the ledger beside it counts as it does', {
  timeout: 60_000,
}, async () => {
  const root = project();
  await buildAndRead(root);
  expect(readFileSync(join(root, 'target/handover.work.duckdb')).includes('silent')).toBe(false);
  const again = await load(openProject(root), { now });
  expect(again).toMatchObject({ unchanged: true, rows: { read: 6, loaded: 3, rejected: 3 } });
});

it('a lead is heard of again also where a row names it among others', { timeout: 60_000 }, async () => {
  const root = project();
  const contact = (id: string, at: string) => ({
    id,
    properties: { lifecyclestage: 'lead' },
    propertiesWithHistory: { lifecyclestage: [{ value: 'lead', timestamp: at, sourceType: 'FORM' }] },
    createdAt: at,
    updatedAt: at,
  });
  const call = (contacts: readonly string[], at: string) => ({
    id: `call-${at}`,
    properties: { hs_timestamp: at, hs_call_direction: 'OUTBOUND', hs_call_status: 'COMPLETED' },
    createdAt: at,
    updatedAt: at,
    associations: { contacts: { results: contacts.map((id) => ({ id, type: 'call_to_contact' })) } },
  });
  writeFiles(root, {
    'handover.yml': `name: retention\nextends: ${relative(root, home)}\nretention_months: 6\nsources:\n  hubspot: { kind: hubspot, files: hs/** }\n`,
    'hs/contacts.json': JSON.stringify({
      results: [contact('301', '2026-01-05T09:00:00Z'), contact('302', '2026-08-31T09:00:00Z')],
    }),
  });
  const before = await buildAndRead(root);
  expect(before.events).toMatchObject([{ lead_id: '302' }]);
  writeFiles(root, { 'hs/calls.json': JSON.stringify({ results: [call(['301', '302'], '2026-08-30T09:00:00Z')] }) });
  const again = await buildAndRead(root);
  expect(new Set(again.events.map(({ lead_id: lead }) => lead))).toEqual(new Set(['301', '302']));
  rmSync(join(root, 'target'), { recursive: true });
  expect(await buildAndRead(root)).toEqual(again);
});
