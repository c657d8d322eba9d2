import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import { parseModels } from '../../src/models/parse.ts';
import { planModels } from '../../src/models/plan.ts';
import { type ModelFile, readModel } from '../../src/project/model-file.ts';
import { Warehouse } from '../../src/warehouse/warehouse.ts';

let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await Warehouse.open(':memory:');
});
afterAll(() => warehouse.close());

function model(name: string, sql: string): ModelFile {
  const file = { path: `models/${name}.sql`, text: sql };
  const sqls = [{ version: undefined, sql: file }];
  const [read] = readModel({ base: name, folders: ['marts'], sqls, yml: undefined }, {}, []);
  if (read === undefined) throw new Error(`${name} is no model`);
  return read;
}

async function plan(models: Record<string, string>, tables: string[] = ['raw.events']) {
  const problems: Diagnostic[] = [];
  const files = Object.entries(models).map(([name, sql]) => model(name, sql));
  const planned = planModels(await parseModels(warehouse, files, problems), new Set(tables), problems);
  return {
    order: planned.map(({ file }) => file.name),
    reads: Object.fromEntries(planned.map(({ file, reads, readsTables }) => [file.name, [...reads, ...readsTables]])),
    problems: problems.map(({ code, file, line, column, message, fix }) =>
      [`${file}:${line}:${column} ${code}`, message, fix].filter((part) => part !== undefined).join(' | '),
    ),
  };
}

describe('planModels', () => {
  it('tells of a text with a NUL in it, and reads the others', async () => {
    const { order, problems } = await plan({ a: 'select 1 as x', b: "select '\0' as x", c: 'from a' });
    expect(order).toEqual(['a', 'b', 'c']);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain('models/b.sql:1:1 not-one-select');
  });

  it('orders models after what they read, whatever the joins, subqueries and quotes', async () => {
    const { order, reads, problems } = await plan({
      a: 'select * from "B" asof join c on b.t >= c.t where exists (from d)',
      b: 'with c as (select 1 as t) select * from c',
      c: 'select * from main.D',
      d: 'select * from raw.events',
    });
    expect(problems).toEqual([]);
    expect(reads).toEqual({ a: ['b', 'c', 'd'], b: [], c: ['d'], d: ['raw.events'] });
    expect(order).toEqual(['b', 'd', 'c', 'a']);
  });

  it('reads the table behind a common table expression of the same name', async () => {
    const { reads } = await plan({
      a: 'select 1 as x',
      outer_one: 'with a as (from a) select * from a',
      walk: 'with recursive steps as (select 1 as n union all select n + 1 from steps where n < 3) from steps',
    });
    expect(reads).toEqual({ a: [], outer_one: ['a'], walk: [] });
  });

  it('places an unknown table in characters, after letters of two bytes, with the nearest name', async () => {
    const { problems } = await plan({ cycles: "select 'æøå' as x\nfrom ræw, cycels" }, ['raw.events']);
    expect(problems).toEqual([
      'models/cycles.sql:2:6 unknown-table | unknown table "ræw" in model "cycles"',
      'models/cycles.sql:2:11 unknown-table | unknown table "cycels" in model "cycles" | Did you mean "cycles"?',
    ]);
  });

  it('says how to add a source or a seed that is not there', async () => {
    const { problems } = await plan({ a: 'from raw.leads' }, ['raw.events']);
    expect(problems).toEqual([
      'models/a.sql:1:6 unknown-table | unknown table "raw.leads" in model "a" | Add a source named "leads" to handover.yml.',
    ]);
  });

  it('shows the whole circle', async () => {
    const { problems } = await plan({ a: 'from b', b: 'from c', c: 'from a', d: 'from a' });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain('model-cycle | models read each other in a circle: a → b → c → a');
  });

  it('places a syntax error', async () => {
    const { problems } = await plan({ a: 'select\n    1 +\nfrom where b' });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^models\/a\.sql:3:\d+ sql-syntax \| syntax error at or near "from" in model "a"/);
  });

  it.each([
    ['select 1; select 2', 'holds 2 statements'],
    ['insert into x values (1)', 'is not a select that can be read'],
    ['-- nothing yet', 'is empty'],
  ])('refuses %s', async (sql, reason) => {
    const { problems } = await plan({ a: sql });
    expect(problems).toEqual([expect.stringContaining(reason)]);
  });

  it.each([
    ['select now() as t', 'volatile-function'],
    ['select current_date as d', 'volatile-function'],
    ['select * from range(3) where random() > 0.5', 'volatile-function'],
    ["select * from read_csv('leads.csv')", 'forbidden-function'],
    ["select * from 'leads.parquet'", 'unknown-table'],
    ['select uuid() as id', 'volatile-function'],
  ])('refuses what is not the same at every run: %s', async (sql, code) => {
    const { problems } = await plan({ a: sql });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(` ${code} | `);
  });

  it('lets generated rows and columns that are only named like functions pass', async () => {
    const { problems } = await plan({ a: 'select e.event_id as now from raw.events as e, range(3) as r(n)' });
    expect(problems).toEqual([]);
  });
});
