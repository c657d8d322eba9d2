import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import type { TestRow, UnitTest } from '../project/test-file.ts';
import { type Column, SqlError, type Warehouse } from '../warehouse/warehouse.ts';
import { body } from './compile.ts';
import type { Columns } from './inspect.ts';
import type { PlannedModel } from './plan.ts';
import { sqlProblem } from './sql-problem.ts';
import { commonTables, selectCommonTable } from './unit-test-cte.ts';
import { findMisfits, type TypedValue } from './unit-test-values.ts';

/** A table that a test fills. */
export interface GivenTable {
  /** `raw.events`, `main.lead_cycles`. */
  readonly table: string;
  readonly columns: readonly Column[];
  readonly rows: readonly TestRow[] | 'project';
}

/** A unit test whose tables, columns and values are known to fit its model. */
export interface CheckedTest {
  readonly test: UnitTest;
  readonly model: PlannedModel;
  /** The select whose rows are compared. */
  readonly sql: string;
  /** Its columns. */
  readonly columns: readonly Column[];
  /** Those that the expected rows name, or all where none is expected. */
  readonly compared: readonly Column[];
  readonly given: readonly GivenTable[];
}

/** What tests are checked against: tables laid out empty, and the columns of each (`raw.events`, in lower case). */
export interface TestBench {
  readonly warehouse: Warehouse;
  readonly tables: ReadonlyMap<string, readonly Column[]>;
  /** Of each model's result. */
  readonly models: ReadonlyMap<string, Columns>;
}

/** Looks for whatever of a test cannot be meant; undefined, and problems with their places, when there is anything. */
export async function checkUnitTest(
  bench: TestBench,
  test: UnitTest,
  model: PlannedModel,
  problems: Diagnostic[],
): Promise<CheckedTest | undefined> {
  const found: Diagnostic[] = [];
  const given = [...test.given].flatMap(([name, rows]) => checkInput(bench, { test, model, name, rows }, found));
  const sql = selectOf(test, model, found);
  const columns = sql === undefined ? [] : await columnsOf(bench, test, model, sql, found);
  for (const { rows, columns: known } of given) if (rows !== 'project') await checkRows(bench, rows, known, found);
  if (columns.length > 0) await checkRows(bench, test.expect, columns, found);
  problems.push(...found);
  if (sql === undefined || found.length > 0) return undefined;
  const named = namedColumns(test.expect);
  const compared = columns.filter(({ name }) => named.has(name.toLowerCase()));
  return { test, model, sql, columns, compared: compared.length === 0 ? columns : compared, given };
}

/** Names of the columns that rows hold, in lower case. */
export function namedColumns(rows: readonly TestRow[]): ReadonlySet<string> {
  return new Set(rows.flatMap(({ values }) => [...values.keys()].map((name) => name.toLowerCase())));
}

/** Every table that a model reads, with its schema, in lower case. */
export function inputsOf({ reads, readsTables }: PlannedModel): string[] {
  return [...reads.map((name) => `main.${name.toLowerCase()}`), ...readsTables];
}

function checkInput(
  { tables }: TestBench,
  input: { test: UnitTest; model: PlannedModel; name: string; rows: readonly TestRow[] | 'project' },
  problems: Diagnostic[],
): GivenTable[] {
  const { test, model, name, rows } = input;
  const table = name.includes('.') ? name.toLowerCase() : `main.${name.toLowerCase()}`;
  const inputs = inputsOf(model);
  const names = inputs.map((known) => known.replace(/^main\./, ''));
  const place = test.at(['given', name]);
  if (!inputs.includes(table)) {
    const fix = didYouMean(name, names);
    const expected = names.length === 0 ? 'none: it reads no table' : `one of ${names.join(', ')}`;
    problems.push({
      code: 'unknown-input',
      severity: 'error',
      message: `model "${model.file.name}" does not read "${name}"`,
      ...place,
      expected,
      ...(fix === undefined ? {} : { fix }),
    });
    return [];
  }
  if (rows === 'project' && !/^(seeds|sla)\./.test(table)) {
    problems.push({
      code: 'invalid-value',
      severity: 'error',
      message: `"project": "${name}" is neither a seed nor a table of the agreement, and has no rows of its own`,
      ...place,
      fix: 'Write the rows that the model is to read.',
    });
    return [];
  }
  return [{ table, columns: tables.get(table) ?? [], rows }];
}

function selectOf({ cte, at }: UnitTest, model: PlannedModel, problems: Diagnostic[]): string | undefined {
  if (cte === undefined) return body(model.file);
  const known = commonTables(model);
  const written = known.find((name) => name.toLowerCase() === cte.toLowerCase());
  if (written !== undefined) return selectCommonTable(body(model.file), written);
  const fix = didYouMean(cte, known);
  problems.push({
    code: 'unknown-cte',
    severity: 'error',
    message: `model "${model.file.name}" has no common table expression "${cte}"`,
    ...at(['cte']),
    expected: known.length === 0 ? 'none: the model has no WITH' : `one of ${known.join(', ')}`,
    ...(fix === undefined ? {} : { fix }),
  });
  return undefined;
}

async function columnsOf(
  { warehouse, models }: TestBench,
  { cte }: UnitTest,
  model: PlannedModel,
  sql: string,
  problems: Diagnostic[],
): Promise<readonly Column[]> {
  if (cte === undefined) return [...(models.get(model.file.name) ?? [])].map(([name, type]) => ({ name, type }));
  try {
    return await warehouse.columns(sql);
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    problems.push(sqlProblem(model.file, error, 'describe '.length));
    return [];
  }
}

async function checkRows(
  { warehouse }: TestBench,
  rows: readonly TestRow[],
  columns: readonly Column[],
  problems: Diagnostic[],
): Promise<void> {
  const types = new Map(columns.map(({ name, type }) => [name.toLowerCase(), type]));
  const unknown = new Set<string>();
  const cells = rows.flatMap((row) => [...row.values].map(([column, value]) => ({ row, column, value })));
  const typed: (TypedValue & (typeof cells)[number])[] = [];
  for (const cell of cells) {
    const type = types.get(cell.column.toLowerCase());
    if (type !== undefined) typed.push({ ...cell, type });
    else if (!unknown.has(cell.column)) problems.push(unknownColumn(cell, columns));
    if (type === undefined) unknown.add(cell.column);
  }
  const misfits = await findMisfits(warehouse, typed);
  for (const [index, cell] of typed.entries()) {
    const expected = misfits[index];
    if (expected !== undefined) problems.push(misfit(cell, expected));
  }
}

function unknownColumn({ row, column }: { row: TestRow; column: string }, columns: readonly Column[]): Diagnostic {
  const names = columns.map(({ name }) => name);
  const fix = didYouMean(column, names);
  return {
    code: 'unknown-column',
    severity: 'error',
    message: `there is no column "${column}"`,
    ...row.at(column),
    expected: `one of ${names.join(', ')}`,
    ...(fix === undefined ? {} : { fix }),
  };
}

function misfit(
  { row, column, value, type }: TypedValue & { row: TestRow; column: string },
  expected: string,
): Diagnostic {
  const text = value === null ? 'null' : typeof value === 'string' ? `"${value}"` : value.json;
  return {
    code: 'invalid-value',
    severity: 'error',
    message: `${text} does not fit column "${column}" of type ${type.toLowerCase()}`,
    ...row.at(column),
    expected,
  };
}
