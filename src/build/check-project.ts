import { checkModelContracts, contractDifferences } from '../contracts/check.ts';
import { type Diagnostic, failOnErrors } from '../diagnostics/diagnostic.ts';
import { checkMetrics } from '../metrics/check.ts';
import { checkPartitions } from '../models/check-partitions.ts';
import { inspectModels } from '../models/inspect.ts';
import type { PlannedModel } from '../models/plan.ts';
import { knownColumns, rememberColumns, shapesOf } from '../models/shapes.ts';
import { type Columns, columnsOfTables } from '../models/table-columns.ts';
import type { Metric } from '../project/metric-file.ts';
import type { Project } from '../project/project.ts';
import { toolVersion } from '../project/version.ts';
import { hashOf } from '../state/hash.ts';
import { readFunctionKinds } from '../warehouse/functions.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { splitModels } from './crms.ts';

/**
 * Finds what is wrong with models, metrics and contracts before a row moves, and returns the columns of every model.
 * What was found right stays right for as long as neither it nor the columns change.
 * @throws DiagnosticsError with every problem.
 */
export async function checkProject(
  work: Warehouse,
  project: Project,
  planned: readonly PlannedModel[],
  tool = toolVersion,
): Promise<ReadonlyMap<string, Columns>> {
  const problems: Diagnostic[] = [];
  const tables = await columnsOfTables(work, new Set(planned.flatMap((model) => model.readsTables)));
  const shapes = shapesOf(planned, tables);
  const known = await knownColumns(work, shapes);
  const columns = await inspectModels(work, planned, problems, known);
  failOnErrors(problems);
  if (known.size < planned.length) await rememberColumns(work, shapes, columns);
  if (planned.some(({ file }) => file.partition !== undefined)) {
    const functions = await readFunctionKinds(work);
    problems.push(...checkPartitions(planned, { models: columns, tables, functions }));
  }
  await checkExpressions(work, project, { columns, tool }, problems);
  failOnErrors(problems);
  return columns;
}

/** What metrics and contracts say of the models' columns. */
async function checkExpressions(
  work: Warehouse,
  project: Project,
  { columns, tool }: { readonly columns: ReadonlyMap<string, Columns>; readonly tool: string },
  problems: Diagnostic[],
): Promise<void> {
  const { active } = splitModels(project);
  const rules = active.map(({ name, materialized, grain, columns: declared, contract, aliasOf }) => ({
    ...{ name, materialized, grain, declared, contract, aliasOf },
  }));
  const found = [...columns].map(([name, types]) => [name, [...types]]);
  const checked = hashOf([tool, project.metrics, rules, found]);
  if (await isChecked(work, checked)) return;
  const mistakes: Diagnostic[] = [];
  mistakes.push(
    ...(await checkMetrics(work, { metrics: onKeptModels(project, mistakes) }, columns)),
    ...(await checkModelContracts(work, { models: active }, columns)),
    ...(await contractDifferences(work, active, columns)),
  );
  problems.push(...mistakes);
  if (mistakes.length === 0) await work.insert('state.checked', { checked: 'varchar' }, [{ checked }]);
}

/** A metric counts rows that are kept: an ephemeral model has none. */
function onKeptModels({ metrics, models }: Project, mistakes: Diagnostic[]): readonly Metric[] {
  const ephemeral = new Set(models.filter(({ materialized }) => materialized === 'ephemeral').map(({ name }) => name));
  for (const metric of metrics.filter(({ model }) => ephemeral.has(model))) {
    mistakes.push({
      code: 'metric-on-ephemeral',
      severity: 'error',
      message: `metric "${metric.name}" is on "${metric.model}", which is ephemeral and keeps no rows`,
      ...metric.at(['model']),
      fix: `Make "${metric.model}" a view or a table.`,
    });
  }
  return metrics.filter(({ model }) => !ephemeral.has(model));
}

async function isChecked(work: Warehouse, checked: string): Promise<boolean> {
  if (!(await work.hasTable('state', 'checked'))) return false;
  const [row] = await work.rows<{ checked: string }>('select checked from state.checked');
  return row?.checked === checked;
}
