import { expect, test } from 'vitest';
import { openWorld } from './world.ts';

const tables = `select table_name as name from duckdb_tables() where schema_name = 'audit' order by name`;

test('rows that break a rule are kept whole, the first hundred by the grain', async () => {
  const sql = `select 200 - i as id, if(i % 2 = 0, null, 'x') as word from range(400) as r(i)`;
  const yml = 'grain: [id]\ncolumns: { word: { description: d, not_null: true } }';
  const { check, warehouse } = await openWorld({ answers: { yml, sql } });
  const results = await check();
  expect(results.filter(({ rowsIn }) => rowsIn !== null)).toMatchObject([
    { rule: 'not-null(word)', rowsIn: 'audit.answers__not_null_word' },
  ]);
  const kept = await warehouse.rows('from audit.answers__not_null_word');
  // Even numbers from -198 on.
  expect(kept).toEqual(Array.from({ length: 100 }, (_, index) => ({ id: -198 + 2 * index, word: null })));
  expect(await warehouse.rows('select rule, rows_in from main.contract_results where rows_in is not null')).toEqual([
    { rule: 'not-null(word)', rows_in: 'audit.answers__not_null_word' },
  ]);
});

test('of a key that repeats all its rows are kept, in an order of their own', async () => {
  const sql = `from (values ('b', 2), ('a', 1), ('b', 1), (null, 1), (null, 1)) as rows (id, no)`;
  const { check, warehouse } = await openWorld({ answers: { yml: 'grain: [id]', sql } });
  await check();
  expect(await warehouse.rows('from audit.answers__unique_id')).toEqual([
    { id: 'b', no: 1 },
    { id: 'b', no: 2 },
  ]);
  expect(await warehouse.rows('select count(*) as rows from audit.answers__not_null_id')).toEqual([{ rows: 2 }]);
});

test('names are safe, short and never the same twice', async () => {
  const long = 'a rule of many words; told so that everybody knows what it is about, whoever reads it';
  const yml = `grain: [id]
contract:
  expressions:
    - { name: "Ærlig: 100 % ; drop table", that: id > 1 }
    - { name: "${long}", that: id > 1 }
    - { name: "${long}!", that: id > 1 }`;
  const { check, warehouse } = await openWorld({ answers: { yml, sql: 'select 1 as id' } });
  await check();
  expect((await warehouse.rows<{ name: string }>(tables)).map(({ name }) => name)).toEqual([
    'answers',
    'answers__expression_a_rule_of_many_words_told_so_that_everyb',
    'answers__expression_a_rule_of_many_words_told_so_that_everyb_2',
    'answers__expression_rlig_100_drop_table',
  ]);
});

test('the next check leaves nothing of what was mended', async () => {
  const { check, warehouse } = await openWorld({ answers: { yml: 'grain: [id]', sql: 'select null::integer as id' } });
  await check();
  await warehouse.run('create or replace table main.answers as select 1 as id');
  await check();
  expect(await warehouse.rows(tables)).toEqual([{ name: 'answers' }]);
});
