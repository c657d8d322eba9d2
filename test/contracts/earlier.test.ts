import { expect, test } from 'vitest';
import { checkContracts } from '../../src/contracts/check.ts';
import { broken, openWorld, readOne } from './world.ts';

const asOf = '2026-03-16T06:00:00Z';
const parents = { yml: 'grain: [id]', sql: 'select 1 as id' };
const children = {
  yml: `grain: [id]
columns: { word: { description: d, accepted_values: [one] } }
contract: { relationships: [{ columns: [parent], to: parents, to_columns: [id] }] }`,
  sql: `from (values (1, 1, 'one'), (2, 7, 'two')) as rows (id, parent, word)`,
};
const before = {
  'accepted-values(word)': '1 row: "two"',
  'relationship(parent to parents(id))': '1 row without a match in parents: parent = 7',
};

/** What each model is said to hold: one version of its rows, or another. */
const holding = (parentRows: string, childRows: string) => ({
  contents: new Map([
    ['parents', parentRows],
    ['children', childRows],
  ]),
});

// Rows change behind the check's back, so that a result that was kept differs from one that was found anew.
async function changedWorld() {
  const world = await openWorld({ parents, children });
  expect(broken(await world.check(holding('p1', 'c1')))).toEqual(before);
  await world.warehouse.run(`
    create or replace table main.children as select 1 as id, 1 as parent, 'one' as word;
    create or replace table main.parents as from (values (1), (1)) as rows (id)`);
  return world;
}

test('models that hold what they held keep their results, and the rows of these', async () => {
  const { check, warehouse } = await changedWorld();
  const kept = await check(holding('p1', 'c1'));
  expect(broken(kept)).toEqual(before);
  expect(kept.find(({ rule }) => rule === 'accepted-values(word)')).toMatchObject({
    sample: '"two"',
    rowsIn: 'audit.children__accepted_values_word',
    place: { line: 4 },
  });
  expect(await warehouse.rows('from audit.children__accepted_values_word')).toEqual([
    { id: 2, parent: 7, word: 'two' },
  ]);
  expect(broken(await check(holding('p1', 'c1')))).toEqual(before);
  expect(await warehouse.rows('select count(*) as rows from main.contract_results')).toEqual([{ rows: kept.length }]);
});

test('a whole check asks everything again, and its results are kept', async () => {
  const { check, warehouse } = await changedWorld();
  const mended = { 'unique(id)': '1 key more than once: 1 (2 rows)' };
  expect(broken(await check({ ...holding('p1', 'c1'), isWhole: true }))).toEqual(mended);
  await warehouse.run('create or replace table main.parents as select 1 as id');
  expect(broken(await check(holding('p1', 'c1')))).toEqual(mended);
});

test('a relationship is looked at when either model holds something else', async () => {
  const { check } = await changedWorld();
  expect(broken(await check(holding('p2', 'c1')))).toEqual({
    'accepted-values(word)': '1 row: "two"',
    'unique(id)': '1 key more than once: 1 (2 rows)',
  });
});

test('a rule that reads otherwise now is checked although its rows are the same', async () => {
  const { warehouse, project } = await changedWorld();
  const yml = children.yml.replace('[one]', '[one, three]');
  const models = [...project.models.filter(({ name }) => name === 'parents'), ...readOne('children', yml)];
  const options = { asOf, now: asOf, ...holding('p1', 'c1') };
  expect(broken(await checkContracts(warehouse, { ...project, models }, options))).toEqual({
    'relationship(parent to parents(id))': before['relationship(parent to parents(id))'],
  });
});

test.each([
  ['nothing is known of what models hold', {}],
  ['nothing is known of one of them', { contents: new Map([['parents', 'p1']]) }],
])('all is checked where %s', async (_title, options) => {
  const { check } = await changedWorld();
  const results = broken(await check(options));
  expect(results).not.toHaveProperty(['accepted-values(word)']);
  expect(results).not.toHaveProperty(['relationship(parent to parents(id))']);
});
