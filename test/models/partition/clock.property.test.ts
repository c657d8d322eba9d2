import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { aggregateTest } from '../../../src/models/lineage/functions.ts';
import { checkPartition } from '../../../src/models/partition/check-partition.ts';
import { type ClockComparison, clockComparisons } from '../../../src/models/partition/clock-comparisons.ts';
import { readFunctionKinds } from '../../../src/warehouse/functions.ts';
import { SqlError, Warehouse } from '../../../src/warehouse/warehouse.ts';
import { type Pick, randomQuery, tables } from './random-query.ts';

// Queries that may be cut and read the clock: when as_of moves, only partitions change in which a column that is compared
// with it lies between then and now.

const inputs = new Map([
  ['a', 'k'],
  ['b', 'k'],
  ['c', 'key'],
]);
const columns = new Map<string, readonly string[]>([
  ...Object.entries(tables).map(([name, { texts, numbers }]): [string, readonly string[]] => [
    name,
    [...texts, ...numbers],
  ]),
  ['run.clock', ['as_of']],
]);
/** More, and other, queries are looked at with PARTITION_RUNS=20000 PARTITION_SEED=7. */
const runs = Number(process.env.PARTITION_RUNS ?? 700);

let warehouse: Warehouse;
let isAggregate: (name: string) => boolean;

beforeAll(async () => {
  warehouse = await Warehouse.open(':memory:', { threads: 1 });
  isAggregate = aggregateTest(await readFunctionKinds(warehouse));
  await warehouse.run(
    'create schema run; create table run.clock as select 0 as as_of; create table moved (key varchar)',
  );
  for (const [name, { texts, numbers }] of Object.entries(tables)) {
    const typed = [...texts.map((column) => `${column} varchar`), ...numbers.map((column) => `${column} bigint`)];
    await warehouse.run(`create table ${name} (${typed.join(', ')})`);
  }
});
afterAll(() => warehouse.close());

/** A random query that reads some of its tables beside the clock, with the clock used in all sorts of ways. */
function clockedQuery(pick: Pick): string {
  return randomQuery(pick, pick([1, 2, 3])).replaceAll(/select \* from ([abc])(?=\))/g, (plain, table: string) => {
    const key = table === 'c' ? 'key' : 'k';
    const both = `from ${table} cross join run.clock`;
    return pick([
      plain,
      `select ${table}.* from ${table} inner join run.clock on ${table}.x <= clock.as_of`,
      `select ${table}.* from ${table} semi join run.clock on clock.as_of < ${table}.id`,
      `select ${key}, t, x, (as_of between x and id)::integer as id ${both}`,
      `select ${key}, t, case when x < as_of then 0 when id >= as_of then 1 end as x, id ${both}`,
      `select ${key}, t, as_of as x, id ${both}`,
      `select ${key}, t, x, as_of as id ${both}`,
      `select ${key}, t, as_of - x as x, id ${both}`,
      `select ${key}, t, x, as_of as id from ${table} left join run.clock on ${table}.x >= clock.as_of`,
      `select r.${key}, r.t, s.x, (s.x > as_of)::integer as id from ${table} as r cross join run.clock left join ${table} as s on r.${key} = s.${key} and s.id < as_of`,
    ]);
  });
}

interface Look {
  readonly mayBeCut: boolean;
  readonly comparisons: readonly ClockComparison[] | undefined;
}

async function look(sql: string): Promise<Look> {
  const [row] = await warehouse.rows<{ tree: string }>('select json_serialize_sql($1::varchar) as tree', [sql]);
  const tree: { statements: unknown[] } = JSON.parse(row?.tree ?? '');
  const read = new Map([...inputs].filter(([name]) => new RegExp(`(from|join) \\(*${name}\\b`).test(sql)));
  const known = { columnsOf: (table: string) => columns.get(table), isAggregate };
  const problems = checkPartition(tree.statements[0], { ...known, partitionBy: 'k', inputs: read });
  const comparisons = clockComparisons(tree.statements[0], { ...known, inputs: read });
  return { mayBeCut: problems.length === 0, comparisons };
}

async function fill(pick: Pick): Promise<void> {
  const literal = (value: string | null) => (value === null ? 'null' : `'${value}'`);
  for (const name of Object.keys(tables)) {
    const rows = Array.from({ length: pick([0, 2, 5, 7]) }, (_, index) => {
      const key = literal(pick(['p', 'q', 'r', 's', null]));
      return `(${key}, ${literal(pick(['p', 'q', null]))}, ${pick([0, 1, 2, 3, 9, null])}, ${index})`;
    });
    await warehouse.run(
      `truncate ${name}; ${rows.length === 0 ? '' : `insert into ${name} values ${rows.join(', ')}`}`,
    );
  }
}

/** The rows at an instant, without those of the keys that its move concerns. */
async function rowsAt(instant: number, sql: string): Promise<string> {
  await warehouse.run(`update run.clock set as_of = ${instant}`);
  const rows = await warehouse.rows(
    `select made.* from (${sql}) as made anti join moved on made.k is not distinct from moved.key`,
  );
  return rows
    .map((row) => JSON.stringify(row))
    .sort()
    .join('\n');
}

async function isValid(sql: string): Promise<boolean> {
  try {
    await warehouse.rows(`explain ${sql}`);
    return true;
  } catch (error) {
    if (error instanceof SqlError) return false;
    throw error;
  }
}

/** Looks for a query whose rows move with the clock where nothing says so. `comparisonsOf` undefined: not accepted. */
async function search(
  comparisonsOf: (found: Look['comparisons']) => Look['comparisons'],
  { numRuns, seed }: { readonly numRuns: number; readonly seed: number },
): Promise<{ found: string | undefined; accepted: number; moved: number }> {
  const tally = { accepted: 0, moved: 0 };
  const property = fc.asyncProperty(fc.gen(), async (choose) => {
    const pick: Pick = (values) => choose(() => fc.constantFrom(...values));
    const sql = clockedQuery(pick);
    if (!sql.includes('run.clock')) return;
    const { mayBeCut, comparisons } = await look(sql);
    const accepted = comparisonsOf(comparisons);
    if (!mayBeCut || accepted === undefined || !(await isValid(sql))) return;
    tally.accepted += 1;
    for (const _ of [1, 2, 3]) {
      await fill(pick);
      const [then, now] = [pick([0, 1, 2, 3]), pick([0, 1, 2, 3])];
      const selects = accepted.map(
        ({ input, column }) =>
          `select ${inputs.get(input)} from ${input} where ${column} between ${Math.min(then, now)} and ${Math.max(then, now)}`,
      );
      await warehouse.run(
        `truncate moved; insert into moved ${['select null where false', ...selects].join(' union ')}`,
      );
      const [before, after] = [await rowsAt(then, sql), await rowsAt(now, sql)];
      if (before !== after) throw new Error(`${sql}\nat ${then}\n${before}\nat ${now}\n${after}`);
      await warehouse.run('truncate moved');
      if ((await rowsAt(then, sql)) !== (await rowsAt(now, sql))) tally.moved += 1;
    }
  });
  const result = await fc.check(property, { numRuns, seed, endOnFailure: true });
  const error = result.errorInstance;
  return { found: result.failed ? (error instanceof Error ? error.message : 'failed') : undefined, ...tally };
}

it('partitions without such a column between then and now stay what they are', async () => {
  const seed = Number(process.env.PARTITION_SEED ?? 20261127);
  const { found, accepted, moved } = await search((comparisons) => comparisons, { numRuns: runs, seed });
  expect(found).toBeUndefined();
  expect(accepted).toBeGreaterThan(runs / 20);
  // Were the rows the same at any instant, nothing would be shown.
  expect(moved).toBeGreaterThan(runs / 20);
}, 600_000);

it.each<[string, (found: Look['comparisons']) => Look['comparisons']]>([
  ['uses of as_of that are no comparison are let pass', (comparisons) => comparisons ?? []],
  ['a comparison is forgotten', (comparisons) => comparisons?.slice(1)],
])(
  'the search finds out when %s',
  async (_, comparisonsOf) => {
    const { found } = await search(comparisonsOf, { numRuns: 2000, seed: 5 });
    expect(found).toContain('as_of');
  },
  600_000,
);
