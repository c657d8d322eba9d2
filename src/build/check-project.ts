import { checkMetricContracts, checkModelContracts, contractDifferences } from '../contracts/check.ts';
import { type Diagnostic, failOnErrors } from '../diagnostics/diagnostic.ts';
import { checkMetrics } from '../metrics/check.ts';
import { metricValueColumns } from '../metrics/evaluate.ts';
import { modelUses } from '../metrics/uses.ts';
import { checkPartitions } from '../models/check-partitions.ts';
import { inspectModels } from '../models/inspect.ts';
import type { PlannedModel } from '../models/plan.ts';
import { knownColumns, rememberColumns, rememberedColumns, shapesOf } from '../models/shapes.ts';
import { type Columns, columnsOfTables } from '../models/table-columns.ts';
import { type Metric, modelsOf } from '../project/metric.ts';
import type { ModelFile } from '../project/model-file.ts';
import type { Project } from '../project/project.ts';
import { toolVersion } from '../project/version.ts';
import { hashOf } from '../state/hash.ts';
import { readFunctionKinds } from '../warehouse/functions.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { checkSelects } from './contract-selects.ts';
import { splitModels } from './crms.ts';
import { knownTables } from './tables.ts';

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
  const tables = await columnsOfTables(work, knownTables(project));
  const shapes = shapesOf(planned, tables, tool);
  const remembered = await rememberedColumns(work, shapes);
  const known = knownColumns(shapes, remembered);
  const columns = await inspectModels(work, planned, problems, known);
  failOnErrors(problems);
  const functions = await readFunctionKinds(work);
  const outlined = new Set(splitModels(project).outlined.map(({ name }) => name));
  problems.push(...checkPartitions(planned, { models: columns, tables, functions, outlined }, known));
  if (remembered.size < planned.length && problems.length === 0) await rememberColumns(work, shapes, columns);
  await checkExpressions(work, project, { planned, columns, tables, tool }, problems);
  failOnErrors(problems);
  return columns;
}

/** What metrics and contracts say of the models' columns. */
async function checkExpressions(
  work: Warehouse,
  project: Project,
  {
    planned,
    columns,
    tables,
    tool,
  }: {
    readonly planned: readonly PlannedModel[];
    readonly columns: ReadonlyMap<string, Columns>;
    readonly tables: ReadonlyMap<string, Columns>;
    readonly tool: string;
  },
  problems: Diagnostic[],
): Promise<void> {
  const { active } = splitModels(project);
  const rules = active.map(({ name, materialized, isPublic, grain, columns: declared, contract, aliasOf }) => ({
    ...{ name, materialized, isPublic, grain, declared, contract, aliasOf },
  }));
  const found = [...columns, ...tables].map(([name, types]) => [name, [...types]]);
  const checked = hashOf([tool, project.metrics, rules, found]);
  if (await isChecked(work, checked)) return;
  const mistakes = foundRight.has(checked) ? [] : await mistakesIn(work, project, { planned, columns, active });
  problems.push(...mistakes);
  if (mistakes.length > 0) return;
  foundRight.add(checked);
  await work.insert('state.checked', { checked: 'varchar' }, [{ checked }]);
}

/** What this process found no mistake in. */
const foundRight = new Set<string>();

async function mistakesIn(
  work: Warehouse,
  project: Project,
  known: {
    readonly planned: readonly PlannedModel[];
    readonly columns: ReadonlyMap<string, Columns>;
    readonly active: readonly ModelFile[];
  },
): Promise<readonly Diagnostic[]> {
  const { planned, columns, active } = known;
  const mistakes: Diagnostic[] = [];
  mistakes.push(
    ...(await checkMetrics(work, { metrics: onKeptModels(project, mistakes) }, columns)),
    ...(await checkModelContracts(work, { models: active }, columns)),
    ...(await contractDifferences(work, active, columns)),
    ...checkMetricContracts({ models: active, metrics: project.metrics }, columns),
    ...(await checkSelects(work, project, planned, { columns, values: metricValueColumns })),
  );
  return mistakes;
}

/** A metric counts rows that are kept, an ephemeral model has none; and that readers have, who may cut them anew. */
function onKeptModels({ metrics, models }: Project, mistakes: Diagnostic[]): readonly Metric[] {
  const known = new Map(models.map((model) => [model.name, model]));
  const isEphemeral = (name: string): boolean => known.get(name)?.materialized === 'ephemeral';
  for (const metric of metrics) {
    for (const { model, path } of modelUses(metric)) {
      const named = `metric "${metric.name}" is on "${model}", which is`;
      const problem = { severity: 'error', ...metric.at(path) } as const;
      if (isEphemeral(model)) {
        const fix = `Make "${model}" a view or a table.`;
        mistakes.push({
          code: 'metric-on-ephemeral',
          message: `${named} ephemeral and keeps no rows`,
          ...problem,
          fix,
        });
      } else if (known.get(model)?.isPublic === false) {
        const fix = `Write "public: true" in its .yml, or move it to models/marts/.`;
        mistakes.push({ code: 'metric-on-private', message: `${named} not published`, ...problem, fix });
      }
    }
  }
  return metrics.filter((metric) => !modelsOf(metric).some(isEphemeral));
}

async function isChecked(work: Warehouse, checked: string): Promise<boolean> {
  if (!(await work.hasTable('state', 'checked'))) return false;
  const [row] = await work.rows<{ checked: string }>('select checked from state.checked');
  return row?.checked === checked;
}
