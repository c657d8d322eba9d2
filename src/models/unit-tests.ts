import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { TestRow, TestValue } from '../project/test-file.ts';
import { type Column, quoteIdentifier, SqlError, type Warehouse } from '../warehouse/warehouse.ts';
import { sqlProblem } from './sql-problem.ts';
import { type CheckedTest, type GivenTable, inputsOf, namedColumns } from './unit-test-check.ts';
import { type Cell, type Difference, differenceOf, isNested } from './unit-test-difference.ts';
import { literalOf } from './unit-test-values.ts';

/** What came of one unit test; it passed when there is neither a difference nor a problem. */
export interface UnitTestResult {
  readonly checked: CheckedTest;
  readonly passed: boolean;
  readonly difference?: Difference;
  /** Why the SQL could not be run to its end. */
  readonly problem?: Diagnostic;
  /** Tables that the model reads and the test leaves empty, told when no row at all came out. */
  readonly leftEmpty: readonly string[];
}

/** What stands before the model's SQL, in which DuckDB counts places. */
const prefix = 'with "unit test:found" as materialized (\n';

/** Runs the model's SQL on the given rows and compares what comes out. Leaves the warehouse as it was. */
export async function runUnitTest(warehouse: Warehouse, checked: CheckedTest): Promise<UnitTestResult> {
  await warehouse.run('begin');
  try {
    await fillTables(warehouse, checked);
    return await judge(warehouse, checked);
  } finally {
    await warehouse.run('rollback');
  }
}

async function judge(warehouse: Warehouse, checked: CheckedTest): Promise<UnitTestResult> {
  try {
    const { difference, rows } = await compare(warehouse, checked);
    if (difference === undefined) return { checked, passed: true, leftEmpty: [] };
    return { checked, passed: false, difference, leftEmpty: rows === 0 ? leftEmpty(checked) : [] };
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    const problem = sqlProblem(checked.model.file, error, prefix.length);
    return { checked, passed: false, problem, leftEmpty: [] };
  }
}

/** A table holds what the test gives it and nothing else. */
async function fillTables(warehouse: Warehouse, { model, given }: CheckedTest): Promise<void> {
  const kept = new Set(given.filter(({ rows }) => rows === 'project').map(({ table }) => table));
  const emptied = inputsOf(model).filter((table) => /^(seeds|sla)\./.test(table) && !kept.has(table));
  const statements = [...emptied.map((table) => `delete from ${quoteTable(table)}`), ...given.flatMap(insertOf)];
  if (statements.length > 0) await warehouse.run(statements.join(';\n'));
}

function insertOf({ table, columns, rows }: GivenTable): string[] {
  if (rows === 'project' || rows.length === 0) return [];
  const named = namedColumns(rows);
  const filled = columns.filter(({ name }) => named.has(name.toLowerCase()));
  if (filled.length === 0) return rows.map(() => `insert into ${quoteTable(table)} default values`);
  return [`insert into ${quoteTable(table)} (${namesOf(filled)}) values ${valuesOf(filled, rows)}`];
}

/** Rows as a multiset: of each that is there more often on one side than on the other, that many. */
async function compare(
  warehouse: Warehouse,
  { model, sql, test, compared }: CheckedTest,
): Promise<{ difference: Difference | undefined; rows: number }> {
  const names = namesOf(compared);
  const expected =
    test.expect.length === 0
      ? ''
      : `union all select *, 1 from (values ${valuesOf(compared, test.expect)}) as expected`;
  const differing = await warehouse.rows<{ surplus: number; cells: Cell[]; rows: number }>(`${prefix}${sql}
    ),
    "unit test:rows" as (
        select ${names}, -1 as "unit test:side" from "unit test:found" ${expected}
    )
    select
        sum("unit test:side") as surplus,
        [${compared.map(textOf).join(', ')}]::text[] as cells,
        (select count(*) from "unit test:found") as rows
    from "unit test:rows"
    group by ${names}
    having surplus <> 0
    order by cells`);
  const side = (sign: 1 | -1): Cell[][] =>
    differing.flatMap(({ surplus, cells }) => Array.from({ length: Math.max(0, sign * surplus) }, () => cells));
  return {
    difference: differenceOf(compared, model.file.grain, { missing: side(1), extra: side(-1) }),
    rows: differing[0]?.rows ?? test.expect.length,
  };
}

function leftEmpty({ model, test }: CheckedTest): string[] {
  const given = new Set([...test.given.keys()].map((name) => name.toLowerCase().replace(/^main\./, '')));
  return inputsOf(model)
    .map((table) => table.replace(/^main\./, ''))
    .filter((table) => !given.has(table));
}

/** SQL for a value as people write it; lists, structs and maps as JSON. */
function textOf({ name, type }: Column): string {
  const value = quoteIdentifier(name);
  if (isNested(type)) return `to_json(${value})::text`;
  if (!type.startsWith('TIMESTAMP')) return `${value}::text`;
  return `regexp_replace(replace(${value}::text, ' ', 'T'), '[+]00$', 'Z')`;
}

function namesOf(columns: readonly Column[]): string {
  return columns.map(({ name }) => quoteIdentifier(name)).join(', ');
}

function valuesOf(columns: readonly Column[], rows: readonly TestRow[]): string {
  return rows
    .map((row) => {
      const values = new Map([...row.values].map(([name, value]): [string, TestValue] => [name.toLowerCase(), value]));
      const literals = columns.map(({ name, type }) =>
        literalOf({ value: values.get(name.toLowerCase()) ?? null, type }),
      );
      return `(${literals.join(', ')})`;
    })
    .join(', ');
}

function quoteTable(table: string): string {
  return table.split('.').map(quoteIdentifier).join('.');
}
