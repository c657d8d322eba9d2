import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { columnLineage } from '../../../src/models/lineage/column-lineage.ts';
import { isNode, nodesOf, type SyntaxNode } from '../../../src/models/lineage/tree.ts';
import type { PlannedModel } from '../../../src/models/plan.ts';
import { openProject } from '../../../src/project/project.ts';
import { changedColumns } from '../../../src/review/definitions/changed-columns.ts';
import type { Side } from '../../../src/review/types.ts';
import { quoteIdentifier, type Row, SqlError, Warehouse } from '../../../src/warehouse/warehouse.ts';
import { type ProjectModels, readProjectModels } from '../../models/lineage/project.ts';
import { drawFrom, literal } from '../../models/lineage/tiny-values.ts';

/** Models of all kinds of SQL: windows, unions, UNNEST, json, groups, common tables that read each other. */
const looked = ['cohort_conversions', 'crm_events', 'int_cycle_events', 'int_cycles', 'stg_hubspot_changes'];

let models: ProjectModels;
let base: Side;
let warehouse: Warehouse;

beforeAll(async () => {
  models = await readProjectModels();
  const columns = new Map([...models.columns.keys()].map((name) => [name, models.types.get(name) ?? new Map()]));
  const lineages = new Map(
    models.planned.map(({ file, statement }) => [
      file.name,
      columnLineage(statement, models.known, models.columns.get(file.name)),
    ]),
  );
  const project = openProject(`${import.meta.dirname}/../../..`);
  base = { project, planned: models.planned, inspected: { columns, lineages }, problems: [] };
  warehouse = await Warehouse.open(':memory:', { threads: 1 });
  await warehouse.run('create schema raw; create schema seeds; create schema sla; create schema run');
});
afterAll(() => warehouse.close());

/** The select lists' items of a tree, as ways to them. */
function items(tree: unknown, way: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (Array.isArray(tree)) return tree.flatMap((part, index) => items(part, [...way, index]));
  if (!isNode(tree)) return [];
  const own =
    tree.type === 'SELECT_NODE' ? nodesOf(tree.select_list).map((_, index) => [...way, 'select_list', index]) : [];
  return [...own, ...Object.entries(tree).flatMap(([key, part]) => items(part, [...way, key]))];
}

function replaced(
  tree: unknown,
  [key, ...rest]: readonly (string | number)[],
  by: (item: SyntaxNode) => unknown,
): unknown {
  if (key === undefined) return isNode(tree) ? by(tree) : tree;
  if (Array.isArray(tree)) return tree.map((part, index) => (index === key ? replaced(part, rest, by) : part));
  if (!isNode(tree)) return tree;
  return { ...tree, [key]: replaced(tree[key], rest, by) };
}

/** An expression that is always null and has the type of the one that it takes the place of. */
function nulled(item: SyntaxNode): SyntaxNode {
  const names = Array.isArray(item.column_names) ? item.column_names : [];
  const alias = item.alias === '' ? (names.at(-1) ?? '') : item.alias;
  const nothing = { type: { id: 'NULL', type_info: null }, is_null: true };
  const never = {
    ...{ class: 'OPERATOR', type: 'OPERATOR_IS_NULL', alias: '', query_location: 0 },
    children: [{ ...item, alias: '' }],
  };
  return {
    ...{ class: 'CASE', type: 'CASE_EXPR', alias, query_location: 0 },
    case_checks: [{ when_expr: never, then_expr: { ...item, alias: '' } }],
    else_expr: { class: 'CONSTANT', type: 'VALUE_CONSTANT', alias: '', query_location: 0, value: nothing },
  };
}

const nameOf = (table: string) => table.split('.').map(quoteIdentifier).join('.');

async function fill(table: string, draw: ReturnType<typeof drawFrom>, words: readonly string[]): Promise<void> {
  const types = [...(models.types.get(table) ?? [])];
  const definition = types.map(([name, type]) => `${quoteIdentifier(name)} ${type}`).join(', ');
  await warehouse.run(`create or replace table ${nameOf(table)} (${definition})`);
  const rows = Array.from({ length: table === 'run.clock' ? 1 : 8 }, () =>
    types.map(([column, type]) => literal(type, draw, words, column)).join(', '),
  );
  await warehouse.run(`insert into ${nameOf(table)} values ${rows.map((row) => `(${row})`).join(', ')}`);
}

/** All rows, each value as text; undefined when DuckDB cannot compute them. */
async function rowsOf(statement: unknown, columns: readonly string[]): Promise<readonly Row[] | undefined> {
  // As a number of JavaScript's the parser's "no place" is rounded.
  const tree = JSON.stringify({ error: false, statements: [statement] }).replaceAll(/18446744073709552000/g, '0');
  const text = tree.replaceAll("'", "''");
  try {
    const [row] = await warehouse.rows<{ sql: string }>(`select json_deserialize_sql('${text}'::json) as sql`);
    const list = columns.map(
      (column) => `coalesce(${quoteIdentifier(column)}::varchar, 'null') as ${quoteIdentifier(column)}`,
    );
    return await warehouse.rows(`select ${list.join(', ')} from (${row?.sql})`);
  } catch (error) {
    if (error instanceof SqlError) return undefined;
    throw error;
  }
}

/** What rows say in these columns, in no order. */
function saidIn(columns: readonly string[], rows: readonly Row[]): string {
  return rows
    .map((row) => JSON.stringify(columns.map((column) => row[column])))
    .sort()
    .join('\n');
}

function changedBy(model: PlannedModel, way: readonly (string | number)[]) {
  const statement = replaced(model.statement, way, nulled);
  const head = { ...model, statement, definition: 'another' };
  const lineages = new Map(base.inspected?.lineages).set(
    model.file.name,
    columnLineage(statement, models.known, models.columns.get(model.file.name)),
  );
  const planned = [head];
  const inspected = { columns: base.inspected?.columns ?? new Map(), lineages };
  const changed = changedColumns({ ...base, planned: [model] }, { ...base, planned, inspected });
  return { statement, columns: changed.get(model.file.name) };
}

describe('what is not told to be made otherwise stays as it is', () => {
  it.each(looked)(
    '%s',
    async (name) => {
      const model = models.planned.find(({ file }) => file.name === name);
      if (model === undefined) throw new Error(`no model ${name}`);
      const all = models.columns.get(name) ?? [];
      const texts = [...model.file.sql.text.matchAll(/'([a-z_]+)'/g)].flatMap(([, word]) => word ?? []);
      const draw = drawFrom(12);
      const tables = base.inspected?.lineages.get(name)?.reads ?? [];
      for (const table of tables) await fill(table, draw, [...new Set(texts)].slice(0, 12));
      const before = await rowsOf(model.statement, all);
      const seen = { told: 0, moved: 0, wrong: [] as string[] };
      for (const way of items(model.statement)) {
        const { statement, columns } = changedBy(model, way);
        if (columns === null || columns === undefined) continue;
        seen.told += 1;
        const rest = all.filter((column) => !columns.includes(column));
        const after = await rowsOf(statement, all);
        if (before === undefined || after === undefined) continue;
        if (saidIn(rest, before) !== saidIn(rest, after)) seen.wrong.push(`${way.join('.')}: ${columns.join(', ')}`);
        if (saidIn(all, before) !== saidIn(all, after)) seen.moved += 1;
      }
      expect(seen.wrong).toEqual([]);
      // Where nothing is told, or nothing moves, nothing could be wrong.
      expect(Math.min(seen.told, seen.moved)).toBeGreaterThan(9);
    },
    60_000,
  );
});
