import * as z from 'zod';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { readCsvRows } from './test-csv.ts';
import { type Place, parseYaml, type SourceText, startOf, type YamlPath } from './yaml-file.ts';

/** The unit tests of a model that lie beside it in `<model>.tests.yml`, not parsed yet. */
export interface TestFile {
  /** The model's name without a version. */
  readonly model: string;
  readonly yml: SourceText;
}

/** One value: nothing, a scalar as it is written, or a list or map as JSON text. */
export type TestValue = null | string | { readonly json: string };

/** A row of a table that a test gives or expects. */
export interface TestRow {
  readonly values: ReadonlyMap<string, TestValue>;
  /** Of a column's value; of the row without one. */
  at(column?: string): Place;
}

/** A test of one model: rows of its inputs, and the rows that must come out. */
export interface UnitTest {
  readonly name: string;
  /** The model's name without a version. */
  readonly model: string;
  /** Of a model with versions; the latest by default. */
  readonly version?: number;
  /** A common table expression of the model, tested instead of its result. */
  readonly cte?: string;
  /** Table as the SQL writes it → its rows; `project`: those that the project's own seed or agreement gives it. */
  readonly given: ReadonlyMap<string, readonly TestRow[] | 'project'>;
  readonly expect: readonly TestRow[];
  at(path: YamlPath): Place;
}

const rows = z
  .array(z.record(z.string(), z.unknown()))
  .describe('Rows, each a map of columns to values; a column left out is null.');

const csv = z
  .strictObject({ csv: z.string().describe('CSV text with a header line; an empty cell is null, "" an empty text.') })
  .describe('Rows as CSV.');

const test = z.strictObject({
  name: z.string().min(1).describe('What is so, in words: "answered within two hours is met".'),
  description: z.string().optional().describe('Why it is so.'),
  version: z.int().min(1).optional().describe('Of a model with versions, the one that is tested; else the latest.'),
  cte: z
    .string()
    .optional()
    .describe("A common table expression (named select) of the model, tested instead of the model's result."),
  given: z
    .record(z.string(), z.union([rows, csv, z.literal('project')]))
    .default({})
    .describe(
      'Each table that the model reads, as its SQL writes it, with its rows; "project" takes the rows of the project\'s own seed or agreement. One left out is empty.',
    ),
  expect: z
    .union([rows, csv])
    .describe('The rows that must come out, in any order; only the columns that they name are compared.'),
});

/** The shape of a model's .tests.yml. */
export const testsSchema = z.strictObject({
  tests: z.array(test).describe('Tests of the model that has the same name as this file.'),
});

type TestYaml = z.infer<typeof test>;

const namesSchema = z.looseObject({ tests: z.array(z.looseObject({ name: z.string() })) });

/** The names of a file's tests with their places. Their rows, most of the file, are not looked at. */
export function namesOfTests({ yml }: TestFile): readonly { readonly name: string; readonly place: Place }[] {
  const located = parseYaml(yml, namesSchema, []);
  return (located?.value.tests ?? []).map(({ name }, index) => ({
    name,
    place: located?.at(['tests', index, 'name']) ?? startOf(yml),
  }));
}

/** Reads the tests of a file; problems are added with their place. */
export function readTests({ model, yml }: TestFile, problems: Diagnostic[]): UnitTest[] {
  const located = parseYaml(yml, testsSchema, problems);
  if (located === undefined) return [];
  const { value, at } = located;
  reportTwins(value.tests, at, problems);
  const asWritten = writtenIn(yml.text);
  return value.tests.map((entry, index) => {
    const path = (...parts: YamlPath): YamlPath => ['tests', index, ...parts];
    const read = (given: TestYaml['expect'], where: YamlPath): TestRow[] =>
      'csv' in given
        ? readCsvRows(given.csv, at([...where, 'csv']), problems)
        : given.map((row, rowIndex) => toRow(row, { at, path: [...where, rowIndex], asWritten }));
    const tables = Object.entries(entry.given).map(
      ([table, given]) => [table, given === 'project' ? given : read(given, path('given', table))] as const,
    );
    return {
      name: entry.name,
      model,
      ...(entry.version === undefined ? {} : { version: entry.version }),
      ...(entry.cte === undefined ? {} : { cte: entry.cte }),
      given: new Map(tables),
      expect: read(entry.expect, path('expect')),
      at: (parts) => at(path(...parts)),
    };
  });
}

type AsWritten = (value: number, place: Place) => string;

function toRow(
  row: Readonly<Record<string, unknown>>,
  { at, path, asWritten }: { at: (path: YamlPath) => Place; path: YamlPath; asWritten: AsWritten },
): TestRow {
  return {
    values: new Map(
      Object.entries(row).map(([column, value]) => [column, toValue(value, () => at([...path, column]), asWritten)]),
    ),
    at: (column) => at(column === undefined ? path : [...path, column]),
  };
}

function toValue(value: unknown, place: () => Place, asWritten: AsWritten): TestValue {
  if (value === null || value === undefined) return null;
  if (typeof value === 'object') return { json: JSON.stringify(value) };
  return typeof value === 'number' ? asWritten(value, place()) : String(value);
}

/** 007 and 1.50 are other texts than the numbers they stand for, and long numbers are more exact. */
function writtenIn(source: string): AsWritten {
  const lines = source.split('\n');
  return (value, { line, column }) => {
    const [text = ''] = /^[-+.\w]*/.exec(lines[line - 1]?.slice(column - 1) ?? '') ?? [];
    return Number(text) === value ? text : String(value);
  };
}

function reportTwins(tests: readonly TestYaml[], at: (path: YamlPath) => Place, problems: Diagnostic[]): void {
  const names = tests.map(({ name }) => name);
  for (const [index, name] of names.entries()) {
    if (names.indexOf(name) === index) continue;
    problems.push({
      code: 'duplicate-name',
      severity: 'error',
      message: `a second test named "${name}"`,
      ...at(['tests', index, 'name']),
      fix: 'Say what is different about it.',
    });
  }
}
