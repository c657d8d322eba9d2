import { expect, it } from 'vitest';
import { planEveryModel } from '../../src/build/test-plan.ts';
import { layOutTables } from '../../src/build/test-tables.ts';
import { body } from '../../src/models/compile.ts';
import { inspectModels, layOut } from '../../src/models/inspect.ts';
import { commonTables, selectCommonTable } from '../../src/models/unit-test-cte.ts';
import { openProject } from '../../src/project/project.ts';
import { Warehouse } from '../../src/warehouse/warehouse.ts';

const root = `${import.meta.dirname}/../..`;

it('cuts every expression out of every model of the project: its WITH stays as it was, and the select binds', async () => {
  const project = openProject(root);
  const warehouse = await Warehouse.open(':memory:', { threads: 1 });
  try {
    const planned = await planEveryModel(warehouse, project, []);
    const wanted = new Set(planned.flatMap(({ readsTables }) => readsTables));
    await layOutTables(warehouse, project, { wanted, hasAgreement: false });
    const columns = await inspectModels(warehouse, planned, []);
    await layOut(warehouse, columns);
    let cut = 0;
    for (const model of planned) {
      for (const name of commonTables(model)) {
        const sql = selectCommonTable(body(model.file), name);
        const [same] = await warehouse.rows<{ same: boolean }>(
          `select (json_serialize_sql($1::varchar) -> $3::varchar) = (json_serialize_sql($2::varchar) -> $3::varchar) as same`,
          [body(model.file), sql, '$.statements[0].node.cte_map'],
        );
        expect(same, `${model.file.name} ${name}`).toEqual({ same: true });
        const found = await warehouse.columns(sql);
        const result = columns.get(model.file.name) ?? new Map();
        // Most models end in "select * from final": its columns must be those of the model.
        const isResult = /select \* from final$/.test(body(model.file)) && name === 'final';
        expect(isResult ? found : found.length > 0).toEqual(
          isResult ? [...result].map(([column, type]) => ({ name: column, type })) : true,
        );
        cut += 1;
      }
    }
    expect(cut).toBeGreaterThan(250);
  } finally {
    warehouse.close();
  }
}, 60_000);

it.each([
  ['with a as (select 1 as x) select * from a', 'with a as (select 1 as x) '],
  [
    'with a(x, y) as not materialized (select 1, 2), "b ( c" as (from a) from b',
    'with a(x, y) as not materialized (select 1, 2), "b ( c" as (from a) ',
  ],
  [
    `with a as (select ')' || ''')' as x -- )\n) /* , ) */ (select 2)`,
    `with a as (select ')' || ''')' as x -- )\n) /* , ) */ `,
  ],
  ['with a as (select $$)$$ as x, $t$ ) $t$ as y) table a', 'with a as (select $$)$$ as x, $t$ ) $t$ as y) '],
  [
    'with recursive a as (select 1 as x union select x + 1 from a where x < 3) values (1)',
    'with recursive a as (select 1 as x union select x + 1 from a where x < 3) ',
  ],
  [
    'with recursive a(x, y) using key (x) as (select 1, 2 union select x, y from a) select 1',
    'with recursive a(x, y) using key (x) as (select 1, 2 union select x, y from a) ',
  ],
])('%s', (sql, kept) => {
  expect(selectCommonTable(sql, 'a')).toBe(`${kept}select * from "a"`);
});

it('has none where a model begins with no WITH', () => {
  expect(commonTables({ statement: { node: { cte_map: { map: [] } } } })).toEqual([]);
  expect(commonTables({ statement: undefined })).toEqual([]);
});
