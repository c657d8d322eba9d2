import type { ContractResult } from '../contracts/check.ts';
import { type Diagnostic, failOnErrors } from '../diagnostics/diagnostic.ts';
import { type Progress, silent } from '../diagnostics/progress.ts';
import type { LoadResult } from '../load/load.ts';
import type { PlannedModel } from '../models/plan.ts';
import type { ModelRun } from '../models/run.ts';
import type { Project } from '../project/project.ts';
import { type WarehouseFiles, warehouseFiles } from '../state/files.ts';
import { recordLoaded } from '../state/loaded.ts';
import { recordPublished } from '../state/published.ts';
import { chooseModels } from './choose-models.ts';
import type { ModelChange } from './compare.ts';
import type { MetricChange } from './compare-metrics.ts';
import { splitModels, writeOutlines } from './crms.ts';
import { deprecations } from './deprecations.ts';
import { describeUnchanged } from './describe.ts';
import { compact, openWork } from './open-work.ts';
import { planProject } from './plan-project.ts';
import { type Prepared, prepare } from './prepare.ts';
import { publishTables } from './publish.ts';
import { type FoundInputs, findInputs, rememberBuild } from './record.ts';
import { type ProjectRun, runProject } from './run-project.ts';
import type { SelectionRequest } from './select.ts';
import { stoppable, stopped } from './stoppable.ts';
import { publicTables } from './tables.ts';
import { failOnModels, failOnViolations } from './verdict.ts';
import { withLock } from './with-lock.ts';
import { writeArtefacts } from './write-artefacts.ts';

export interface BuildOptions {
  /** The run's own start, an ISO instant: later rows are rejected, and freshness is judged against it. */
  readonly now: string;
  /** ISO instant; by default told by the data. */
  readonly asOf?: string;
  /** Where to publish; target/handover.duckdb by default. */
  readonly warehouse?: string;
  /** Source name → glob read in its place. */
  readonly sources?: ReadonlyMap<string, string>;
  /** What hashes of personal data are salted with; by default the text of handover.salt, where there is one. */
  readonly salt?: string;
  /** Keeps what rejected rows hold for a fortnight, personal columns masked. */
  readonly keepRejects?: boolean;
  /** Only these models, and what they need that is not up to date; undefined: all. */
  readonly select?: SelectionRequest;
  /** Runs all models, whatever changed. */
  readonly isFullRefresh?: boolean;
  /** Waits while another build of the same warehouse runs, in place of stopping. */
  readonly wait?: boolean;
  /** Stops the build where it is; what was published stays. */
  readonly signal?: AbortSignal;
  /** Which runner this is, as text: what another one found right, or nothing to do, is looked at again. */
  readonly tool?: string;
  /** The command and its arguments, for run-results.json. */
  readonly command?: readonly string[];
  /** Tells what became of rows and metric values, and publishes nothing. */
  readonly preview?: boolean;
  /** What DuckDB may hold in memory, `4GB`; by default what the rows loaded need (docs/models.md). */
  readonly memory?: string;
  readonly progress?: Progress;
  /** Milliseconds, for the times reported; `performance.now` by default. */
  readonly clock?: () => number;
}

export interface BuildResult {
  readonly asOf: string;
  readonly load: LoadResult;
  readonly models: readonly ModelRun[];
  /** Rows of metric_values; of them were computed those of the metrics `evaluated`. */
  readonly values: number;
  readonly evaluated: readonly string[];
  readonly contracts: readonly ContractResult[];
  /** The file that readers open, and the rows of each of its tables; none when nothing was published. */
  readonly published: string;
  readonly tables: Readonly<Record<string, number>>;
  /** What became of the rows of the models that ran, and of metric values; of a preview only. */
  readonly changes: readonly ModelChange[];
  readonly metricChanges: readonly MetricChange[];
  /** Why nothing was published; undefined when it was. */
  readonly unpublished?: string;
  readonly warnings: readonly Diagnostic[];
}

/**
 * Loads the sources, brings models, metrics and contracts up to date and publishes: all of it or nothing.
 * @throws DiagnosticsError `invalid` for a project or dump that is wrong, `violation` for a contract that does not hold,
 * `environment` when another build runs, `interrupted` when `signal` stopped it.
 */
export async function build(project: Project, options: BuildOptions): Promise<BuildResult> {
  const progress = stoppable(options.progress ?? silent, options.signal);
  const files = warehouseFiles(project.root, options.warehouse);
  const found = findInputs(project, options);
  try {
    return await withLock(files, { ...options, progress }, () =>
      buildLocked(project, files, { ...options, progress, found }),
    );
  } catch (error) {
    // What was interrupted outside a task fails as any statement does.
    throw options.signal?.aborted ? stopped() : error;
  }
}

async function buildLocked(
  project: Project,
  files: WarehouseFiles,
  options: BuildOptions & { progress: Progress; found: FoundInputs },
): Promise<BuildResult> {
  const clock = options.clock ?? (() => performance.now());
  const startedAt = clock();
  const plan = await options.progress.task('read the project', async () => {
    const planned = await planProject(project);
    const warnings = deprecations(project, planned, options.now);
    failOnErrors(warnings);
    return { planned, warnings, only: await chooseModels(project, planned, options) };
  });
  const run = await runInWorkFile(project, files, plan, { ...options, clock });
  // A run of no model says nothing of the last one.
  const finish = (why?: string): void => {
    if (plan.only?.size === 0) return;
    writeArtefacts(project, files, plan.planned, { ...options, run, why, milliseconds: clock() - startedAt });
  };

  const warnings = [...project.warnings, ...plan.warnings, ...run.warnings, ...run.doubts];
  const common = {
    asOf: run.asOf,
    load: run.load,
    models: run.models,
    changes: run.changes,
    published: files.published,
    warnings,
  };
  if (run.audited === undefined) {
    const why = whyPartial(run.models);
    finish(why);
    failOnModels(run.models, files);
    return { ...common, values: 0, evaluated: [], metricChanges: [], contracts: [], tables: {}, unpublished: why };
  }
  const { contracts } = run.audited;
  if (options.preview) {
    const why = 'a preview changes nothing that readers see';
    return { ...common, ...run.audited, tables: {}, unpublished: why };
  }
  if (contracts.some(({ passed, severity }) => !passed && severity === 'error')) finish('contracts do not hold');
  failOnViolations(contracts, files);
  const { tables } = await options.progress.task(
    'publish',
    () => publish(project, plan.planned, files, { ...options, asOf: run.asOf, outputs: run.outputs }),
    (published) => {
      const all = `${Object.keys(published.tables).length} tables`;
      return published.spared === 0 ? all : `${all}, ${published.spared} of them only where they changed`;
    },
  );
  finish();
  const result = { ...common, ...run.audited, tables };
  const { load, asOf } = run;
  rememberBuild(project, files, options, { found: options.found, load, asOf, said: describeUnchanged(result) });
  return result;
}

interface Plan {
  readonly planned: readonly PlannedModel[];
  readonly only: ReadonlySet<string> | undefined;
}

/** Loading as many holds no memory that is worth the time of closing a file, and one thread is enough for them. */
const fewRows = 100_000;

/** Rows that the raw tables hold, of this load and of those before. */
function rowsHeld({ state }: LoadResult): number {
  return state.files.reduce((rows, file) => rows + file.rowsLoaded, 0);
}

/** Everything that changes the work file, which is closed when this ends. */
async function runInWorkFile(
  project: Project,
  files: WarehouseFiles,
  { planned, only }: Plan,
  options: BuildOptions & { progress: Progress; clock: () => number },
): Promise<Prepared & ProjectRun> {
  let work = await openWork(files.work, options.memory);
  const stop = (): void => work.interrupt();
  options.signal?.addEventListener('abort', stop);
  let done: Prepared & ProjectRun;
  try {
    const prepared = await prepare(work, project, options);
    if (!prepared.load.unchanged && prepared.load.rows.loaded > fewRows) {
      // What loading held in memory is free for the models only then.
      work.close();
      work = await openWork(files.work, options.memory);
    }
    if (rowsHeld(prepared.load) <= fewRows) await work.useOneThread();
    await writeOutlines(work, splitModels(project).outlined, planned);
    await work.lock();
    const { now, progress, clock, isFullRefresh, preview, tool } = options;
    const run = await runProject(work, project, planned, prepared, {
      ...{ now, progress, clock },
      ...(only === undefined ? {} : { only }),
      ...(isFullRefresh === undefined ? {} : { isFullRefresh }),
      ...(tool === undefined ? {} : { tool }),
      ...(preview ? { compare: true } : {}),
      ...(options.asOf === undefined ? {} : { isAsOfAsked: true }),
    });
    done = { ...prepared, ...run };
  } finally {
    options.signal?.removeEventListener('abort', stop);
    work.close();
  }
  if (done.load.mustCompact || done.expiredRows > 0) await compact(files.work, options.memory);
  recordLoaded(files, done.load.state);
  return done;
}

function whyPartial(models: readonly ModelRun[]): string {
  const failed = models.filter(({ status }) => status === 'failed');
  if (failed.length > 0) return `${failed.map(({ name }) => name).join(', ')} failed`;
  const stale = models.filter(({ status }) => status === 'skipped');
  return `${stale.length} ${stale.length === 1 ? 'model is' : 'models are'} not up to date, such as ${stale[0]?.name}`;
}

async function publish(
  project: Project,
  planned: readonly PlannedModel[],
  files: WarehouseFiles,
  run: Pick<BuildOptions, 'now' | 'memory' | 'tool' | 'isFullRefresh'> & {
    asOf: string;
    outputs: ReadonlyMap<string, string>;
  },
): Promise<{ tables: BuildResult['tables']; spared: number }> {
  const { record, spared } = await publishTables(files, publicTables(planned, run.outputs), run);
  recordPublished(files.record, {
    format: 1,
    project: project.config.name,
    asOf: run.asOf,
    publishedAt: run.now,
    ...record,
  });
  return { tables: record.tables, spared };
}
