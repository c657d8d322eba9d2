import { expect, test } from 'vitest';
import type { Progress } from '../../src/diagnostics/progress.ts';
import { changedLeads, rawContent } from '../../src/load/changed-leads.ts';
import { expireLeads } from '../../src/load/expire.ts';
import { readState } from '../../src/load/ledger.ts';
import { type LoadResult, loadUnchanged } from '../../src/load/load.ts';
import { openProject } from '../../src/project/project.ts';
import type { Warehouse } from '../../src/warehouse/warehouse.ts';
import { acme, acmeLayout, acmeSource } from './acme.ts';
import { csv, Dump } from './dump.ts';

const event = (id: string, lead = 'L1', time = '2026-03-01T10:00:00'): string => `${id},${time},,${lead},activity,,,,,`;
const people = (...rows: string[]): string => `${['id,updated_at,status', ...rows].join('\n')}\n`;

/** Every table and view of the warehouse with its rows. */
async function everything(warehouse: Warehouse): Promise<Record<string, unknown>> {
  const names = await warehouse.rows<{ name: string }>(`
    select format('"{}"."{}"', schema_name, table_name) as name from duckdb_tables() where not temporary
    union all
    select format('"{}"."{}"', schema_name, view_name) from duckdb_views() where not internal
    order by name`);
  const rows = await Promise.all(names.map(({ name }) => warehouse.rows(`from ${name} order by all`)));
  return Object.fromEntries(names.map(({ name }, index) => [name, rows[index]]));
}

/** A progress on which the n-th report, from 1, throws. */
function crashingAt(n: number): Progress {
  let reports = 0;
  return {
    task: (_title, work) =>
      work((detail) => {
        if (++reports === n) throw new Error(`stopped at ${detail}`);
      }),
  };
}

test('two sources of one kind share its tables, and one leaves with what it brought', async () => {
  const files = {
    'models/staging/acme/sources.yml': acmeLayout,
    'dk/people.csv': people('p1,2026-03-01T10:00:00,open', 'p1,never,open'),
    'uk/people.csv': people('p1,2026-03-01T10:00:00,won', 'p2,2026-03-01T10:00:00,won'),
  };
  const dk = '  dk: { kind: acme, files: "dk/*", time_zone: Europe/Copenhagen }';
  const uk = '  uk: { kind: acme, files: "uk/*", time_zone: Europe/London, max_rejected: 0 }';
  const dump = await Dump.of(files, `${dk}\n${uk}`);
  await dump.load();
  const rows = 'select crm, id, updated_at, status from raw.acme_people order by all';
  expect(await dump.rows(rows)).toEqual([
    { crm: 'dk', id: 'p1', updated_at: '2026-03-01T09:00:00Z', status: 'open' },
    { crm: 'uk', id: 'p1', updated_at: '2026-03-01T10:00:00Z', status: 'won' },
    { crm: 'uk', id: 'p2', updated_at: '2026-03-01T10:00:00Z', status: 'won' },
  ]);

  dump.declare(uk);
  const { changes, warnings, newestRecordedAt } = await dump.load();
  expect(changes.map(({ path, change }) => `${path} ${change}`)).toEqual([
    'uk/people.csv unchanged',
    'dk/people.csv gone',
  ]);
  expect(warnings).toEqual([]);
  expect([...newestRecordedAt.keys()]).toEqual(['uk']);
  expect((await dump.rows(rows)).map(({ crm }) => crm)).toEqual(['uk', 'uk']);
  expect(await dump.rejects()).toEqual([]);
  expect(await dump.rows('select path from main.load_files')).toEqual([{ path: 'uk/people.csv' }]);
});

test('the last source of a kind takes its tables along', async () => {
  const dump = await Dump.of(
    { 'models/staging/acme/sources.yml': acmeLayout, 'dumps/people.csv': people('p1,,open'), 'x.csv': 'id\n1\n' },
    `${acmeSource()}\n  x: { kind: table, files: x.csv }`,
  );
  await dump.load();
  dump.declare('  x: { kind: table, files: x.csv }');
  await dump.load();
  expect(Object.keys(await everything(dump.warehouse)).filter((name) => name.includes('acme'))).toEqual([]);
});

test('with another time zone the same files are read again', async () => {
  const source = (zone: string): string => `  events: { files: events.csv, time_zone: ${zone} }`;
  const dump = await Dump.of({ 'events.csv': csv(event('e1')) }, source('Europe/Copenhagen'));
  await dump.load();
  dump.declare(source('America/New_York'));
  expect((await dump.load()).changes.map(({ change }) => change)).toEqual(['changed']);
  expect(await dump.rows('select occurred_at from raw.events')).toEqual([{ occurred_at: '2026-03-01T15:00:00Z' }]);
});

test('a layout with other columns changes its tables, also those without a file', async () => {
  const dump = await acme({ 'dumps/people.csv': people('p1,,open') });
  await dump.load();
  dump.write({ 'models/staging/acme/sources.yml': `${acmeLayout}      page: { type: bigint }\n` });
  await dump.load();
  expect(await dump.rows('select page from raw.acme_visits')).toEqual([]);
});

test('only the files that are new or changed are read', async () => {
  const dump = await Dump.of({ 'events-1.csv': csv(event('e1')), 'events-2.csv': csv(event('e2')) });
  await dump.load();
  dump.write({ 'events-2.csv': csv(event('e2', 'L2')), 'events-3.csv': csv(event('e3')) });
  expect((await dump.load()).changes.map(({ path, change }) => `${path} ${change}`)).toEqual([
    'events-1.csv unchanged',
    'events-2.csv changed',
    'events-3.csv new',
  ]);
});

test('rows that are in no file any more are told, those in another file are not', async () => {
  const dump = await Dump.of({
    'events-1.csv': csv(event('e1'), event('e2')),
    'events-2.csv': csv(event('e2'), event('e3'), event('e3', 'L2'), event('e4')),
    'events-3.csv': csv(event('e3')),
  });
  await dump.load();
  dump.remove('events-1.csv');
  dump.write({ 'events-2.csv': csv(event('e2', 'L9')) });
  const { warnings, rows } = await dump.load();
  expect(warnings.map(({ code, file, message }) => `${code} ${file} ${message}`)).toEqual([
    'rows-gone events-1.csv is gone: 1 row that it held is in no file any more',
    'rows-gone events-2.csv has changed: 1 row that it held is in no file any more',
  ]);
  expect(rows).toEqual({ read: 2, loaded: 2, duplicate: 0, superseded: 0, rejected: 0 });
});

test('when the version that counted goes, the one before it counts again', async () => {
  const dump = await acme({
    'dumps/people-1.csv': people('p1,2026-03-01T10:00:00,open', 'p2,,open'),
    'dumps/people-2.csv': people('p1,2026-03-02T10:00:00,won', 'p2,,open'),
  });
  const counts = async (): Promise<unknown> => {
    const { rows } = await dump.load();
    return [rows, (await dump.rows('select id, status from raw.acme_people order by id')).map((row) => row.status)];
  };
  expect(await counts()).toEqual([{ read: 4, loaded: 2, duplicate: 1, superseded: 1, rejected: 0 }, ['won', 'open']]);
  dump.remove('dumps/people-2.csv');
  expect(await counts()).toEqual([{ read: 2, loaded: 2, duplicate: 0, superseded: 0, rejected: 0 }, ['open', 'open']]);
});

const brokenDelivery = {
  'events-1.csv': csv(event('e1', 'L2')),
  'events-2.csv': csv(event('e2')),
  'events-3.parquet': 'x',
};

test('a load that fails leaves everything as it was', async () => {
  const dump = await Dump.of({ 'events-1.csv': csv(event('e1'), event('e9')) });
  await dump.load();
  const before = await everything(dump.warehouse);
  dump.write(brokenDelivery);
  expect((await dump.problems()).map(({ code, file }) => `${code} ${file}`)).toEqual(['wrong-format events-3.parquet']);
  expect(await everything(dump.warehouse)).toEqual(before);
  dump.remove('events-3.parquet');
  expect((await dump.load()).rows).toMatchObject({ read: 2, loaded: 2 });
});

const first = {
  'dumps/people-1.csv': people('p1,2026-03-01T10:00:00,open', 'p2,never,open'),
  'dumps/people-2.csv': people('p1,2026-03-01T10:00:00,open'),
  'dumps/history.ndjson': '{"person_id":"p1","name":"plan","value":"a","changed_at":"2026-03-01T10:00:00Z"}\n',
};
const second = {
  'dumps/people-1.csv': people('p1,2026-03-02T10:00:00,won', 'p3,never,open', 'p4,,open'),
  'dumps/people-3.json': '[{"id":"p1","updated_at":"2026-03-01T10:00:00Z","status":"open"}]',
};

test('a load that is stopped at any point leaves everything as it was, and the next one does it all', async () => {
  const dump = await acme(first);
  await dump.load();
  const before = await everything(dump.warehouse);
  dump.write(second);
  dump.remove('dumps/history.ndjson');
  // It reports that it reads the people, and joins the people and the changes that went.
  for (const report of [1, 2, 3]) {
    await expect(dump.load({ progress: crashingAt(report) })).rejects.toThrow('stopped at');
    expect(await everything(dump.warehouse)).toEqual(before);
  }
  await dump.load({ progress: crashingAt(4) });
  expect(await dump.rows('select file_id, id, status from raw.acme_people order by id')).toEqual([
    { file_id: 3, id: 'p1', status: 'won' },
    { file_id: 3, id: 'p4', status: 'open' },
  ]);
});

test('a dry run changes nothing and tells what the load that follows does', async () => {
  const dump = await acme(first);
  const compare = async (): Promise<void> => {
    const before = await everything(dump.warehouse);
    const foretold = await dump.load({ dryRun: true });
    expect(await everything(dump.warehouse)).toEqual(before);
    expect(await dump.load()).toEqual(foretold);
  };
  await compare();
  dump.write(second);
  dump.remove('dumps/people-2.csv');
  await compare();
  await compare();
  dump.write({ 'dumps/people-9.csv': 'not,people\n' });
  const before = await everything(dump.warehouse);
  expect(await dump.problems({ dryRun: true })).toEqual(await dump.problems());
  expect(await everything(dump.warehouse)).toEqual(before);
});

test('that there is nothing to do is told without the warehouse, from what the last load returned', async () => {
  const dump = await acme(first);
  const { state, changes: _, ...done } = await dump.load({ keepRejects: true });
  const unchanged = (now: string): Promise<LoadResult | undefined> =>
    loadUnchanged(openProject(dump.root), structuredClone(state), { now });
  expect(await unchanged('2026-06-01T00:00:00Z')).toMatchObject({ ...done, unchanged: true });
  expect(await unchanged('2026-06-14T00:00:00Z')).toEqual(await dump.load({ now: '2026-06-14T00:00:00Z' }));
  // Then the text of a rejected row has been kept long enough.
  expect(await unchanged('2026-06-15T00:00:01Z')).toBe(undefined);
  dump.declare(acmeSource('max_rejected: 0'));
  expect(await unchanged('2026-06-01T00:00:00Z')).toBe(undefined);
  dump.declare(acmeSource());
  dump.write({ 'dumps/people-2.csv': people('p1,2026-03-01T10:00:00,won') });
  expect(await unchanged('2026-06-01T00:00:00Z')).toBe(undefined);
});

test('how far a table reaches that is dated by days is told anew, though nothing else changed', async () => {
  const dump = await Dump.of(
    { 'x.csv': 'id,day\n1,2026-06-01\n' },
    '  x: { kind: table, files: x.csv, recorded_at: day }',
  );
  const reach = async (now: string): Promise<unknown> => (await dump.load({ now })).newestRecordedAt.get('x');
  expect(await reach('2026-06-01T10:00:00Z')).toBe('2026-06-01T10:00:00Z');
  expect(await reach('2026-06-03T10:00:00Z')).toBe('2026-06-02T00:00:00Z');
});

test('what another version of the loader left is replaced by a load, and by nothing less', async () => {
  const dump = await Dump.of({ 'events.csv': csv('e1,2026-03-01T10:00:00Z,,L1,activity,,,,,') });
  await dump.warehouse.run(`
    create schema raw; create schema load;
    create table raw.events as select 'old' as event_id;
    create table load.state as select '{"declaration":"[1]","files":[]}' as state`);
  await dump.load({ dryRun: true });
  expect(await dump.rows('select event_id from raw.events')).toEqual([{ event_id: 'old' }]);
  dump.write({ 'events-2.csv': 'not,a,log\n1,2,3\n' });
  expect(await dump.problems()).not.toEqual([]);
  expect(await dump.rows('select event_id from raw.events')).toEqual([{ event_id: 'old' }]);
  dump.remove('events-2.csv');
  await dump.load();
  expect(await dump.rows('select event_id from raw.events')).toEqual([{ event_id: 'e1' }]);
});

test('a version that lay in the future and counts now is a change, though as many rows count as before', async () => {
  const later = 'e1,2026-03-01T10:00:00,2026-07-01T10:00:00,L2,activity,,,,,';
  const dump = await Dump.of({ 'events.csv': csv(event('e1', 'L1'), later) });
  const contents: string[] = [];
  for (const now of ['2026-06-01T00:00:00Z', '2026-08-01T00:00:00Z']) {
    const { state, rows } = await dump.load({ now });
    expect(rows.loaded).toBe(1);
    contents.push(rawContent(state, 'events'));
  }
  const [from = '', to = ''] = contents;
  expect(to).not.toBe(from);
  const told = await changedLeads(dump.warehouse, from, to);
  expect(await dump.rows(`select key from (${told}) order by key`)).toEqual([{ key: 'L1' }, { key: 'L2' }]);
});

test('a lead past retention also changes those to whom a row of its was given', async () => {
  const version = (recorded: string, lead: string): string =>
    `e1,2026-03-01T10:00:00,${recorded}T10:00:00,${lead},activity,,,,,`;
  const dump = await Dump.of({ 'events.csv': csv(version('2026-03-02', 'old'), version('2026-03-05', 'new')) });
  const first = (): Promise<unknown> =>
    dump.rows('select lead_id, first_recorded_at::date::varchar as day from raw.events');
  const content = async (): Promise<string> => {
    const state = await readState(dump.warehouse);
    return state === undefined ? '' : rawContent(state, 'events');
  };
  await dump.load();
  const from = await content();
  expect(await first()).toEqual([{ lead_id: 'new', day: '2026-03-02' }]);
  const expired = [{ source: 'events', ids: ['old'], cutoff: '2026-04-01T00:00:00Z' }];
  expect(await expireLeads(dump.warehouse, openProject(dump.root), expired)).toBe(1);
  expect(await first()).toEqual([{ lead_id: 'new', day: '2026-03-05' }]);
  const told = await changedLeads(dump.warehouse, from, await content());
  expect(await dump.rows(`select key from (${told}) order by key`)).toEqual([{ key: 'new' }, { key: 'old' }]);
});

test('who changed by several loads is told once', async () => {
  const dump = await Dump.of({ 'events-1.csv': csv(event('e1')) });
  const contents: string[] = [];
  for (const id of ['e2', 'e3', 'e4']) {
    dump.write({ [`events-${id}.csv`]: csv(event(id)) });
    contents.push(rawContent((await dump.load()).state, 'events'));
  }
  const told = await changedLeads(dump.warehouse, contents[0] ?? '', contents[2] ?? '');
  expect(await dump.rows(`from (${told})`)).toEqual([{ key: 'L1' }]);
});
