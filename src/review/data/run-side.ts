import { checkProject } from '../../build/check-project.ts';
import { metricContents, tableContents } from '../../build/contents.ts';
import { splitModels, writeOutlines } from '../../build/crms.ts';
import { writeTablesOfFiles } from '../../build/prepare.ts';
import { withInputs } from '../../build/simulated-models.ts';
import { stoppable } from '../../build/stoppable.ts';
import { tablesBesideModels } from '../../build/tables.ts';
import { type Diagnostic, DiagnosticsError, failOnErrors } from '../../diagnostics/diagnostic.ts';
import { silent } from '../../diagnostics/progress.ts';
import type { LoadState } from '../../load/ledger.ts';
import { evaluateMetrics } from '../../metrics/evaluate.ts';
import type { PlannedModel } from '../../models/plan.ts';
import { type RunResult, runModels } from '../../models/run.ts';
import type { Columns } from '../../models/table-columns.ts';
import type { Project } from '../../project/project.ts';
import { SqlError, type Warehouse } from '../../warehouse/warehouse.ts';
import { explainUnloaded, failOnUnloaded } from './loaded.ts';
import type { Wanted } from './wanted.ts';

/** A side whose models are in order. */
export interface RunnableSide {
  readonly project: Project;
  readonly planned: readonly PlannedModel[];
}

/** What is the same for both sides. */
export interface SidesRun {
  readonly now: string;
  readonly asOf: string;
  readonly state: LoadState;
  readonly tool?: string;
  readonly signal: AbortSignal;
}

/** What came of the models of a side. */
export interface SideResult {
  /** Names of those that had to run. */
  readonly ran: ReadonlySet<string>;
  /** What each holds, as a hash. */
  readonly outputs: RunResult['outputs'];
  readonly columns: ReadonlyMap<string, Columns>;
}

/**
 * Brings what is wanted of a side up to date on a copy that was just opened, and locks it before any SQL of the side
 * runs. Its sources are not read. `beforeRun` is called before the first model runs, with those that may.
 * @throws DiagnosticsError with what keeps the side from being built.
 */
export async function runSide(
  work: Warehouse,
  side: RunnableSide,
  wanted: Wanted,
  { beforeRun, ...run }: SidesRun & { readonly beforeRun?: (models: readonly PlannedModel[]) => Promise<void> },
): Promise<SideResult> {
  const { project, planned } = side;
  const { state, tool, signal } = run;
  await writeTablesOfFiles(work, project, run);
  await writeOutlines(work, splitModels(project).outlined, planned);
  await work.lock();
  await failOnUnloaded(work, side);
  const columns = await explainUnloaded(side, () => checkProject(work, project, planned, tool));
  const contents = await tableContents(work, planned, { state });
  const only = withInputs(planned, wanted.models);
  const { runs, outputs } = await runModels(work, planned, {
    only,
    // Not told model by model, but stopped between two.
    progress: stoppable(silent, signal),
    clock: () => 0,
    keep: tablesBesideModels(project),
    tables: contents,
    columns,
    explain: (table) => `${table} changed`,
    beforeRun: async (models) => beforeRun?.(models.filter(({ file }) => only.has(file.name))),
  });
  failOnErrors(runs.flatMap(({ problem }): Diagnostic[] => (problem === undefined ? [] : [problem])));
  signal.throwIfAborted();
  // Values of other metrics go from the copy.
  await evaluateMetrics(
    work,
    { metrics: wanted.metrics },
    { progress: silent, contentOf: metricContents(outputs, contents) },
  );
  const ran = new Set(runs.filter(({ status }) => status === 'ran').map(({ name }) => name));
  return { ran, outputs, columns };
}

/** What a side came to, or what is wrong with it. */
export type Attempt<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'failed'; readonly problems: readonly Diagnostic[] };

/** Runs what is a side's own doing: what its SQL or files make go wrong is an outcome, and no error. */
export async function attempt<T>(signal: AbortSignal, work: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { kind: 'done', value: await work() };
  } catch (error) {
    const problems = signal.aborted ? undefined : problemsOf(error);
    if (problems === undefined) throw error;
    return { kind: 'failed', problems };
  }
}

/** Undefined for what is no fault of the side. */
function problemsOf(error: unknown): readonly Diagnostic[] | undefined {
  if (error instanceof DiagnosticsError) {
    const isItsOwn = error.kind === 'invalid' || error.diagnostics.every(({ code }) => code === 'out-of-memory');
    return isItsOwn ? error.diagnostics : undefined;
  }
  if (!(error instanceof SqlError) || error.kind === 'Interrupt') return undefined;
  const [message = ''] = error.message.split('\n');
  return [{ code: 'sql-failed', severity: 'error', message }];
}
