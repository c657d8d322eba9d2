import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build } from '../../src/build/build.ts';
import { showInline } from '../../src/build/inline.ts';
import { showTable } from '../../src/build/show.ts';
import { openProject } from '../../src/project/project.ts';
import { Warehouse } from '../../src/warehouse/warehouse.ts';
import { failureOf } from './failure.ts';
import { baseFiles, writeFiles } from './project.ts';

const now = '2026-03-04T06:00:00Z';
const asOf = '2026-03-03T10:00:00Z';

const root = mkdtempSync(join(tmpdir(), 'handover-inline-'));
afterAll(() => rmSync(root, { recursive: true }));
beforeAll(async () => {
  writeFiles(root, {
    ...baseFiles,
    'models/staging/stg_deals.sql': 'select deal_id, won_at::timestamptz as won_at, amount from raw.deals',
    'models/staging/stg_deals.yml': 'name: stg_deals\ndescription: Deals.\nmaterialized: view\n',
    'models/staging/big_deals.sql': 'select *, amount::integer * 2 as twice\nfrom stg_deals\nwhere amount > 200;\n',
    'models/staging/big_deals.yml': 'name: big_deals\ndescription: Big.\nmaterialized: ephemeral\n',
    'models/marts/deals.sql': 'select deal_id, won_at, amount::integer as amount from stg_deals',
    'models/marts/large.sql': 'select deal_id, twice from big_deals',
    'models/marts/large.yml': 'name: large\ndescription: Large.\n',
  });
  await build(openProject(root), { now });
});

async function problemsOf(sql: string): Promise<string[]> {
  const { diagnostics } = await failureOf(showInline(root, { sql, limit: 50 }));
  return diagnostics.map(({ code, message, file, line, column }) => `${file}:${line}:${column} ${code} ${message}`);
}

const published = { file: 'published', asOf, isAudited: true };
const work = { file: 'work', asOf, isAudited: true };

describe('show --inline', () => {
  it('reads published tables where they answer the query', async () => {
    const sql = 'with d as (from deals) select deal_id, amount from d, build_info order by amount desc';
    expect(await showInline(root, { sql, limit: 50 })).toEqual({
      columns: ['deal_id', 'amount'],
      rows: [
        { deal_id: 'd2', amount: 250 },
        { deal_id: 'd1', amount: 100 },
      ],
      total: 2,
      from: published,
    });
  });

  it.each([
    ['select count(*) as rows from stg_deals', [{ rows: 2 }]],
    ['select count(*) as rows from deals join raw.deals as loaded using (deal_id)', [{ rows: 2 }]],
    ['select twice from big_deals', [{ twice: 500 }]],
    [
      'with a as (select twice from BIG_DEALS) select twice + 1 as more from a, deals where amount = 100',
      [{ more: 501 }],
    ],
  ])('reads the work file for what is not published: %s', async (sql, rows) => {
    expect(await showInline(root, { sql, limit: 50 })).toMatchObject({ rows, from: work });
  });

  it('reads the work file when asked to', async () => {
    const shown = await showInline(root, { sql: 'select max(amount) as most from deals', limit: 50, work: true });
    expect(shown).toMatchObject({ rows: [{ most: 250 }], from: work });
  });

  it('keeps the order and says when there are more than were asked for', async () => {
    const sql = 'select n from range(1000) as r(n) order by hash(n) % 7, n desc -- biggest first';
    const all = await showInline(root, { sql, limit: 0 });
    expect(all).toMatchObject({ total: 1000 });
    const some = await showInline(root, { sql: `${sql}\n;`, limit: 3 });
    expect(some).toMatchObject({ rows: all.rows.slice(0, 3), total: null });
    expect(await showInline(root, { sql: 'select 1 as n', limit: 1 })).toMatchObject({ total: 1 });
  });

  it('keeps columns of one name apart, reads the clock and lists of tables', async () => {
    const sql =
      'select a.deal_id, b.deal_id, now() > b.won_at as is_past from deals as a join deals as b using (deal_id) limit 1';
    expect((await showInline(root, { sql, limit: 1 })).columns).toHaveLength(3);
    const tables = "select table_name from information_schema.tables where table_name = 'deals'";
    expect(await showInline(root, { sql: tables, limit: 9 })).toMatchObject({ total: 1 });
    expect(await showInline(root, { sql: 'describe deals', limit: 9 })).toMatchObject({ total: 3 });
  });

  it('places mistakes in the query', async () => {
    expect(await problemsOf("select 'æ' as x,\n    amonut from deals")).toEqual([
      expect.stringMatching(/^--inline:2:5 unknown-column Referenced column "amonut" not found/),
    ]);
    expect(await problemsOf('select amonut from big_deals')).toEqual([
      expect.stringMatching(/^--inline:1:8 unknown-column Referenced column "amonut"/),
    ]);
    expect(await problemsOf('select * from deels, rwa.deals')).toEqual([
      '--inline:1:15 unknown-table unknown table "deels"',
      '--inline:1:22 unknown-table unknown table "rwa.deals"',
    ]);
    expect(await problemsOf('from main.big_deals')).toEqual([
      '--inline:1:6 unknown-table unknown table "main.big_deals"',
    ]);
    expect(await problemsOf('select 1 +\nfrom where')).toEqual([
      expect.stringMatching(/^--inline:2:\d+ sql-syntax syntax error at or near "from"$/),
    ]);
    expect(await problemsOf('select deal_id::integer as n from deals')).toEqual([
      expect.stringMatching(/^--inline:1:\d+ sql-failed Could not convert string 'd1' to INT32/),
    ]);
    expect(await problemsOf('select 9007199254740993 as n')).toEqual([
      expect.stringContaining('number-too-large 9007199254740993'),
    ]);
  });

  const secret = () => join(root, 'handover.yml');
  it.each([
    () => `attach '${root}/target/other.duckdb' as other`,
    () => `copy deals to '${root}/stolen.csv'`,
    () => `copy (select 1) to '${root}/stolen.csv'`,
    () => `set enable_external_access = true`,
    () => `reset lock_configuration`,
    () => `pragma database_list`,
    () => `install httpfs`,
    () => `load httpfs`,
    () => `export database '${root}/stolen'`,
    () => `import database '${root}/stolen'`,
    () => `call pragma_version()`,
    () => `use memory`,
    () => `detach work`,
    () => `checkpoint`,
    () => `vacuum`,
    () => `drop table deals`,
    () => `delete from deals`,
    () => `insert into deals values ('x', now(), 1)`,
    () => `create table stolen as from deals`,
    () => `explain analyze select 1`,
    () => `prepare p as select 1`,
    () => `execute p`,
    () => `select 1; attach '${root}/target/other.duckdb' as other`,
    () => `select 1); copy (select 1) to '${root}/stolen.csv'; select (1`,
    () => `select 1 as a) union all (select 2`,
    () => `with x as (insert into deals values ('x', now(), 1) returning *) from x`,
    () => `select * from read_csv('${secret()}')`,
    () => `select * from read_text('${secret()}')`,
    () => `select * from read_blob('${secret()}')`,
    () => `from parquet_scan('${secret()}')`,
    () => `from glob('${root}/*')`,
    () => `from sniff_csv('${secret()}')`,
    () => `from query('select * from read_text(''${secret()}'')')`,
    () => `from query_table('deals')`,
    () => `from json_execute_serialized_sql(json_serialize_sql('select 1'))`,
    () => `select (select content from read_text('${secret()}')) as x from deals`,
    () => `with x as (from read_text('${secret()}')) from x`,
    () => `from duckdb_secrets()`,
    () => `from '${root}/deals.csv'`,
    () => `from "${root}/deals.csv"`,
    () => `select exists (from '${root}/deals.csv') as x`,
    () => `from other.main.deals`,
    () => ``,
    () => `-- nothing`,
    () => `select 1 /* never ends`,
  ])('refuses what is no query of the warehouse: %s', async (statement) => {
    const before = readdirSync(root, { recursive: true }).sort();
    const problems = await problemsOf(statement());
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^--inline:\d+:\d+ (not-one-select|sql-syntax|forbidden-function|unknown-table) /);
    expect(readdirSync(root, { recursive: true }).sort()).toEqual(before);
  });

  it('holds DuckDB shut even against what the first look lets pass', async () => {
    const warehouse = await Warehouse.open(join(root, 'target/handover.duckdb'), { readOnly: true });
    await warehouse.lock();
    const sql =
      "select current_setting('enable_external_access') as outside, current_setting('lock_configuration') as shut";
    expect((await showInline(root, { sql, limit: 1 })).rows).toEqual([{ outside: false, shut: true }]);
    for (const statement of [
      `attach '${root}/other.duckdb' as other`,
      `copy deals to '${root}/stolen.csv'`,
      `set enable_external_access = true`,
      `from read_text('${secret()}')`,
      `from '${root}/deals.csv'`,
      'delete from deals',
    ]) {
      await expect(warehouse.run(statement)).rejects.toThrow();
    }
    warehouse.close();
    expect(existsSync(join(root, 'stolen.csv'))).toBe(false);
  });
});

describe('show TABLE', () => {
  it('falls to the work file for what is not published, and computes an ephemeral model', async () => {
    expect(await showTable(root, { table: 'deals', limit: 9 })).toMatchObject({ total: 2, from: published });
    expect(await showTable(root, { table: 'deals', limit: 9, work: true })).toMatchObject({ from: work });
    expect(await showTable(root, { table: 'stg_deals', limit: 9 })).toMatchObject({ total: 2, from: work });
    expect(await showTable(root, { table: 'main.big_deals', limit: 9 })).toMatchObject({
      columns: ['deal_id', 'won_at', 'amount', 'twice'],
      total: 1,
      from: work,
    });
  });

  it('says that a work file was not audited, and why', async () => {
    writeFileSync(join(root, 'deals.csv'), `deal_id,won_at,amount\n${'d1,2026-03-02T09:00:00Z,7\n'.repeat(3)}`);
    const later = '2026-03-05T06:00:00Z';
    expect((await failureOf(build(openProject(root), { now: later }))).kind).toBe('violation');
    expect(await showTable(root, { table: 'deals', limit: 9 })).toMatchObject({ total: 2, from: published });
    expect(await showTable(root, { table: 'stg_deals', limit: 9 })).toMatchObject({
      total: 3,
      from: { file: 'work', asOf: '2026-03-02T09:00:00Z', isAudited: false, why: 'contracts do not hold' },
    });
  });
});
