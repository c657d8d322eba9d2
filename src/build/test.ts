import { type Diagnostic, failOnErrors } from '../diagnostics/diagnostic.ts';
import { type Progress, silent } from '../diagnostics/progress.ts';
import { inspectModels, layOut } from '../models/inspect.ts';
import { columnsOfTables } from '../models/table-columns.ts';
import { type CheckedTest, checkUnitTest, type TestBench } from '../models/unit-test-check.ts';
import { runUnitTest, type UnitTestResult } from '../models/unit-tests.ts';
import type { Project } from '../project/project.ts';
import { Warehouse } from '../warehouse/warehouse.ts';
import type { SelectionRequest } from './select.ts';
import { chooseTests, type PlannedTest, planEveryModel, withInputs } from './test-plan.ts';
import { layOutTables } from './test-tables.ts';

export type { Difference } from '../models/unit-test-difference.ts';
export type { UnitTestResult };

export interface TestOptions {
  /** Models, as everywhere, or names of tests; all by default. */
  readonly selection?: SelectionRequest;
  /** Tells where the last run's results lie, which a selection may ask for. */
  readonly warehouse?: string;
  readonly progress?: Progress;
}

/**
 * Runs the unit tests of models. Nothing needs to have been built or loaded: the tables are laid out empty in memory.
 * Models of CRMs without a source are tested too.
 * @throws DiagnosticsError with everything that is wrong with the test files, or with the models that they need.
 */
export async function testModels(project: Project, options: TestOptions = {}): Promise<readonly UnitTestResult[]> {
  const { progress = silent } = options;
  const warehouse = await Warehouse.open(':memory:', { threads: 1 });
  try {
    const { checked } = await progress.task('read the tests', () => prepare(warehouse, project, options), describe);
    const results: UnitTestResult[] = [];
    for (const tests of byModel(checked)) {
      const title = `test ${tests[0]?.model.file.name}`;
      results.push(...(await progress.task(title, () => runAll(warehouse, tests), summary)));
    }
    return results;
  } finally {
    warehouse.close();
  }
}

/** How many there are, and how many of them pass: `12 tests, 11 pass`. */
export function summary(results: readonly UnitTestResult[]): string {
  const passed = results.filter((result) => result.passed).length;
  return `${countOf(results.length)}, ${passed === results.length ? 'all' : passed} pass`;
}

interface PreparedTests {
  readonly checked: readonly CheckedTest[];
  readonly leftOut: number;
}

function describe({ checked, leftOut }: PreparedTests): string {
  const tests = countOf(checked.length);
  return leftOut === 0 ? tests : `${tests}; left out: ${leftOut} inherited, of another seed or agreement than here`;
}

async function prepare(warehouse: Warehouse, project: Project, options: TestOptions): Promise<PreparedTests> {
  const problems: Diagnostic[] = [];
  const planned = await planEveryModel(warehouse, project, problems);
  const { tests, leftOut } = await chooseTests(project, planned, options, problems);
  failOnErrors(problems);
  if (tests.length === 0) return { checked: [], leftOut };

  const needed = withInputs(planned, tests);
  await layOutTables(warehouse, project, {
    wanted: new Set(needed.flatMap(({ readsTables }) => readsTables)),
    hasAgreement: tests.some(takesAgreement),
  });
  const columns = await inspectModels(warehouse, needed, problems);
  failOnErrors(problems);
  // To a test they are tables like any other.
  await layOut(warehouse, columns);
  await warehouse.lock();
  const bench = { warehouse, tables: await tablesOf(warehouse), models: columns };
  return { checked: await checkAll(bench, tests), leftOut };
}

async function tablesOf(warehouse: Warehouse): Promise<TestBench['tables']> {
  const tables = [...(await columnsOfTables(warehouse))];
  return new Map(tables.map(([table, columns]) => [table, [...columns].map(([name, type]) => ({ name, type }))]));
}

async function checkAll(bench: TestBench, tests: readonly PlannedTest[]): Promise<CheckedTest[]> {
  const problems: Diagnostic[] = [];
  const checked: CheckedTest[] = [];
  for (const { test, model } of tests) {
    const found = await checkUnitTest(bench, test, model, problems);
    if (found !== undefined) checked.push(found);
  }
  failOnErrors(problems);
  return checked;
}

async function runAll(warehouse: Warehouse, tests: readonly CheckedTest[]): Promise<UnitTestResult[]> {
  const results: UnitTestResult[] = [];
  for (const test of tests) results.push(await runUnitTest(warehouse, test));
  return results;
}

function takesAgreement({ test, model }: PlannedTest): boolean {
  const readsAgreement = model.readsTables.some((table) => table.startsWith('sla.'));
  return readsAgreement && [...test.given.values()].includes('project');
}

function byModel(checked: readonly CheckedTest[]): CheckedTest[][] {
  const groups = new Map<string, CheckedTest[]>();
  for (const test of checked) {
    const { name } = test.model.file;
    groups.set(name, [...(groups.get(name) ?? []), test]);
  }
  return [...groups.values()];
}

function countOf(tests: number): string {
  return `${tests} ${tests === 1 ? 'test' : 'tests'}`;
}
