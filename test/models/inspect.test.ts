import { expect, it } from 'vitest';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import { silent } from '../../src/diagnostics/progress.ts';
import { inspectModels } from '../../src/models/inspect.ts';
import { parseModels } from '../../src/models/parse.ts';
import { planModels } from '../../src/models/plan.ts';
import { runModels } from '../../src/models/run.ts';
import { defaultsOf } from '../../src/project/config-file.ts';
import { readModel } from '../../src/project/model-file.ts';
import { Warehouse } from '../../src/warehouse/warehouse.ts';

async function project(models: Record<string, { sql: string; folder?: string }>) {
  const warehouse = await Warehouse.open(':memory:');
  await warehouse.run(
    `create schema raw; create table raw.events as select 'e1' as event_id, '{}'::json as properties`,
  );
  const problems: Diagnostic[] = [];
  const files = Object.entries(models).flatMap(([name, { sql, folder = 'marts' }]) => {
    const text = { path: `models/${folder}/${name}.sql`, text: sql };
    const sqls = [{ version: undefined, sql: text }];
    return readModel({ base: name, folders: [folder], sqls, yml: undefined }, defaultsOf(undefined, [folder]), []);
  });
  const planned = planModels(await parseModels(warehouse, files, problems), new Set(['raw.events']), problems);
  return { warehouse, planned, problems };
}

const options = {
  progress: silent,
  keep: new Set<string>(),
  clock: () => 0,
  tables: new Map([['raw.events', 'as they are']]),
  explain: (table: string) => `${table} changed`,
};

it('tells the columns of every model without a row of data', async () => {
  const { warehouse, planned, problems } = await project({
    a: { sql: 'select event_id, 1 as one from raw.events;\n', folder: 'staging' },
    b: { sql: 'select one + 0.5 as more, event_id from a -- the last line' },
  });
  const columns = await inspectModels(warehouse, planned, problems);
  expect(problems).toEqual([]);
  expect(Object.fromEntries(columns.get('b') ?? [])).toEqual({ more: 'DECIMAL(12,1)', event_id: 'VARCHAR' });
});

it('reports the missing columns of several models at once, each at its place, and what follows from them once', async () => {
  const { warehouse, planned, problems } = await project({
    a: { sql: 'select\n    event_idd\nfrom raw.events' },
    b: { sql: 'select a.event_idd from a' },
    c: { sql: "select 'æ' as x, evnt_id from raw.events" },
  });
  await inspectModels(warehouse, planned, problems);
  expect(problems.map(({ code, file, line, column, fix }) => ({ code, file, line, column, fix }))).toEqual([
    { code: 'unknown-column', file: 'models/marts/a.sql', line: 2, column: 5, fix: 'Did you mean "event_id"?' },
    { code: 'unknown-column', file: 'models/marts/c.sql', line: 1, column: 18, fix: 'Did you mean "event_id"?' },
  ]);
});

it('builds views and tables in order, and drops what the project no longer has', async () => {
  const { warehouse, planned } = await project({
    stg: { sql: 'select event_id from raw.events;', folder: 'staging' },
    mart: { sql: 'select count(*) as events from stg' },
  });
  await warehouse.run(
    'create table gone as select 1 as x; create view stg as select 2 as y; create table load_files as select 3 as z',
  );
  const { runs } = await runModels(warehouse, planned, { ...options, keep: new Set(['load_files']) });
  const ran = { status: 'ran', mode: 'full', partitions: null, because: ['it has not run yet'], milliseconds: 0 };
  expect(runs).toEqual([
    { ...ran, name: 'stg', materialized: 'view', rows: null },
    { ...ran, name: 'mart', materialized: 'table', rows: 1 },
  ]);
  expect(await warehouse.rows('from mart')).toEqual([{ events: 1 }]);
  const names = await warehouse.rows(
    `select table_name as name from information_schema.tables where table_schema = 'main' order by name`,
  );
  expect(names.map((row) => row.name)).toEqual(['load_files', 'mart', 'stg']);
});

it('places a failure that only data can cause', async () => {
  const { warehouse, planned } = await project({ a: { sql: 'select event_id::integer as number from raw.events' } });
  const { runs } = await runModels(warehouse, planned, options);
  expect(runs).toMatchObject([
    {
      status: 'failed',
      problem: {
        code: 'sql-failed',
        message: expect.stringMatching(/^Could not convert string 'e1' to INT32/),
        file: 'models/marts/a.sql',
        line: 1,
      },
    },
  ]);
});

it('cannot reach files or settings once the database is locked', async () => {
  const { warehouse } = await project({});
  await warehouse.lock();
  await expect(warehouse.run(`copy (select 1) to 'out.csv'`)).rejects.toMatchObject({ kind: 'Permission' });
  await expect(warehouse.run(`attach 'other.duckdb' as other`)).rejects.toMatchObject({ kind: 'Permission' });
  await expect(warehouse.run(`set timezone = 'America/New_York'`)).rejects.toThrow(/locked/);
});
