import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { build } from '../../src/build/build.ts';
import { openProject } from '../../src/project/project.ts';
import { Warehouse } from '../../src/warehouse/warehouse.ts';
import { failureOf } from './failure.ts';
import { tinyProject, writeFiles } from './project.ts';

// A model from a pull request of somebody unknown: whatever its SQL says, it reaches no file, network or setting, and
// writes nothing beside what the runner writes. Twice: it is refused before a row is read, and DuckDB is shut anyway.

const now = '2026-12-01T06:00:00Z';

/** Reach outside if they run, and are no select. */
const statements = [
  `copy (select 1) to 'stolen.csv'`,
  `copy deals from 'deals.csv'`,
  `export database 'stolen'`,
  `import database 'stolen'`,
  `attach 'stolen.duckdb' as stolen`,
  `install httpfs`,
  `load httpfs`,
  `load '/tmp/extension.duckdb_extension'`,
  `set enable_external_access = true`,
  `set lock_configuration = false`,
  `set temp_directory = '.'`,
  `reset enable_external_access`,
  `pragma temp_directory = '.'`,
  `create secret s (type http, bearer_token 't')`,
];

/** Change the database, or what later statements mean, and reach nothing. */
const changes = [
  `create macro md5(x) as 'stolen'`,
  `create macro lead_cycles() as table from read_text('handover.yml')`,
  `create view deals as from read_text('handover.yml')`,
  `prepare p as select 1`,
  `execute p`,
  `call pragma_version()`,
  `set variable stolen = 1`,
  `use memory`,
  `detach handover`,
  `checkpoint`,
  `vacuum`,
  `begin`,
  `drop table raw.deals`,
  `insert into raw.deals values ('x')`,
  `delete from raw.deals`,
  `update raw.deals set amount = 0`,
  `truncate raw.deals`,
  `merge into raw.deals using raw.deals as other on true when matched then delete`,
  `alter table raw.deals rename to gone`,
  `comment on table raw.deals is 'stolen'`,
  `explain analyze select 1`,
  `select 1; copy (select 1) to 'stolen.csv'`,
  `select 1 as a); copy (select 1) to 'stolen.csv'; select (1`,
  `select 1 as a) union all (select 2`,
  `/* ; */ select 1; -- ;\nattach 'stolen.duckdb' as stolen`,
  `with stolen as (insert into raw.deals values ('x') returning *) from stolen`,
  `with stolen as (delete from raw.deals returning *) from stolen`,
  `select 1 as a into stolen`,
];

/** Selects that read a file, an address or a secret. */
const reads = [
  `from "deals.csv"`,
  `from 'https://example.com/leads.parquet'`,
  `from 's3://bucket/leads.csv'`,
  `from read_csv('deals.csv')`,
  `from READ_CSV_AUTO('deals.csv')`,
  `from read_json('deals.csv')`,
  `from read_json_objects('deals.csv')`,
  `from read_ndjson_auto('deals.csv')`,
  `from read_parquet('https://example.com/leads.parquet')`,
  `from parquet_scan('deals.csv')`,
  `from parquet_metadata('deals.csv')`,
  `from parquet_kv_metadata('deals.csv')`,
  `from read_text('handover.yml')`,
  `from read_blob('handover.yml')`,
  `from read_duckdb('target/handover.duckdb')`,
  `from sniff_csv('deals.csv')`,
  `from glob('*')`,
  `from query('from read_text(''handover.yml'')')`,
  `from json_execute_serialized_sql(json_serialize_sql('from read_text(''handover.yml'')'))`,
  `with a as (with b as (from read_text('handover.yml')) from b) from a`,
  `with recursive a as (from read_text('handover.yml') union all from a) from a`,
  `from raw.deals, lateral (from read_text('handover.yml')) as stolen`,
  `from raw.deals positional join read_text('handover.yml')`,
  `from raw.deals where exists (from read_text('handover.yml'))`,
  `from raw.deals order by (select content from read_text('handover.yml'))`,
  `from raw.deals limit (select count(*) from glob('*'))`,
  `from raw.deals qualify row_number() over (order by (select content from read_text('handover.yml'))) = 1`,
  `select count(*) filter (where exists (from glob('*'))) as files from raw.deals`,
  `select * replace ((select content from read_text('handover.yml')) as amount) from raw.deals`,
  `select list_transform([1], lambda x: (select count(*) from glob('*'))) as files`,
  `from range((select count(*) from glob('*')))`,
  `values ((select content from read_text('handover.yml')))`,
  `select 1 as a union all select count(*) from glob('*')`,
  `from (pivot (from read_text('handover.yml')) on filename in ('a') using count(*))`,
  `from (summarize from read_text('handover.yml'))`,
];

/**
 * Selects that tell of the machine, its settings or what else lies in the work file, or change with every run; and reads
 * that DuckDB would not have bound at all.
 */
const looks = [
  `select columns(name -> name in (select content from read_text('handover.yml'))) from raw.deals`,
  `from '/etc/passwd'`,
  `from 'handover.yml'`,
  `from duckdb_settings()`,
  `from duckdb_secrets()`,
  `from which_secret('s3://bucket', 's3')`,
  `from duckdb_tables()`,
  `from duckdb_views`,
  `from duckdb_logs()`,
  `from enable_logging('QueryLog')`,
  `from duckdb_temporary_files()`,
  `from information_schema.tables`,
  `from pg_catalog.pg_tables`,
  `from sqlite_master`,
  `from system.information_schema.tables`,
  `from pragma_database_size()`,
  `from pragma_table_info('raw.deals')`,
  `from pragma_user_agent()`,
  `from sql_auto_complete('select')`,
  `from query_table('deals')`,
  `from seq_scan('raw.deals')`,
  `from checkpoint()`,
  `from (show all tables)`,
  `from (show databases)`,
  `describe raw.deals`,
  `from state.models`,
  `from load.state`,
  `from handover.raw.deals`,
  `select current_setting('temp_directory') as directory`,
  `select system.main.current_setting('threads') as threads`,
  `select list_transform(['threads'], lambda x: current_setting(x)) as threads`,
  `select try(current_setting('threads')) as threads`,
  `select getvariable('stolen') as stolen`,
  `select json_serialize_plan('select current_setting(''temp_directory'')', optimize := true) as plan`,
  `select write_log('stolen') as stolen`,
  `select nextval('s') as number`,
  `select sleep_ms(1) as slept`,
  `select setseed(0.5) as seed`,
  `select txid_current() as id`,
  `select random() as r`,
  `select now() as t`,
  `from raw.deals tablesample 10%`,
  `from raw.deals using sample reservoir(1 rows) repeatable (1)`,
];

it('is refused before a row is read, each trick at its place', async () => {
  const root = tinyProject();
  const tricks = [...statements, ...changes, ...reads, ...looks].map((sql) => inFolder(root, sql));
  const models = new Map(tricks.map((sql, index) => [`models/marts/trick_${index}.sql`, sql]));
  writeFiles(root, Object.fromEntries([...models].map(([file, sql]) => [file, `-- æ\n${sql}\n`])));
  const before = filesOf(root);
  const { diagnostics } = await failureOf(build(openProject(root), { now }));
  const codes = ['not-one-select', 'sql-syntax', 'unknown-table', 'forbidden-function', 'volatile-function'];
  const refused = new Set(diagnostics.filter(({ code }) => codes.includes(code)).map(({ file }) => file));
  expect([...models].filter(([file]) => !refused.has(file))).toEqual([]);
  expect(filesOf(root)).toEqual(before);
});

it('finds DuckDB shut, whatever the first look let pass', async () => {
  const root = tinyProject();
  await build(openProject(root), { now });
  const before = filesOf(root);
  const work = await Warehouse.open(join(root, 'target/handover.work.duckdb'));
  onTestFinished(() => work.close());
  await work.lock();
  for (const sql of [...statements, ...reads.map((read) => `create table stolen as ${read}`)]) {
    const isShut = /disabled (by|through) configuration|the configuration has been locked/;
    await expect(work.run(inFolder(root, sql)), sql).rejects.toThrow(isShut);
  }
  expect(filesOf(root)).toEqual(before);
});

it('has no environment', async () => {
  const root = tinyProject({ 'models/marts/home.sql': "select\n    getenv('HOME') as home" });
  const { diagnostics } = await failureOf(build(openProject(root), { now }));
  expect(diagnostics).toContainEqual(
    expect.objectContaining({
      code: 'sql-invalid',
      message: 'Scalar Function with name getenv does not exist! (model "home")',
      line: 2,
      column: 5,
    }),
  );
});

/** The same SQL about files of the project. */
function inFolder(root: string, sql: string): string {
  return sql.replace(/(?<=['"])(stolen(?=[.'])|(handover|deals)\.\w+|\*)/g, `${root}/$1`);
}

/** But those of target/, where the runner itself writes. */
function filesOf(root: string): string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => !path.startsWith('target'))
    .sort();
}
