import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { body } from '../../../src/models/compile.ts';
import { columnLineage, type QueryLineage } from '../../../src/models/lineage/column-lineage.ts';
import type { PlannedModel } from '../../../src/models/plan.ts';
import { quoteIdentifier, SqlError, Warehouse } from '../../../src/warehouse/warehouse.ts';
import { type ProjectModels, readProjectModels } from './project.ts';
import { type Draw, drawFrom, literal } from './tiny-values.ts';

/** Models with what is hardest to follow: structs, windows, ASOF, UNPIVOT, recursion, UNNEST. */
const looked = (
  process.env.LINEAGE_MODELS ??
  'int_lead_survivors,int_cycle_bounds,int_cycle_promises,int_first_responses,meetings,lead_responses,stage_conversions,int_cohort_cycles,stg_pipedrive_changes'
).split(',');
const seeds = Array.from({ length: Number(process.env.LINEAGE_SEEDS ?? 3) }, (_, index) => 11 + index);

let project: ProjectModels;
let warehouse: Warehouse;

beforeAll(async () => {
  project = await readProjectModels();
});
beforeAll(async () => {
  warehouse = await Warehouse.open(':memory:', { threads: 1 });
  await warehouse.run('create schema raw; create schema seeds; create schema sla; create schema run');
});
afterAll(() => warehouse.close());

const nameOf = (table: string) => table.split('.').map(quoteIdentifier).join('.');

async function fill(table: string, draw: Draw, words: readonly string[]): Promise<void> {
  const types = [...(project.types.get(table) ?? [])];
  const definition = types.map(([name, type]) => `${quoteIdentifier(name)} ${type}`).join(', ');
  await warehouse.run(`create or replace table ${nameOf(table)} (${definition})`);
  const rows = Array.from({ length: table === 'run.clock' ? 1 : 8 }, () =>
    types.map(([column, type]) => literal(type, draw, words, column)).join(', '),
  );
  await warehouse.run(`insert into ${nameOf(table)} values ${rows.map((row) => `(${row})`).join(', ')}`);
}

/** The rows of a model as texts, column by column; undefined when DuckDB cannot compute it from these data. */
async function run(model: PlannedModel): Promise<readonly Readonly<Record<string, string>>[] | undefined> {
  const columns = project.columns.get(model.file.name) ?? [];
  const texts = columns.map(
    (column) => `coalesce(${quoteIdentifier(column)}::varchar, 'null') as ${quoteIdentifier(column)}`,
  );
  try {
    return await warehouse.rows<Record<string, string>>(`select ${texts.join(', ')} from (${body(model.file)})`);
  } catch (error) {
    if (error instanceof SqlError) return undefined;
    throw error;
  }
}

/** What the lineage says does not depend on a column of an input; undefined when the column decides the rows. */
function untouched(lineage: QueryLineage, table: string, column: string): readonly string[] | undefined {
  const isNamed = ({ from }: QueryLineage['filters']) =>
    from.some((source) => source.table === table && source.column === column);
  if (isNamed(lineage.filters)) return undefined;
  return lineage.columns.filter((fed) => !isNamed(fed)).map(({ name }) => name);
}

function part(rows: readonly Readonly<Record<string, string>>[], columns: readonly string[]): string {
  return rows
    .map((row) => columns.map((column) => row[column]).join(' | '))
    .sort()
    .join('\n');
}

/** Other values in one column: those of other rows, and new ones. */
const changes = ['next', 'new'] as const;

async function change(
  table: string,
  column: string,
  how: (typeof changes)[number],
  draw: Draw,
  words: readonly string[],
) {
  const [name, type] = [quoteIdentifier(column), project.types.get(table)?.get(column) ?? ''];
  await warehouse.run(
    `create or replace temp table kept as select *, row_number() over () as place from ${nameOf(table)}`,
  );
  const cases = Array.from({ length: 8 }, (_, index) => `when ${index + 1} then ${literal(type, draw, words)}`);
  const value =
    how === 'next'
      ? `(list(${name}) over (order by place rows between unbounded preceding and unbounded following))[place % 8 + 1]`
      : `case place ${cases.join(' ')} end::${type}`;
  await warehouse.run(
    `create or replace table ${nameOf(table)} as select * exclude (place) replace (${value} as ${name}) from kept order by place`,
  );
}

async function restore(table: string): Promise<void> {
  await warehouse.run(`create or replace table ${nameOf(table)} as select * exclude (place) from kept order by place`);
}

describe('what the lineage of a column does not name does not change it', () => {
  it.each(looked)('%s', async (name) => {
    const model = project.planned.find(({ file }) => file.name === name);
    if (model === undefined) throw new Error(`no model ${name}`);
    const lineage = columnLineage(model.statement, project.known);
    const words = [...new Set([...model.file.sql.text.matchAll(/'([a-z_]+)'/g)].map(([, word]) => word ?? ''))].slice(
      0,
      12,
    );
    let changed = 0;
    for (const seed of seeds) {
      const draw = drawFrom(seed);
      for (const table of lineage.reads) await fill(table, draw, words);
      const before = await run(model);
      if (before === undefined) continue;
      for (const table of lineage.reads) {
        for (const column of project.types.get(table)?.keys() ?? []) {
          const rest = untouched(lineage, table, column);
          if (rest === undefined) continue;
          for (const how of changes) {
            await change(table, column, how, draw, words);
            const after = await run(model);
            await restore(table);
            if (after === undefined) continue;
            const all = lineage.columns.map((fed) => fed.name);
            if (part(after, all) !== part(before, all)) changed += 1;
            expect({ seed, table, column, how, rows: part(after, rest) }).toEqual({
              seed,
              table,
              column,
              how,
              rows: part(before, rest),
            });
          }
        }
      }
    }
    if (process.env.LINEAGE_MODELS) console.log(name, changed);
    // A model that nothing changes would pass whatever its lineage says.
    expect(changed).toBeGreaterThan(2);
  });
});
