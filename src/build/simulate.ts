import { existsSync } from 'node:fs';
import { writeAgreementTables } from '../agreement/tables.ts';
import { warnOfUnseen } from '../agreement/unseen.ts';
import { type Diagnostic, DiagnosticsError, failOnErrors } from '../diagnostics/diagnostic.ts';
import { type Progress, silent } from '../diagnostics/progress.ts';
import type { PlannedModel } from '../models/plan.ts';
import type { Agreement } from '../project/agreement.ts';
import type { Project } from '../project/project.ts';
import { warehouseFiles } from '../state/files.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { builtAsOf } from './as-of.ts';
import { type Comparison, compareVerdicts } from './compare-verdicts.ts';
import { splitModels, writeOutlines } from './crms.ts';
import { type DraftRequest, draftInto } from './draft-agreement.ts';
import { forgetOtherLayouts } from './memory.ts';
import { nothingBuilt } from './nothing-built.ts';
import { openOrExplain } from './open-work.ts';
import { planProject } from './plan-project.ts';
import { copyToScratch } from './scratch-copy.ts';
import { runForVerdicts, withInputs } from './simulated-models.ts';
import { stoppable } from './stoppable.ts';
import { keepVerdicts, modelsWithVerdicts } from './verdicts.ts';
import { withLock } from './with-lock.ts';

export interface SimulateOptions extends DraftRequest {
  /** The run's own start, an ISO instant. */
  readonly now: string;
  readonly warehouse?: string;
  /** Waits while a build of the same warehouse runs, in place of stopping. */
  readonly wait?: boolean;
  readonly signal?: AbortSignal;
  readonly progress?: Progress;
}

/** What the history would have been judged like. */
export interface Simulation extends Comparison {
  /** The draft's id. */
  readonly draft: string;
  readonly from: string;
  readonly to: string | null;
  /** ISO instant. */
  readonly asOf: string;
  readonly warnings: readonly Diagnostic[];
}

/**
 * Judges the leads of the last build by a draft of an agreement, as if it had been in force, and compares that with what
 * the project's agreements say. Works on a copy of the work file, which goes when it is done or stopped.
 * @throws DiagnosticsError with everything that is wrong with the draft; when nothing was built yet; `interrupted` when
 * `signal` stopped it.
 */
export async function simulate(project: Project, options: SimulateOptions): Promise<Simulation> {
  try {
    return await simulateOnCopy(project, options);
  } catch (error) {
    throw options.signal?.aborted ? stopped() : error;
  }
}

async function simulateOnCopy(project: Project, options: SimulateOptions): Promise<Simulation> {
  const progress = stoppable(options.progress ?? silent, options.signal);
  const files = warehouseFiles(project.root, options.warehouse);
  if (!existsSync(files.work)) throw new DiagnosticsError([nothingBuilt]);
  const { drafted, planned } = await progress.task('read the project and the draft', async () => ({
    drafted: draftInto(project, options),
    planned: await planProject(project),
  }));
  const scratch = await withLock(files, { ...options, progress }, () =>
    progress.task('copy the work file', async () => copyToScratch(files, 'simulate')),
  );
  try {
    const work = await openOrExplain(scratch.file);
    const stop = (): void => work.interrupt();
    options.signal?.addEventListener('abort', stop);
    try {
      return await judgeTwice(work, project, drafted, planned, { ...options, progress });
    } finally {
      options.signal?.removeEventListener('abort', stop);
      work.close();
    }
  } finally {
    scratch.remove();
  }
}

async function judgeTwice(
  work: Warehouse,
  project: Project,
  { project: altered, draft, warnings }: ReturnType<typeof draftInto>,
  planned: readonly PlannedModel[],
  { progress, signal, from: asked, to }: SimulateOptions & { readonly progress: Progress },
): Promise<Simulation> {
  const asOf = await builtAsOf(work);
  if (asOf === undefined) throw new DiagnosticsError([nothingBuilt]);
  const from = draft.effectiveFrom;
  await checkReach(work, draft, { asOf, named: asked === undefined ? 'effective_from' : '--from' });
  const names = new Set(planned.map(({ file }) => file.name));
  const wanted = modelsWithVerdicts(names);
  if (wanted.length === 0) throw new DiagnosticsError([nothingJudged]);
  await forgetOtherLayouts(work);
  await writeOutlines(work, splitModels(project).outlined, planned);
  await work.lock();

  const judge = async (by: Project, table: 'before' | 'after'): Promise<readonly Diagnostic[]> => {
    const found = await writeAgreementTables(work, by, { asOf });
    failOnErrors(found);
    await runForVerdicts(work, by, planned, {
      only: withInputs(planned, wanted),
      // Not told model by model, but stopped between two.
      progress: stoppable(silent, signal),
    });
    await keepVerdicts(work, table, names);
    return found;
  };
  // Also this: since the last build an agreement or a model may have changed.
  await progress.task('judge by the agreements in force', () => judge(project, 'before'));
  const found = await progress.task('judge by the draft', () => judge(altered, 'after'));
  const comparison = await compareVerdicts(work, { from, to, timeZone: draft.timeZone });
  const unseen = await warnOfUnseen(work, [draft]);
  const own = [...warnings, ...found, ...unseen].filter(({ file }) => file === draft.at([]).file);
  return { draft: draft.id, from, to: to ?? null, asOf, ...comparison, warnings: own };
}

/** @throws DiagnosticsError when the draft begins after the local day on which the data end. */
async function checkReach(
  work: Warehouse,
  { effectiveFrom, timeZone }: Agreement,
  { asOf, named }: { readonly asOf: string; readonly named: string },
): Promise<void> {
  const [last] = await work.rows<{ date: string }>('select timezone($1, $2::timestamptz)::date as date', [
    timeZone,
    asOf,
  ]);
  if (last === undefined || effectiveFrom <= last.date) return;
  throw new DiagnosticsError([
    {
      code: 'invalid-option',
      severity: 'error',
      message: `${named} ${effectiveFrom} is after the data end (${last.date})`,
      expected: 'a day that the data reach, given with --from',
    },
  ]);
}

/** What a person is told who asked to stop; a simulation leaves nothing to go on from. */
function stopped(): DiagnosticsError {
  return new DiagnosticsError(
    [{ code: 'interrupted', severity: 'error', message: 'stopped before it was done; nothing was changed' }],
    'interrupted',
  );
}

const nothingJudged = {
  code: 'nothing-judged',
  severity: 'error',
  message: 'the project has no model of verdicts',
  expected: 'one of lead_responses, lead_follow_ups, lead_acceptances, meetings',
} as const;
