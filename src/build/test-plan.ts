import { join, resolve, sep } from 'node:path';
import { type Diagnostic, DiagnosticsError } from '../diagnostics/diagnostic.ts';
import { crmTables } from '../load/raw-table.ts';
import { graphOf, within } from '../models/graph.ts';
import { parseModels } from '../models/parse.ts';
import { type PlannedModel, planModels } from '../models/plan.ts';
import type { ModelFile } from '../project/model-file.ts';
import type { Project } from '../project/project.ts';
import { readTests, type UnitTest } from '../project/test-file.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { type SelectionRequest, select } from './select.ts';
import { knownTables } from './tables.ts';

/** A test and the model that it is of. */
export interface PlannedTest {
  readonly test: UnitTest;
  readonly model: PlannedModel;
}

/** All models, those of CRMs without a source too: their tests need no data. */
export async function planEveryModel(
  warehouse: Warehouse,
  project: Project,
  problems: Diagnostic[],
): Promise<PlannedModel[]> {
  const tables = project.layouts.flatMap(crmTables).map(({ name }) => `raw.${name}`.toLowerCase());
  const parsed = await parseModels(warehouse, project.models, problems);
  return planModels(parsed, new Set([...knownTables(project), ...tables]), problems);
}

/** Tests that run, and the number of those that cannot be judged in this project. */
export interface ChosenTests {
  readonly tests: readonly PlannedTest[];
  readonly leftOut: number;
}

/**
 * The tests that a request means, by model and in the order of the file. A test's own name selects it, too. Left out
 * are inherited ones that take the rows of a seed, or agreement, of which this project has another.
 */
export async function chooseTests(
  project: Project,
  planned: readonly PlannedModel[],
  options: { readonly selection?: SelectionRequest; readonly warehouse?: string },
  problems: Diagnostic[],
): Promise<ChosenTests> {
  const tests = project.tests.flatMap((file) => withModels(readTests(file, problems), project, planned, problems));
  const { select: wanted = [], exclude = [] } = options.selection ?? {};
  const isTest = (name: string): boolean => tests.some(({ test }) => test.name === name);
  const models = wanted.filter((name) => !isTest(name));
  const excluded = exclude.filter((name) => !isTest(name));
  // Tests alone select no model; nothing at all selects every one.
  const selected =
    wanted.length > 0 && models.length === 0
      ? new Set<string>()
      : await selectOrReport(project, planned, { select: models, exclude: excluded }, options.warehouse, problems);
  const chosen = tests.filter(
    ({ test, model }) => (selected.has(model.file.name) || wanted.includes(test.name)) && !exclude.includes(test.name),
  );
  const judged = chosen.filter(({ test }) => isOfSameProject(project, test));
  return { tests: judged, leftOut: chosen.length - judged.length };
}

/** Whether the rows that a test takes from the project are those it was written for: of the folder that it lies in. */
function isOfSameProject(project: Project, test: UnitTest): boolean {
  const root = rootOf(project, 'models', test.at([]).file);
  const taken = [...test.given].filter(([, rows]) => rows === 'project').map(([name]) => name.toLowerCase());
  return taken.every((name) => {
    if (name.startsWith('sla.')) {
      return project.agreements.every(({ at }) => rootOf(project, 'metrics', at([]).file) === root);
    }
    const seed = project.seeds.find((candidate) => `seeds.${candidate.name}`.toLowerCase() === name);
    return seed === undefined || rootOf(project, 'seeds', seed.relativePath) === root;
  });
}

/** Of the projects that this one is made of, the one that a file lies in; `path` counts from this one's root. */
function rootOf({ root, roots }: Project, folder: string, path: string): string | undefined {
  const absolute = resolve(root, path);
  return roots.find((candidate) => absolute.startsWith(join(candidate, folder, sep)));
}

async function selectOrReport(
  project: Project,
  planned: readonly PlannedModel[],
  request: SelectionRequest,
  warehouse: string | undefined,
  problems: Diagnostic[],
): Promise<ReadonlySet<string>> {
  try {
    return await select(project, planned, request, warehouse === undefined ? {} : { warehouse });
  } catch (error) {
    if (!(error instanceof DiagnosticsError)) throw error;
    problems.push(...error.diagnostics);
    return new Set();
  }
}

function withModels(
  tests: readonly UnitTest[],
  project: Project,
  planned: readonly PlannedModel[],
  problems: Diagnostic[],
): PlannedTest[] {
  return tests.flatMap((test) => {
    const file = modelOf(test, project.models, problems);
    // A model that cannot be parsed has been told of.
    const model = planned.find((candidate) => candidate.file.name === file?.name);
    return model === undefined ? [] : [{ test, model }];
  });
}

/** The version that is meant, else the latest, else the model itself. */
function modelOf(test: UnitTest, models: readonly ModelFile[], problems: Diagnostic[]): ModelFile | undefined {
  const versions = models.filter(({ base, aliasOf }) => base === test.model && aliasOf === undefined);
  if (test.version === undefined) return versions.find(({ version }) => version?.isLatest ?? true);
  const found = versions.find(({ version }) => version?.number === test.version);
  if (found !== undefined) return found;
  const numbers = versions.flatMap(({ version }) => version?.number ?? []);
  problems.push({
    code: 'unknown-version',
    severity: 'error',
    message: `there is no version ${test.version} of model "${test.model}"`,
    ...test.at(['version']),
    expected: numbers.length === 0 ? 'none: the model has no versions' : `one of ${numbers.join(', ')}`,
  });
  return undefined;
}

/** Models with tests, and whatever these are made from: their columns must be known. */
export function withInputs(planned: readonly PlannedModel[], tests: readonly PlannedTest[]): PlannedModel[] {
  const names = within(
    graphOf(planned).reads,
    tests.map(({ model }) => model.file.name),
    planned.length,
  );
  return planned.filter(({ file }) => names.has(file.name));
}
