import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, it, onTestFinished } from 'vitest';
import { build } from '../../src/build/build.ts';
import { forget } from '../../src/build/forget.ts';
import { query } from '../../src/build/query.ts';
import { DiagnosticsError } from '../../src/diagnostics/diagnostic.ts';
import { openProject } from '../../src/project/project.ts';
import { Warehouse } from '../../src/warehouse/warehouse.ts';
import { writeFiles } from './project.ts';

const now = '2026-03-10T06:00:00Z';
const home = join(import.meta.dirname, '../..');
const header = 'event_id,occurred_at,recorded_at,lead_id,type,stage,owner_id,team,channel,properties';
const row = (id: string, lead: string, type: string, rest = ',,,,'): string =>
  `${id},2026-03-02T09:00:00Z,,${lead},${type},${rest}`;

// Ada was merged into Bea, and Bea into Cleo: one lead. Dan is another.
const csv = [
  header,
  row('e1', 'lead-ada', 'lead_created'),
  row('e2', 'lead-dan', 'lead_created', ',,,,"{""source"":\n""x""}"'),
  row('e3', 'lead-ada', 'stage_entered', 'mql,,,,"{""reason"":\n""x""}"'),
  row('e4', 'lead-dan', 'stage_entered', 'mql,,,,'),
  row('e5', 'lead-cleo', 'no_such_type'),
  row('e2', 'lead-dan', 'lead_created', ',,,,"{""source"":\n""x""}"'),
  '',
].join('\n');
const ndjson = [
  {
    event_id: 'e6',
    occurred_at: '2026-03-03T09:00:00Z',
    lead_id: 'lead-ada',
    type: 'lead_merged',
    properties: { into: 'lead-bea' },
  },
  { event_id: 'e7', occurred_at: '2026-03-04T09:00:00Z', lead_id: 'lead-dan', type: 'outreach', channel: 'phone' },
  {
    event_id: 'e8',
    occurred_at: '2026-03-05T09:00:00Z',
    lead_id: 'lead-bea',
    type: 'lead_merged',
    properties: { into: 'lead-cleo' },
  },
];
const document = { data: ndjson.map((event, index) => ({ ...event, event_id: `d${index}` })) };

function project(): string {
  const root = mkdtempSync(join(tmpdir(), 'handover-forget-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  writeFiles(root, {
    'handover.yml': `name: forget\nextends: ${relative(root, home)}\nsources:\n  events: { files: dumps/** }\n`,
    'handover.salt': 'a long random text',
    'dumps/a.csv': csv,
    'dumps/c.json': JSON.stringify(document),
    'metrics/agreements/2026.yml': readFileSync(
      join(home, 'test/projects/rule-02-merge-chain/metrics/agreements/2026.yml'),
      'utf8',
    ),
  });
  writeFileSync(
    join(root, 'dumps/b.ndjson.gz'),
    gzipSync(ndjson.map((event) => `${JSON.stringify(event)}\n`).join('')),
  );
  return root;
}

/** Files of a folder in which a text stands, also inside gzip. */
function filesWith(root: string, text: string): string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => {
      const bytes = readFileSync(path);
      return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).includes(text);
    })
    .map((path) => relative(root, path))
    .sort();
}

const few = (root: string) => {
  const opened = openProject(root);
  return {
    ...opened,
    metrics: opened.metrics.filter(({ name }) => ['mql_volume', 'response_within_sla_rate'].includes(name)),
  };
};

it('removes a lead and all that was merged into it from everything, and leaves the others as they were', {
  timeout: 60_000,
}, async () => {
  const root = project();
  await build(few(root), { now, keepRejects: true });
  const parquet = await Warehouse.open(':memory:');
  await parquet.run(
    `copy (select 'p' || i as event_id, timestamptz '2026-03-06 09:00:00Z' as occurred_at, if(i = 2, 'lead-bea', 'lead-dan') as lead_id, 'activity' as type
    from range(1, 4) as rows(i)) to '${join(root, 'dumps/d.parquet')}' (format parquet)`,
  );
  parquet.close();
  const { published } = await build(few(root), { now, keepRejects: true });
  const request = { metrics: ['mql_volume'], grain: 'month' as const };
  const before = await query(root, request);
  expect(before.rows[0]).toMatchObject({ value: 2 });
  expect(filesWith(root, 'lead-cleo')).toContain('target/handover.work.duckdb');

  const result = await forget(few(root), 'lead-cleo', { now });
  expect(result).toMatchObject({
    source: 'events',
    ids: ['lead-ada', 'lead-bea', 'lead-cleo'],
    rewritten: [
      { path: 'dumps/a.csv', rows: 3 },
      { path: 'dumps/b.ndjson.gz', rows: 2 },
      { path: 'dumps/c.json', rows: 2 },
      { path: 'dumps/d.parquet', rows: 1 },
    ],
    left: [],
  });
  for (const text of ['lead-ada', 'lead-bea', 'lead-cleo']) expect(filesWith(root, text)).toEqual([]);

  const twice = row('e2', 'lead-dan', 'lead_created', ',,,,"{""source"":\n""x""}"');
  const kept = [header, twice, row('e4', 'lead-dan', 'stage_entered', 'mql,,,,'), twice, ''];
  expect(readFileSync(join(root, 'dumps/a.csv'), 'utf8')).toBe(kept.join('\n'));
  expect(await query(root, request)).toEqual(before);
  const warehouse = await Warehouse.open(published, { readOnly: true });
  expect(await warehouse.rows('select distinct lead_id from crm_events')).toEqual([{ lead_id: 'lead-dan' }]);
  warehouse.close();

  // An older dump turns up: its lead stays out, and says so.
  writeFiles(root, { 'dumps/old.csv': csv });
  const again = await build(few(root), { now });
  const old = again.load.files.find(({ path }) => path === 'dumps/old.csv');
  expect(old).toMatchObject({ rowsRead: 6, rowsRejected: 3, rowsDuplicate: 3 });
  expect(filesWith(join(root, 'target'), 'lead-ada')).toEqual([]);
  expect((await query(root, request)).rows[0]).toMatchObject({ value: 1 });
});

it('says what is wrong with the request', { timeout: 60_000 }, async () => {
  const root = project();
  const failure = async (lead: string) => {
    const error: unknown = await forget(few(root), lead, { now }).catch((caught: unknown) => caught);
    return error instanceof DiagnosticsError ? error.diagnostics[0] : error;
  };
  expect(await failure('lead-dan')).toMatchObject({ code: 'nothing-built' });
  await build(few(root), { now });
  expect(await failure('lead-dam')).toMatchObject({ code: 'unknown-lead', fix: 'Did you mean "lead-dan"?' });
  rmSync(join(root, 'handover.salt'));
  expect(await failure('lead-dan')).toMatchObject({ code: 'no-salt' });
  expect(filesWith(join(root, 'dumps'), 'lead-dan')).toHaveLength(3);
});

it('follows a lead to the contact it became, and leaves rows that name others too', { timeout: 60_000 }, async () => {
  const root = project();
  writeFiles(root, {
    'handover.yml': `name: forget\nextends: ${relative(root, home)}\nsources:\n  salesforce: { files: sf/**, kind: salesforce }\n  hubspot: { files: hs/**, kind: hubspot }\n`,
    'sf/Lead.csv':
      'Id,Status,ConvertedContactId,CreatedDate\nQ1,New,C1,2026-03-02T09:00:00Z\nQ2,New,,2026-03-02T09:00:00Z\n',
    'sf/Task.csv':
      'Id,WhoId,Status,TaskSubtype,CreatedDate\nT1,C1,Completed,Call,2026-03-03T09:00:00Z\nT2,Q2,Completed,Call,2026-03-03T09:00:00Z\n',
    'hs/contacts.json': JSON.stringify({
      results: ['301', '302'].map((id) => ({ id, properties: {}, createdAt: '2026-03-02T09:00:00Z' })),
    }),
    'hs/calls.json': JSON.stringify({
      results: [['301'], ['301', '302'], ['302']].map((ids, index) => ({
        id: `call-${index}`,
        properties: {},
        createdAt: '2026-03-02T09:00:00Z',
        associations: { contacts: { results: ids.map((id) => ({ id, type: 'call_to_contact' })) } },
      })),
    }),
  });
  await build(few(root), { now });
  const converted = await forget(few(root), 'salesforce:Q1', { now });
  expect(converted).toMatchObject({
    ids: ['C1', 'Q1'],
    rewritten: [
      { path: 'sf/Lead.csv', rows: 1 },
      { path: 'sf/Task.csv', rows: 1 },
    ],
    left: [],
  });
  const associated = await forget(few(root), 'hubspot:301', { now });
  expect(associated).toMatchObject({
    ids: ['301'],
    rewritten: [
      { path: 'hs/calls.json', rows: 1 },
      { path: 'hs/contacts.json', rows: 1 },
    ],
    left: [{ path: 'hs/calls.json', rows: 1 }],
  });
  const { published } = await build(few(root), { now });
  const work = await Warehouse.open(published.replace('.duckdb', '.work.duckdb'), { readOnly: true });
  expect(
    await work.rows(
      `select id, associations ->> '$.contacts.results[*].id' as contacts from raw.hubspot_calls order by id`,
    ),
  ).toEqual([
    { id: 'call-1', contacts: ['302'] },
    { id: 'call-2', contacts: ['302'] },
  ]);
  expect(await work.rows('select id from raw.salesforce_task')).toEqual([{ id: 'T2' }]);
  work.close();
});
