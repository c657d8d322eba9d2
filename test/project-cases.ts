import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { build } from '../src/build/build.ts';
import { formatDiagnostics } from '../src/diagnostics/print.ts';
import { openProject, type Project } from '../src/project/project.ts';
import { warehouseFiles } from '../src/state/files.ts';
import { quoteIdentifier, quoteLiteral, type RowValue, Warehouse } from '../src/warehouse/warehouse.ts';

// Every folder of test/projects is a small project with the tables it must give, or the error it must meet. The numbers
// are worked out by hand in its README.md; nothing here ever writes them.

export const folder = join(import.meta.dirname, 'projects');
export const now = '2027-01-04T06:00:00Z';
export const temporary = mkdtempSync(join(tmpdir(), 'handover-projects-'));

/** Of these tables a case lists the rows it is about, found by these columns; of all others it lists every row. */
const partial: Readonly<Record<string, readonly string[]>> = {
  metric_values: ['metric', 'grain', 'period_start', 'dimension', 'dimension_value'],
  cohort_conversions: ['grain', 'cohort_start', 'from_stage', 'to_stage', 'window_days'],
  stage_conversions: ['from_stage', 'to_stage'],
  data_health: ['measure', 'crm', 'item'],
};

const caseFile = z.strictObject({
  as_of: z.string().optional(),
  exit: z.number().default(0),
  stderr: z.array(z.string()).default([]),
  /** Incremental model → how many parts each delivery after the first computes anew; null: all of it. */
  partitions: z.record(z.string(), z.array(z.number().nullable())).default({}),
});

export interface Case {
  readonly name: string;
  readonly root: string;
  readonly asOf: string | undefined;
  readonly exit: number;
  readonly stderr: readonly string[];
  readonly partitions: Readonly<Record<string, readonly (number | null)[]>>;
  /** Table → the lines of its expected CSV, header first. */
  readonly expected: ReadonlyMap<string, readonly string[]>;
}

const cases = readdirSync(folder).sort().map(readCase);
/** Projects that build, and those with a mistake. */
export const good = cases.filter((project) => project.exit === 0);
export const bad = cases.filter((project) => project.exit !== 0);

/** Builds the project and compares its tables with those worked out by hand. */
export async function expectCase(project: Case): Promise<void> {
  const { work } = warehouseFiles(project.root, warehouseOf(project));
  if (existsSync(shapes)) copyFileSync(shapes, work);
  const { warnings } = await build(withFewMetrics(openProject(project.root), project), options(project));
  if (!existsSync(shapes)) await keepShapes(work);
  await expectTables(warehouseOf(project), project.expected);
  const text = formatDiagnostics(warnings, { color: false });
  for (const part of project.stderr) expect(text).toContain(part);
  // They may lie in memory.
  for (const file of [work, warehouseOf(project)]) rmSync(file);
}

/** A work file that holds nothing but what an earlier case found of the columns of models. */
const shapes = join(temporary, 'shapes');

/**
 * Most models have the same columns in each case: finding and tracing them takes a third of a small build. Where they do
 * not, as with another dump or agreement, the build finds them anew.
 */
async function keepShapes(work: string): Promise<void> {
  const warehouse = await Warehouse.open(':memory:');
  try {
    await warehouse.run(`attach ${quoteLiteral(work)} as work (read_only); attach ${quoteLiteral(shapes)} as kept`);
    await warehouse.run('create schema kept.state');
    for (const table of ['layout', 'shapes', 'lineage']) {
      await warehouse.run(`create table kept.state.${table} as from work.state.${table}`);
    }
  } finally {
    warehouse.close();
  }
}

export function readCase(name: string): Case {
  const root = join(folder, name);
  const file = join(root, 'case.yml');
  const { as_of, ...rest } = caseFile.parse(existsSync(file) ? parse(readFileSync(file, 'utf8')) : {});
  return { ...rest, name, root, asOf: as_of, expected: readExpected(join(root, 'expected')) };
}

/** Table → the lines of its CSV. */
export function readExpected(from: string): ReadonlyMap<string, readonly string[]> {
  const tables = existsSync(from) ? readdirSync(from) : [];
  return new Map(
    tables.map((table): [string, string[]] => [
      table.replace('.csv', ''),
      readFileSync(join(from, table), 'utf8').trimEnd().split('\n'),
    ]),
  );
}

export async function expectTables(published: string, tables: ReadonlyMap<string, readonly string[]>): Promise<void> {
  const warehouse = await Warehouse.open(published, { readOnly: true });
  try {
    for (const [table, expected] of tables) {
      expect(`${table}\n${await tableText(warehouse, table, expected)}`).toBe(`${table}\n${sorted(expected)}`);
    }
  } finally {
    warehouse.close();
  }
}

export function warehouseOf(project: Case): string {
  return join(temporary, `${project.name}.duckdb`);
}

export function options(project: Case): { now: string; warehouse: string; asOf?: string } {
  return { now, warehouse: warehouseOf(project), ...(project.asOf === undefined ? {} : { asOf: project.asOf }) };
}

/** Only the metrics that the case or its agreement names: evaluating all of them takes most of a small build's time. */
function withFewMetrics(project: Project, { expected }: Case): Project {
  const named = (expected.get('metric_values') ?? []).map((line) => line.split(',')[0]);
  const promised = project.agreements.flatMap(({ promises }) => promises.map(({ metric }) => metric));
  return { ...project, metrics: project.metrics.filter(({ name }) => named.includes(name) || promised.includes(name)) };
}

/** The table as CSV text with the columns that the case names, header first and rows sorted. */
async function tableText(warehouse: Warehouse, table: string, expected: readonly string[]): Promise<string> {
  const columns = (expected[0] ?? '').split(',');
  const rows = await warehouse.rows(`select ${columns.map(quoteIdentifier).join(', ')} from ${quoteIdentifier(table)}`);
  const lines = rows.map((row) => columns.map((column) => cell(row[column] ?? null)));
  const key = (partial[table] ?? []).map((column) => columns.indexOf(column));
  const keyOf = (line: readonly string[]): string => key.map((index) => line[index]).join(',');
  const wanted = new Set(expected.slice(1).map((line) => keyOf(line.split(','))));
  return sorted([expected[0] ?? '', ...lines.filter((line) => wanted.has(keyOf(line))).map((line) => line.join(','))]);
}

function sorted([header = '', ...lines]: readonly string[]): string {
  return [header, ...lines.sort()].join('\n');
}

/** Null is empty; numbers are compared to four decimals. */
function cell(value: RowValue): string {
  if (value === null) return '';
  return typeof value === 'number' ? String(Number(value.toFixed(4))) : String(value);
}
