import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { body } from '../../../src/models/compile.ts';
import { columnLineage, type QueryLineage } from '../../../src/models/lineage/column-lineage.ts';
import type { PlannedModel } from '../../../src/models/plan.ts';
import { quoteIdentifier, SqlError, Warehouse } from '../../../src/warehouse/warehouse.ts';
import { type ProjectModels, readProjectModels } from './project.ts';
import { type Draw, drawFrom, literal } from './tiny-values.ts';

/** Models in which rows of made-up data meet; with structs, windows, UNNEST, json and unions. */
const looked = [
  'cohort_conversions',
  'crm_events',
  'int_cycle_events',
  'int_cycle_contacts',
  'int_cycles',
  'int_first_responses',
  'int_meeting_slots',
  'stage_conversions',
  'stg_hubspot_changes',
  'stg_pipedrive_records',
];
/** By which rows of the model's inputs meet. */
const seedsOf = (name: string) => (name === 'int_meeting_slots' ? [1] : [12]);

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
  { table, column, how }: { table: string; column: string; how: (typeof changes)[number] },
  draw: Draw,
  words: readonly string[],
): Promise<void> {
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

/** What changed although the lineage does not say that it might, and how many changes were seen in all. */
async function wrongs(
  model: PlannedModel,
  lineage: QueryLineage,
): Promise<{ wrong: readonly string[]; changed: number }> {
  const texts = [...model.file.sql.text.matchAll(/'([a-z_]+)'/g)].flatMap(([, word]) => word ?? []);
  const words = [...new Set(texts)].slice(0, 12);
  const all = lineage.columns.map((fed) => fed.name);
  const wrong: string[] = [];
  let changed = 0;
  for (const seed of seedsOf(model.file.name)) {
    const draw = drawFrom(seed);
    for (const table of lineage.reads) await fill(table, draw, words);
    const before = await run(model);
    for (const table of before === undefined ? [] : lineage.reads) {
      for (const column of project.types.get(table)?.keys() ?? []) {
        const rest = untouched(lineage, table, column);
        for (const how of rest === undefined ? [] : changes) {
          await change({ table, column, how }, draw, words);
          const after = await run(model);
          await restore(table);
          if (after === undefined || before === undefined || rest === undefined) continue;
          if (part(after, all) !== part(before, all)) changed += 1;
          if (part(after, rest) !== part(before, rest)) wrong.push(`${table}.${column} (${how}, seed ${seed})`);
        }
      }
    }
  }
  return { wrong, changed };
}

function lookAt(name: string): { model: PlannedModel; lineage: QueryLineage } {
  const model = project.planned.find(({ file }) => file.name === name);
  if (model === undefined) throw new Error(`no model ${name}`);
  return { model, lineage: columnLineage(model.statement, project.known) };
}

describe('what the lineage of a column does not name does not change it', () => {
  it.each(looked)(
    '%s',
    async (name) => {
      const { model, lineage } = lookAt(name);
      const { wrong, changed } = await wrongs(model, lineage);
      expect(wrong).toEqual([]);
      // A model that nothing changes would pass whatever its lineage says.
      expect(changed).toBeGreaterThan(0);
    },
    120_000,
  );

  it('would be seen if it did', async () => {
    const { model, lineage } = lookAt('crm_events');
    for (const missing of ['channel', 'lead_id', 'properties']) {
      const columns = lineage.columns.map((fed) => (fed.name === missing ? { ...fed, from: [] } : fed));
      const { wrong } = await wrongs(model, { ...lineage, columns });
      expect({ missing, seen: wrong.length > 0 }).toEqual({ missing, seen: true });
    }
  }, 120_000);
});
