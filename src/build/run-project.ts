import { warnOfUnmatchedBreaches } from '../agreement/breach-log.ts';
import { warnOfTimeWithoutAgreement } from '../agreement/gaps.ts';
import { warnOfUnseen } from '../agreement/unseen.ts';
import { type ContractResult, checkContracts } from '../contracts/check.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { type Progress, silent } from '../diagnostics/progress.ts';
import { changedLeads, forgetChanges } from '../load/changed-leads.ts';
import { type LoadResult, recount } from '../load/load.ts';
import { writeDecisions } from '../metrics/decisions.ts';
import { evaluateMetrics } from '../metrics/evaluate.ts';
import { measureImprovements } from '../metrics/improvements.ts';
import { changedRows } from '../models/changed-rows.ts';
import type { Columns } from '../models/inspect.ts';
import { forgetKeys } from '../models/ledger.ts';
import type { Lineages } from '../models/lineage/trace.ts';
import type { PlannedModel } from '../models/plan.ts';
import { type ModelRun, type RunResult, runModels } from '../models/run.ts';
import type { Project } from '../project/project.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { type CatalogueFacts, readCatalogueFacts } from './catalogue-facts.ts';
import { explainTables, rememberSeen } from './causes.ts';
import { checkLedger } from './check-ledger.ts';
import { checkProject } from './check-project.ts';
import { compareRows, keepRows, type ModelChange } from './compare.ts';
import { compareValues, keepValues, type MetricChange } from './compare-metrics.ts';
import { metricContents, tableContents } from './contents.ts';
import { splitModels } from './crms.ts';
import { writeModelInputs } from './model-inputs.ts';
import type { Prepared } from './prepare.ts';
import { keptLineage } from './read-lineage.ts';
import { expireOldLeads } from './retention.ts';
import { tablesBesideModels } from './tables.ts';

export interface RunProjectOptions {
  readonly now: string;
  readonly progress: Progress;
  readonly clock: () => number;
  /** Only these models; undefined: all. */
  readonly only?: ReadonlySet<string>;
  readonly isFullRefresh?: boolean;
  /** Which runner this is. */
  readonly tool?: string;
  /** as_of was asked for, and not told by the data. */
  readonly isAsOfAsked?: boolean;
  /** Tells what became of rows and values. */
  readonly compare?: boolean;
}

/** What came of the models, and where all of them are up to date of metrics and contracts. */
export interface ProjectRun {
  readonly models: readonly ModelRun[];
  readonly load: LoadResult;
  /** Rows of leads past retention that were taken out. */
  readonly expiredRows: number;
  /** Columns of each model, as found before it ran. */
  readonly columns: ReadonlyMap<string, Columns>;
  readonly outputs: ReadonlyMap<string, string>;
  readonly lineage: Lineages;
  /** Of the models that ran; none unless `compare`. */
  readonly changes: readonly ModelChange[];
  /** What the agreement and the breach log speak of and the data do not know. */
  readonly doubts: readonly Diagnostic[];
  /** Undefined when some models are not up to date: numbers and verdicts of half a project mislead. */
  readonly audited?: {
    /** Rows of metric_values, and the metrics whose values were computed. */
    readonly values: number;
    readonly evaluated: readonly string[];
    readonly metricMilliseconds: number;
    readonly metricChanges: readonly MetricChange[];
    readonly contracts: readonly ContractResult[];
    /** What the catalogue tells of each metric; undefined for a preview. */
    readonly catalogue?: CatalogueFacts;
  };
}

/** Everything that runs SQL of the project; the work file is locked. */
export async function runProject(
  work: Warehouse,
  project: Project,
  planned: readonly PlannedModel[],
  prepared: Prepared,
  options: RunProjectOptions,
): Promise<ProjectRun> {
  const { progress, now } = options;
  const { asOf } = prepared;
  const columns = await progress.task('check models and metrics', () =>
    checkProject(work, project, planned, options.tool),
  );
  const first = await runStale(work, project, planned, { asOf, load: prepared.load, columns }, options);
  // Merges that stale models do not know of would be missed, and a lead taken out that is alive.
  const expiredRows = isComplete(first.runs) ? await expireOldLeads(work, project, asOf) : 0;
  const load = expiredRows === 0 ? prepared.load : await recount(work, prepared.load);
  const { runs, outputs, inputs, contents } = expiredRows === 0 ? first : await runAgain(expiredRows, load);
  // Of a preview nobody asks where columns come from.
  const lineage = options.compare ? new Map() : await keptLineage(work, planned, columns, options.tool);
  const changes = options.compare ? await compareModels(work, planned, runs) : [];
  const doubts = isComplete(runs) ? await doubtsOf(work, project) : [];
  const done = { models: runs, load, expiredRows, columns, outputs, lineage, changes, doubts };
  if (!isComplete(runs)) return done;

  const startedAt = options.clock();
  if (options.compare) await keepValues(work);
  const evaluation = await progress.task(
    'evaluate metrics',
    () =>
      evaluateMetrics(work, project, {
        progress: silent,
        isFullRefresh: options.isFullRefresh ?? false,
        contentOf: metricContents(outputs, contents),
      }),
    ({ evaluated, values }) =>
      `${evaluated.length} of ${project.metrics.length} metrics, ${values.toLocaleString('en')} values`,
  );
  await measureImprovements(work, project);
  await writeDecisions(work, project);
  await writeModelInputs(work, project, planned);
  const metricMilliseconds = options.clock() - startedAt;
  const metricChanges = options.compare ? await compareValues(work) : [];
  const contracts = await progress.task(
    'check contracts',
    async () => [
      ...(await checkContracts(
        work,
        { ...project, models: splitModels(project).active },
        {
          ...{ asOf, now, contents: outputs },
          changeSince: changedRows(work, planned, { outputs, inputs }),
          isWhole: options.isFullRefresh ?? false,
        },
      )),
      ...(await checkLedger(work, project, planned, {
        asOf,
        isAsOfAsked: options.isAsOfAsked ?? false,
        state: load.state,
      })),
    ],
    (results) => `${results.filter((result) => result.passed).length} of ${results.length} hold`,
  );
  const catalogue = options.compare ? undefined : await readCatalogueFacts(work, project, lineage);
  const audited = { ...evaluation, metricMilliseconds, metricChanges, contracts };
  return { ...done, audited: catalogue === undefined ? audited : { ...audited, catalogue } };

  async function runAgain(rows: number, recounted: LoadResult): Promise<StaleRun> {
    await progress.task(
      'retention',
      () => Promise.resolve(),
      () => `${rows} rows past retention removed; the models run again`,
    );
    const again = await runStale(work, project, planned, { asOf, load: recounted, columns }, options);
    if (isComplete(again.runs)) {
      // They name who is gone.
      await forgetKeys(work, again.outputs);
      await forgetChanges(work);
    }
    const earlier = new Map(first.runs.map((run) => [run.name, run]));
    // What did not have to run twice ran all the same.
    return { ...again, runs: again.runs.map((run) => (run.status === 'unchanged' && earlier.get(run.name)) || run) };
  }
}

type StaleRun = RunResult & { readonly contents: ReadonlyMap<string, string> };

async function runStale(
  work: Warehouse,
  project: Project,
  planned: readonly PlannedModel[],
  run: { readonly asOf: string; readonly load: LoadResult; readonly columns: ReadonlyMap<string, Columns> },
  { progress, clock, only, isFullRefresh, compare }: RunProjectOptions,
): Promise<StaleRun> {
  const contents = await tableContents(work, planned, run.load);
  const result = await runModels(work, planned, {
    progress,
    clock,
    keep: tablesBesideModels(project),
    tables: contents,
    columns: run.columns,
    explain: await explainTables(work, project, run),
    changedIn: (table, { from, to }) =>
      table === 'raw.events' ? changedLeads(work, from, to) : Promise.resolve(undefined),
    ...(only === undefined ? {} : { only }),
    ...(isFullRefresh === undefined ? {} : { isFullRefresh }),
    ...(compare ? { beforeRun: (models: readonly PlannedModel[]) => keepAll(work, models) } : {}),
  });
  // What still has to run is told by what changed since the last complete run.
  if (isComplete(result.runs)) await rememberSeen(work, project, run);
  return { ...result, contents };
}

async function doubtsOf(work: Warehouse, { agreements, breachLog }: Project): Promise<Diagnostic[]> {
  return [
    ...(await warnOfTimeWithoutAgreement(work, agreements)),
    ...(await warnOfUnseen(work, agreements)),
    ...(await warnOfUnmatchedBreaches(work, breachLog)),
  ];
}

async function keepAll(work: Warehouse, models: readonly PlannedModel[]): Promise<void> {
  for (const { file } of models) await keepRows(work, file.name);
}

async function compareModels(
  work: Warehouse,
  planned: readonly PlannedModel[],
  runs: readonly ModelRun[],
): Promise<ModelChange[]> {
  const ran = new Set(runs.filter(({ status }) => status === 'ran').map(({ name }) => name));
  const changes: ModelChange[] = [];
  for (const { file } of planned.filter((model) => ran.has(model.file.name))) {
    const change = await compareRows(work, file);
    if (change !== undefined) changes.push(change);
  }
  return changes;
}

/** Whether all models are up to date. */
function isComplete(runs: readonly ModelRun[]): boolean {
  return runs.every(({ status }) => status === 'ran' || status === 'unchanged');
}
