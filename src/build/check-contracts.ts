import { existsSync } from 'node:fs';
import { type ContractResult, checkContracts } from '../contracts/check.ts';
import { type Diagnostic, DiagnosticsError } from '../diagnostics/diagnostic.ts';
import { type Progress, silent } from '../diagnostics/progress.ts';
import type { Project } from '../project/project.ts';
import { type WarehouseFiles, warehouseFiles } from '../state/files.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { checkLedgerAgain } from './check-ledger.ts';
import { checkProject } from './check-project.ts';
import { splitModels } from './crms.ts';
import { nothingBuilt } from './nothing-built.ts';
import { openOrExplain } from './open-work.ts';
import { planProject } from './plan-project.ts';
import { type Standing, standingOf } from './standing.ts';
import { withLock } from './with-lock.ts';

export type { ContractResult } from '../contracts/check.ts';

export interface CheckRequest {
  /** An ISO instant: how old the data are is judged against it. */
  readonly now: string;
  /** The published file whose work file is meant; target/handover.duckdb by default. */
  readonly warehouse?: string;
  /** Waits while a build of the same warehouse runs, in place of stopping. */
  readonly wait?: boolean;
  readonly memory?: string;
  /** Which runner this is, as text. */
  readonly tool?: string;
  readonly progress?: Progress;
}

export interface CheckResult {
  /** How far the data reach that were looked at. */
  readonly asOf: string;
  /** In the order of the project's models and metrics. */
  readonly results: readonly ContractResult[];
  readonly warnings: readonly Diagnostic[];
}

/**
 * Checks all contracts as the project's files have them now against what the last build left in the work file. No data
 * are loaded, no model runs and nothing is published; main.contract_results and the rows that break rules are written
 * anew, in the work file alone.
 * @throws DiagnosticsError `invalid` for a project that is wrong or that nothing was built of, `environment` when a
 * build runs. Contracts that do not hold are results.
 */
export async function checkBuilt(project: Project, request: CheckRequest): Promise<CheckResult> {
  const progress = request.progress ?? silent;
  const files = warehouseFiles(project.root, request.warehouse);
  if (!existsSync(files.work)) throw new DiagnosticsError([nothingBuilt]);
  return withLock(files, { now: request.now, wait: request.wait, progress }, () =>
    checkLocked(project, files, { ...request, progress }),
  );
}

async function checkLocked(
  project: Project,
  files: WarehouseFiles,
  { now, tool, memory, progress }: CheckRequest & { readonly progress: Progress },
): Promise<CheckResult> {
  const planned = await progress.task('read the project', () => planProject(project));
  const work = await openOrExplain(files.work, memory === undefined ? {} : { memoryLimit: memory });
  try {
    const asOf = await readAsOf(work);
    await work.lock();
    await progress.task('check models and metrics', () => checkProject(work, project, planned, tool));
    const { active } = splitModels(project);
    const standing = await standingOf(work, { planned, models: active, metrics: project.metrics });
    const results = await progress.task(
      'check contracts',
      async () => [
        ...(await checkContracts(work, { ...project, ...standing }, { asOf, now, contents: standing.contents })),
        ...(await checkLedgerAgain(work, project, planned, asOf)),
      ],
      (found) => `${found.filter(({ passed }) => passed).length} of ${found.length} hold`,
    );
    return { asOf, results, warnings: [...project.warnings, ...warningsOf(standing)] };
  } finally {
    work.close();
  }
}

/** The clock of the last build; without it, or without values as this version writes them, there is nothing to check. */
async function readAsOf(work: Warehouse): Promise<string> {
  const isBuilt = (await work.hasTable('run', 'clock')) && (await work.hasTable('main', 'metric_values'));
  const columns = isBuilt ? await work.columns('from main.metric_values') : [];
  const [clock] = isBuilt ? await work.rows<{ as_of: string }>('from run.clock') : [];
  if (clock === undefined) throw new DiagnosticsError([nothingBuilt]);
  if (columns.some(({ name }) => name === 'is_in_force')) return clock.as_of;
  throw new DiagnosticsError([
    {
      code: 'nothing-built',
      severity: 'error',
      message: 'the last build was made by another version of handover',
      fix: 'Run "handover build" first.',
    },
  ]);
}

function warningsOf({ unbuilt, changed }: Standing): Diagnostic[] {
  const said = [
    ...(changed.length === 0 ? [] : [`${count(changed)} changed since the last build: ${listed(changed)}`]),
    ...(unbuilt.length === 0 ? [] : [`not built yet, and not checked: ${listed(unbuilt)}`]),
  ];
  return said.map((message) => ({
    code: 'not-up-to-date',
    severity: 'warning',
    message,
    fix: 'Run "handover build" to check what they give now.',
  }));
}

function count(names: readonly string[]): string {
  return names.length === 1 ? '1 model or metric' : `${names.length} models and metrics`;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ');
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}
