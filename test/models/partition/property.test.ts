import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aggregateTest } from '../../../src/models/lineage/functions.ts';
import { checkPartition, type PartitionProblem } from '../../../src/models/partition/check-partition.ts';
import { readFunctionKinds } from '../../../src/warehouse/functions.ts';
import { SqlError, Warehouse } from '../../../src/warehouse/warehouse.ts';
import { type Pick, randomQuery, tables } from './random-query.ts';

const inputs = new Map([
  ['a', 'k'],
  ['b', 'k'],
  ['c', 'key'],
]);
const columns = new Map(Object.entries(tables).map(([name, { texts, numbers }]) => [name, [...texts, ...numbers]]));
const keys = ['p', 'q', 'r', null] as const;
/** Made-up tables for each query. */
const datasets = [1, 2, 3];
/** More, and other, queries are looked at with PARTITION_RUNS=20000 PARTITION_SEED=7. */
const runs = Number(process.env.PARTITION_RUNS ?? 600);

let warehouse: Warehouse;
let isAggregate: (name: string) => boolean;

beforeAll(async () => {
  warehouse = await Warehouse.open(':memory:', { threads: 1 });
  isAggregate = aggregateTest(await readFunctionKinds(warehouse));
  for (const [name, { texts, numbers }] of Object.entries(tables)) {
    const typed = [...texts.map((column) => `${column} varchar`), ...numbers.map((column) => `${column} bigint`)];
    await warehouse.run(`create table ${name} (${typed.join(', ')})`);
  }
  await warehouse.run('create table chosen (key varchar)');
});
afterAll(() => warehouse.close());

async function problemsOf(sql: string): Promise<readonly PartitionProblem[]> {
  const [row] = await warehouse.rows<{ tree: string }>('select json_serialize_sql($1::varchar) as tree', [sql]);
  const tree: { statements: unknown[] } = JSON.parse(row?.tree ?? '');
  const columnsOf = (table: string) => columns.get(table);
  const cutInputs = new Map([...inputs].filter(([name]) => new RegExp(`(from|join) \\(*${name}\\b`).test(sql)));
  return checkPartition(tree.statements[0], { columnsOf, isAggregate, partitionBy: 'k', inputs: cutInputs });
}

/** Seven rows or fewer in each table, with keys and values that often meet. */
async function fill(pick: Pick): Promise<void> {
  const statements = Object.keys(tables).flatMap((name) => {
    const rows = Array.from({ length: pick([0, 2, 5, 7]) }, (_, index) => {
      const literal = (value: string | null) => (value === null ? 'null' : `'${value}'`);
      return `(${literal(pick(keys))}, ${literal(pick(['p', 'q', null]))}, ${pick([0, 1, 2, 3, null])}, ${index})`;
    });
    const empty = `truncate ${name}`;
    return rows.length === 0 ? [empty] : [empty, `insert into ${name} values ${rows.join(', ')}`];
  });
  await warehouse.run(statements.join(';\n'));
}

/** The rows of the chosen keys by a full run, and by a run over the inputs cut to them. */
function bothWays(sql: string): readonly [full: string, cut: string] {
  const cut = [...inputs].map(
    ([name, key]) =>
      `${name} as (select rows.* from main.${name} as rows semi join chosen on rows.${key} is not distinct from chosen.key)`,
  );
  return [
    `select made.* from (${sql}) as made semi join chosen on made.k is not distinct from chosen.key`,
    `with ${cut.join(', ')} select * from (${sql}) as made`,
  ];
}

async function sorted(sql: string): Promise<string> {
  const rows = await warehouse.rows(sql);
  return rows
    .map((row) => JSON.stringify(row))
    .sort()
    .join('\n');
}

/** Whether DuckDB takes the query at all: the grammar is simpler than its rules. */
async function isValid(sql: string): Promise<boolean> {
  try {
    await warehouse.rows(`explain ${sql}`);
    return true;
  } catch (error) {
    if (error instanceof SqlError) return false;
    throw error;
  }
}

interface Tally {
  accepted: number;
  invalid: number;
}

/** Looks for a query that is accepted although its partitions are not its own; `accepts` decides. */
async function search(
  accepts: (problems: readonly PartitionProblem[]) => boolean,
  options: { readonly numRuns: number; readonly seed: number },
): Promise<{ found: string | undefined; tally: Tally }> {
  const tally: Tally = { accepted: 0, invalid: 0 };
  const property = fc.asyncProperty(fc.gen(), async (choose) => {
    const pick: Pick = (values) => choose(() => fc.constantFrom(...values));
    const sql = randomQuery(pick, pick([1, 2, 3, 4]));
    const problems = await problemsOf(sql);
    if (!accepts(problems)) return;
    const [full, cut] = bothWays(sql);
    if (!(await isValid(full)) || !(await isValid(cut))) {
      tally.invalid += 1;
      return;
    }
    tally.accepted += 1;
    for (const _ of datasets) {
      await fill(pick);
      const chosen = keys.filter(() => pick([true, false]));
      await warehouse.insert(
        'chosen',
        { key: 'varchar' },
        chosen.map((key) => ({ key })),
      );
      const [among, alone] = [await sorted(full), await sorted(cut)];
      if (among !== alone)
        throw new Error(`${sql}\nchosen: ${chosen.join(', ')}\nfull run\n${among}\ncut run\n${alone}`);
    }
  });
  const result = await fc.check(property, { ...options, endOnFailure: true });
  const error = result.errorInstance;
  return { found: result.failed ? (error instanceof Error ? error.message : 'failed') : undefined, tally };
}

/** The wording of every rule: without the rule, the search must find a query that it is there for. */
const rules = [
  /^this window mixes/,
  /^this grouping mixes/,
  /^this aggregate takes/,
  /^DISTINCT compares/,
  /^LIMIT and OFFSET/,
  /^this join lets rows/,
  /^this join keeps rows/,
  /^this ASOF join/,
  /^rows of a table that is not cut/,
  /^a POSITIONAL join/,
  /^this subquery reads/,
  /^the two sides of this set operation/,
  /^this set operation puts/,
  /^the recursive step/,
  /is not the key of an input/,
];

describe('the search', () => {
  it.each(rules)(
    'finds out when %s is not said',
    async (rule) => {
      const accepts = (problems: readonly PartitionProblem[]) => problems.every(({ reason }) => rule.test(reason));
      const { found } = await search(accepts, { numRuns: 4000, seed: 5 });
      expect(found).toContain('cut run');
    },
    600_000,
  );
});

describe('a partition by itself', () => {
  it('is what a full run makes of it, for every query that is accepted', async () => {
    const seed = Number(process.env.PARTITION_SEED ?? 20260301);
    const { found, tally } = await search((problems) => problems.length === 0, { numRuns: runs, seed });
    expect(found).toBeUndefined();
    expect(tally.accepted).toBeGreaterThan(runs / 8);
    expect(tally.invalid).toBeLessThan(runs / 50);
  }, 600_000);
});
