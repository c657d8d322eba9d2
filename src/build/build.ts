import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { checkAgreements } from '../agreement/check.ts';
import { writeAgreementTables } from '../agreement/tables.ts';
import { type ContractResult, checkContracts } from '../contracts/check.ts';
import { type Diagnostic, failOnErrors } from '../diagnostics/diagnostic.ts';
import { type Progress, silent } from '../diagnostics/progress.ts';
import { type LoadResult, loadSources, recount } from '../load/load.ts';
import { checkMetrics } from '../metrics/check.ts';
import { evaluateMetrics } from '../metrics/evaluate.ts';
import { inspectModels } from '../models/inspect.ts';
import { parseModels } from '../models/parse.ts';
import { type PlannedModel, planModels } from '../models/plan.ts';
import { type ModelRun, runModels } from '../models/run.ts';
import type { Project } from '../project/project.ts';
import { type WarehouseFiles, warehouseFiles } from '../state/files.ts';
import { recordLoaded } from '../state/loaded.ts';
import { recordPublished } from '../state/published.ts';
import { Warehouse } from '../warehouse/warehouse.ts';
import { chooseAsOf } from './as-of.ts';
import { attributeRows, splitModels, writeOutlines } from './crms.ts';
import { loadOptions } from './load.ts';
import { compact, openWork } from './open-work.ts';
import { publishTables } from './publish.ts';
import { expireOldLeads } from './retention.ts';
import { loadSeeds } from './seeds.ts';
import { knownTables, publicTables } from './tables.ts';
import { failOnViolations } from './verdict.ts';

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
  readonly progress?: Progress;
  /** Milliseconds, for the times reported; `performance.now` by default. */
  readonly clock?: () => number;
}

export interface BuildResult {
  readonly asOf: string;
  readonly load: LoadResult;
  readonly models: readonly ModelRun[];
  /** Rows of metric_values. */
  readonly values: number;
  readonly contracts: readonly ContractResult[];
  /** The file that readers open, and the rows of each of its tables. */
  readonly published: string;
  readonly tables: Readonly<Record<string, number>>;
  readonly warnings: readonly Diagnostic[];
}

/**
 * Loads the sources, runs the models, evaluates the metrics, checks the contracts and publishes: all of it or nothing.
 * @throws DiagnosticsError `invalid` for a project or dump that is wrong, `violation` for a contract that does not hold.
 */
export async function build(project: Project, options: BuildOptions): Promise<BuildResult> {
  const progress = options.progress ?? silent;
  const clock = options.clock ?? (() => performance.now());
  const files = warehouseFiles(project.root, options.warehouse);
  mkdirSync(dirname(files.published), { recursive: true });

  const planned = await progress.task('read the project', () => planProject(project));
  const work = await openWork(files.work);
  let audited: Audited;
  try {
    const prepared = await prepare(work, project, { ...options, progress });
    await writeOutlines(work, splitModels(project).outlined, planned);
    await work.lock();
    const run = await runProject(work, project, planned, { ...prepared, now: options.now, progress, clock });
    const counted = run.expiredRows === 0 ? prepared.load : await recount(work, prepared.load);
    audited = { ...prepared, ...run, load: counted };
  } finally {
    work.close();
  }

  if (audited.load.mustCompact || audited.expiredRows > 0) await compact(files.work);
  recordLoaded(files, audited.load.state);
  failOnViolations(audited.contracts, files);
  const tables = await progress.task(
    'publish',
    () => publish(project, planned, files, { asOf: audited.asOf, now: options.now }),
    (counts) => `${Object.keys(counts).length} tables`,
  );
  return { ...audited, published: files.published, tables };
}

interface Prepared {
  readonly asOf: string;
  readonly load: LoadResult;
  readonly warnings: readonly Diagnostic[];
}

interface Audited extends Prepared {
  /** Rows of leads past retention that were taken out. */
  readonly expiredRows: number;
  readonly models: readonly ModelRun[];
  readonly values: number;
  readonly contracts: readonly ContractResult[];
}

/** Finds what can be found wrong before a row is read. */
async function planProject(project: Project): Promise<PlannedModel[]> {
  const problems: Diagnostic[] = [];
  const parser = await Warehouse.open(':memory:', { threads: 1 });
  try {
    const parsed = await parseModels(parser, splitModels(project).active, problems);
    const planned = planModels(parsed, knownTables(project), problems);
    problems.push(
      ...checkAgreements(
        project.agreements,
        project.metrics.map(({ name }) => name),
      ),
    );
    failOnErrors(problems);
    return planned;
  } finally {
    parser.close();
  }
}

/** What may read files: sources, seeds and the agreement; after it the database is locked. */
async function prepare(
  work: Warehouse,
  project: Project,
  options: BuildOptions & { progress: Progress },
): Promise<Prepared> {
  const { now } = options;
  const load = await loadSources(work, project, loadOptions(project, options));
  await loadSeeds(work, project.seeds);
  const asOf = chooseAsOf(options.asOf, load.newestRecordedAt);
  await writeRun(work, project, { asOf, now });
  const warnings = await writeAgreementTables(work, project, { asOf });
  return { asOf, load, warnings: [...project.warnings, ...load.warnings, ...warnings] };
}

/** The run as tables: models and pages read the time from here and from nowhere else. */
async function writeRun(work: Warehouse, project: Project, run: { asOf: string; now: string }): Promise<void> {
  const timeZone = project.agreements.at(-1)?.timeZone ?? project.config.timeZone;
  await work.run('create schema if not exists run');
  await work.insert('run.clock', { as_of: 'timestamptz' }, [{ as_of: run.asOf }]);
  // Times inside an event's properties may carry no offset either.
  const sources = project.config.sources.filter(({ kind }) => kind !== 'table');
  await work.insert(
    'run.sources',
    { crm: 'text', time_zone: 'text' },
    sources.map(({ name, timeZone: zone }) => ({ crm: name, time_zone: zone })),
  );
  await work.insert('run.attributes', { crm: 'text', property: 'text', attribute: 'text' }, attributeRows(project));
  await work.insert(
    'main.build_info',
    { project: 'text', as_of: 'timestamptz', time_zone: 'text', now: 'timestamptz' },
    [{ project: project.config.name, as_of: run.asOf, time_zone: timeZone, now: run.now }],
  );
}

async function runProject(
  work: Warehouse,
  project: Project,
  planned: readonly PlannedModel[],
  run: Prepared & { now: string; progress: Progress; clock: () => number },
): Promise<Omit<Audited, keyof Prepared>> {
  const { progress, clock, asOf, now } = run;
  await progress.task('check models and metrics', () => checkProject(work, project, planned));
  const modelOptions = { progress, clock, keep: knownTablesIn('main', project) };
  let models = await runModels(work, planned, modelOptions);
  const expired = await expireOldLeads(work, project, asOf);
  if (expired > 0) {
    await progress.task(
      'retention',
      () => Promise.resolve(),
      () => `${expired} rows past retention removed; the models run again`,
    );
    models = await runModels(work, planned, modelOptions);
  }
  const { values } = await progress.task(
    'evaluate metrics',
    () => evaluateMetrics(work, project, { progress: silent }),
    (result) => `${project.metrics.length} metrics, ${result.values.toLocaleString('en')} values`,
  );
  const contracts = await progress.task(
    'check contracts',
    () => checkContracts(work, { ...project, models: splitModels(project).active }, { asOf, now }),
    (results) => `${results.filter((result) => result.passed).length} of ${results.length} hold`,
  );
  return { models, expiredRows: expired, values, contracts };
}

async function checkProject(work: Warehouse, project: Project, planned: readonly PlannedModel[]): Promise<void> {
  const problems: Diagnostic[] = [];
  const columns = await inspectModels(work, planned, problems);
  if (problems.length === 0) problems.push(...(await checkMetrics(work, project, columns)));
  failOnErrors(problems);
}

function knownTablesIn(schema: string, project: Project): ReadonlySet<string> {
  const prefix = `${schema}.`;
  return new Set(
    [...knownTables(project)].filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length)),
  );
}

async function publish(
  project: Project,
  planned: readonly PlannedModel[],
  files: WarehouseFiles,
  run: { asOf: string; now: string },
): Promise<Record<string, number>> {
  const tables = await publishTables(files, publicTables(planned));
  recordPublished(files.record, {
    format: 1,
    project: project.config.name,
    asOf: run.asOf,
    publishedAt: run.now,
    bytes: statSync(files.published).size,
    tables,
  });
  return tables;
}
