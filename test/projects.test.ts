import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { build } from '../src/build/build.ts';
import { DiagnosticsError } from '../src/diagnostics/diagnostic.ts';
import { formatDiagnostics } from '../src/diagnostics/print.ts';
import { openProject, type Project } from '../src/project/project.ts';
import { quoteIdentifier, type RowValue, Warehouse } from '../src/warehouse/warehouse.ts';

// Every folder of test/projects is a small project with the tables it must give, or the error it must meet. The numbers
// are worked out by hand in its README.md; nothing here ever writes them.

const folder = join(import.meta.dirname, 'projects');
const now = '2027-01-04T06:00:00Z';
const temporary = mkdtempSync(join(tmpdir(), 'handover-projects-'));
const exitCodes = { violation: 1, invalid: 2, environment: 3, interrupted: 130 } as const;

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

interface Case {
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
const good = cases.filter((project) => project.exit === 0);
const bad = cases.filter((project) => project.exit !== 0);

afterAll(() => rmSync(temporary, { recursive: true, force: true }));

describe('a project gives the tables worked out by hand', () => {
  it.each(good)('$name', { timeout: 60_000 }, async (project) => {
    const { warnings } = await build(withFewMetrics(openProject(project.root), project), options(project));
    await expectTables(warehouseOf(project), project.expected);
    const text = formatDiagnostics(warnings, { color: false });
    for (const part of project.stderr) expect(text).toContain(part);
  });
});

describe('a project that is built delivery by delivery holds what a fresh build of all of them gives', () => {
  it.each(good.filter(({ root }) => existsSync(join(root, 'deliveries'))))('$name', async (project) => {
    const root = join(temporary, `${project.name}-by-delivery`);
    cpSync(project.root, root, { recursive: true });
    rmSync(join(root, 'deliveries'), { recursive: true });
    // The copy lies elsewhere.
    const config = join(root, 'handover.yml');
    writeFileSync(config, readFileSync(config, 'utf8').replace('../../..', join(import.meta.dirname, '..')));
    const files = readdirSync(join(project.root, 'deliveries')).sort();
    for (const [index, file] of files.entries()) {
      cpSync(join(project.root, 'deliveries', file), join(root, 'deliveries', file));
      const { models, published } = await build(openProject(root), { now });
      const isLast = index === files.length - 1;
      await expectTables(published, isLast ? project.expected : readExpected(join(root, `expected-${index + 1}`)));
      for (const [model, counts] of index === 0 ? [] : Object.entries(project.partitions)) {
        const run = models.find(({ name }) => name === model);
        expect(`${model} ${run?.partitions}`).toBe(`${model} ${counts[index - 1]}`);
      }
    }
  });
});

describe('a project with a mistake is told where it is', () => {
  it.each(bad)('$name', async (project) => {
    const { exit, text } = await failure(project);
    for (const part of project.stderr) expect(text).toContain(part);
    expect(exit).toBe(project.exit);
    expect(existsSync(warehouseOf(project))).toBe(false);
  });
});

describe('the command line', () => {
  it('exits with 0 although a promise was broken', async () => {
    const { code, stdout } = await handover('rule-16-a-breach-is-not-a-failure');
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
  });

  it.each(['bad-yaml-typo', 'bad-missing-file'])('exits with 2 and says why on stderr: %s', async (name) => {
    const { code, stdout, stderr } = await handover(name);
    for (const part of readCase(name).stderr) expect(stderr).toContain(part);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).not.toMatch(/^\s+at .*\.(ts|js|mjs):\d+/m);
  });

  it('exits with 1 when a contract does not hold, and leaves what was published as it was', {
    timeout: 60_000,
  }, async () => {
    const file = join(temporary, 'published.duckdb');
    expect(await handover('rule-16-a-breach-is-not-a-failure', file)).toMatchObject({ code: 0 });
    const before = readFileSync(file);
    expect(await handover('bad-contract-violation', file)).toMatchObject({ code: 1 });
    expect(readFileSync(file).equals(before)).toBe(true);
  });
});

function readCase(name: string): Case {
  const root = join(folder, name);
  const file = join(root, 'case.yml');
  const { as_of, ...rest } = caseFile.parse(existsSync(file) ? parse(readFileSync(file, 'utf8')) : {});
  return { ...rest, name, root, asOf: as_of, expected: readExpected(join(root, 'expected')) };
}

/** Table → the lines of its CSV. */
function readExpected(from: string): ReadonlyMap<string, readonly string[]> {
  const tables = existsSync(from) ? readdirSync(from) : [];
  return new Map(
    tables.map((table): [string, string[]] => [
      table.replace('.csv', ''),
      readFileSync(join(from, table), 'utf8').trimEnd().split('\n'),
    ]),
  );
}

async function expectTables(published: string, tables: ReadonlyMap<string, readonly string[]>): Promise<void> {
  const warehouse = await Warehouse.open(published, { readOnly: true });
  try {
    for (const [table, expected] of tables) {
      expect(`${table}\n${await tableText(warehouse, table, expected)}`).toBe(`${table}\n${sorted(expected)}`);
    }
  } finally {
    warehouse.close();
  }
}

function warehouseOf(project: Case): string {
  return join(temporary, `${project.name}.duckdb`);
}

function options(project: Case): { now: string; warehouse: string; asOf?: string } {
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

async function failure(project: Case): Promise<{ exit: number; text: string }> {
  try {
    await build(openProject(project.root), options(project));
  } catch (error) {
    if (!(error instanceof DiagnosticsError)) throw error;
    return { exit: exitCodes[error.kind], text: formatDiagnostics(error.diagnostics, { color: false }) };
  }
  return { exit: 0, text: '' };
}

async function handover(
  name: string,
  file = join(temporary, `${name}-cli.duckdb`),
): Promise<{ code: number; stdout: string; stderr: string }> {
  const { asOf = now } = readCase(name);
  const program = join(import.meta.dirname, '..', 'bin', 'handover.mjs');
  const call = [program, 'build', '--project', join(folder, name), '--warehouse', file, '--as-of', asOf, '--no-color'];
  try {
    return { code: 0, ...(await promisify(execFile)(process.execPath, call)) };
  } catch (error) {
    const { code, stdout, stderr } = failedProcess.parse(error);
    return { code, stdout, stderr };
  }
}

const failedProcess = z.object({ code: z.number(), stdout: z.string(), stderr: z.string() });
