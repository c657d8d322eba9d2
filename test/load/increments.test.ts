import { cpSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { changedLeads, rawContent } from '../../src/load/changed-leads.ts';
import type { LoadResult } from '../../src/load/load.ts';
import { type Row, Warehouse } from '../../src/warehouse/warehouse.ts';
import { acme } from './acme.ts';
import { type Arrival, arrivals, arrive, type DumpRow } from './arrivals.ts';
import { Dump } from './dump.ts';

/** What a load leaves behind, less what only numbers files. */
interface Tables {
  readonly rows: readonly Row[];
  readonly versions: readonly Row[];
  readonly files: readonly Row[];
  readonly rejects: readonly Row[];
  readonly keptRejects: readonly Row[];
}

async function tables(warehouse: Warehouse, table: string): Promise<Tables> {
  return {
    rows: await warehouse.rows(`select * exclude (file_id) from raw.${table} order by all`),
    versions: await warehouse.rows(
      `select path, line, fate from load.${table} inner join load.file_ids using (file_id) order by path, line`,
    ),
    files: await warehouse.rows('from main.load_files'),
    rejects: await warehouse.rows('from main.load_rejects'),
    keptRejects: await warehouse.rows(
      'select path, rejects.* exclude (file) from load.rejects left join load.file_ids on file = file_id order by path, line',
    ),
  };
}

/** Loads the same folder into a warehouse that holds nothing. */
async function loadedAnew(dump: Dump, table: string): Promise<Tables> {
  const warehouse = await Warehouse.open(':memory:', { threads: 2 });
  try {
    await dump.load({}, warehouse);
    return await tables(warehouse, table);
  } finally {
    warehouse.close();
  }
}

/** The same files in a second project, where they come one by one: `first`, then the others, last name first. */
async function loadedOneByOne(dump: Dump, first: string, other: Dump, table: string): Promise<Tables> {
  const files = await dump.rows(`select path from main.load_files where path <> '${first}' order by path desc`);
  for (const file of [first, ...files.map(({ path }) => String(path))]) {
    mkdirSync(dirname(join(other.root, file)), { recursive: true });
    cpSync(join(dump.root, file), join(other.root, file));
    await other.load();
  }
  return tables(other.warehouse, table);
}

interface Case {
  readonly files: readonly string[];
  readonly always: DumpRow;
  readonly row: fc.Arbitrary<DumpRow>;
  readonly table: string;
  readonly json: readonly string[];
  project(): Promise<Dump>;
  /** What makes a row the same as another one, and another version of one; undefined for a row that must be rejected. */
  identify(row: DumpRow): { key: string; content: string } | undefined;
}

/** What must become of rows, told without the loader. */
function countRows(rows: readonly DumpRow[], identify: Case['identify']): LoadResult['rows'] {
  const good = rows.map(identify).filter((identity) => identity !== undefined);
  const loaded = new Set(good.map(({ key }) => key)).size;
  const versions = new Set(good.map(({ key, content }) => `${key} ${content}`)).size;
  return {
    read: rows.length,
    loaded,
    duplicate: good.length - versions,
    superseded: versions - loaded,
    rejected: rows.length - good.length,
  };
}

/** Loads, and checks that the leads that the loader names as changed since the last load are those whose rows differ. */
async function loadTold(dump: Dump, earlier: LoadResult | undefined): Promise<{ result: LoadResult; isTold: boolean }> {
  const { warehouse } = dump;
  if (earlier !== undefined) {
    await warehouse.run('create or replace temp table earlier as select * exclude (file_id, line) from raw.events');
  }
  const result = await dump.load();
  const [from, to] = [earlier, result].map((each) => each && rawContent(each.state, 'events'));
  if (from === undefined || to === undefined || from === to) return { result, isTold: false };
  const told = await changedLeads(warehouse, from, to);
  if (told === undefined) return { result, isTold: false };
  const now = 'select * exclude (file_id, line) from raw.events';
  const differing = `(from earlier except all ${now}) union all (${now} except all from earlier)`;
  expect(await warehouse.rows(`select distinct key from (${told}) order by key`)).toEqual(
    await warehouse.rows(`select distinct lead_id as key from (${differing}) order by key`),
  );
  return { result, isTold: true };
}

async function checkArrivals({ files, always, row, table, json, project, identify }: Case): Promise<number> {
  let told = 0;
  const deliveries = fc.array(row, { minLength: 2, maxLength: 6 }).chain((rows) => arrivals(files, always, rows));
  await fc.assert(
    fc.asyncProperty(deliveries, async (steps: readonly Arrival[]) => {
      const dump = await project();
      const lying = new Map<string, readonly DumpRow[] | null>();
      let earlier: LoadResult | undefined;
      for (const arrival of steps) {
        await arrive(dump, arrival, json);
        for (const [file, rows] of arrival) lying.set(file, rows);
        const loaded =
          table === 'events' ? await loadTold(dump, earlier) : { result: await dump.load(), isTold: false };
        earlier = loaded.result;
        told += loaded.isTold ? 1 : 0;
        const { rows } = loaded.result;
        expect(rows).toEqual(
          countRows(
            [...lying.values()].flatMap((held) => held ?? []),
            identify,
          ),
        );
        expect(await tables(dump.warehouse, table)).toEqual(await loadedAnew(dump, table));
      }
      const oneByOne = await loadedOneByOne(dump, files[0] ?? '', await project(), table);
      expect(oneByOne).toEqual(await tables(dump.warehouse, table));
    }),
    { numRuns: runs, seed: 20260301 },
  );
  return told;
}

// Each takes a second; any other number and seed must do as well.
const runs = 4;
const hour = fc.integer({ min: 0, max: 2 }).map((number) => `2026-03-01T1${number}:00:00`);

test('events: the tables are those of the files that lie there, however these came, changed and went', async () => {
  const told = await checkArrivals({
    files: ['events-2.ndjson', 'events-1.csv', 'events-3.json', 'events-4.parquet'],
    always: {
      event_id: 'e0',
      occurred_at: '2026-03-01T09:00:00',
      recorded_at: '',
      lead_id: 'L0',
      type: 'activity',
      properties: '',
    },
    row: fc.record({
      event_id: fc.constantFrom('e1', 'e1', 'e2', ''),
      occurred_at: fc.oneof({ weight: 9, arbitrary: hour }, fc.constantFrom('03/04/2026 10:00', '2099-01-01T00:00:00')),
      recorded_at: fc.oneof(hour, fc.constant('')),
      lead_id: fc.constantFrom('L1', 'L2'),
      type: fc.constant('activity'),
      properties: fc.constantFrom('', '{"a":1,"b":2}', '{"b":2,"a":1}', '{"a":1,"b":2,"email":"x@example.org"}'),
    }),
    table: 'events',
    json: ['properties'],
    project: () => Dump.of({}),
    identify: ({ event_id: key = '', occurred_at: occurred = '', recorded_at: recorded, lead_id, properties }) =>
      key === '' || !occurred.startsWith('2026')
        ? undefined
        : { key, content: [occurred, recorded || occurred, lead_id, properties !== ''].join() },
  });
  // Of how many loads it was known whose rows they changed.
  expect(told).toBeGreaterThan(4);
});

test('a CRM table with a key and latest_by: the same', async () => {
  await checkArrivals({
    files: ['dumps/people-2.json', 'dumps/people-1.csv', 'dumps/people-3.ndjson', 'dumps/people-4.parquet'],
    always: { id: 'p0', updated_at: '2026-03-01T09:00:00', status: '', reason: '', properties: '' },
    row: fc.record({
      id: fc.constantFrom('p1', 'p1', 'p2', ''),
      updated_at: fc.oneof({ weight: 9, arbitrary: hour }, fc.constantFrom('', '03/04/2026', '2099-01-01T00:00:00')),
      status: fc.constantFrom('open', 'won'),
      reason: fc.constantFrom('', 'price'),
      properties: fc.constantFrom('', '{"plan":"a","country":"DK"}', '{"country":"DK","plan":"a","email":"x@y.dk"}'),
    }),
    table: 'acme_people',
    json: ['properties'],
    project: () => acme({}),
    identify: ({ id: key = '', updated_at: updated = '', status, reason, properties }) =>
      key === '' || (updated !== '' && !updated.startsWith('2026'))
        ? undefined
        : { key, content: [updated, status, reason, properties !== ''].join() },
  });
});
