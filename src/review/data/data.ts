import { existsSync, statSync } from 'node:fs';
import { builtAsOf } from '../../build/as-of.ts';
import { keepRowsInFile } from '../../build/compare.ts';
import { forgetOtherLayouts } from '../../build/memory.ts';
import { copyToScratch } from '../../build/scratch-copy.ts';
import { withInputs } from '../../build/simulated-models.ts';
import { stoppable } from '../../build/stoppable.ts';
import { keepVerdicts, modelsToJudgeBy } from '../../build/verdicts.ts';
import { withLock } from '../../build/with-lock.ts';
import { type Progress, silent } from '../../diagnostics/progress.ts';
import { type LoadState, readState } from '../../load/ledger.ts';
import type { PlannedModel } from '../../models/plan.ts';
import { type WarehouseFiles, warehouseFiles } from '../../state/files.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import type { DataOutcome, DefinitionChange, Reach, RowsReview, Side } from '../types.ts';
import { type LimitedCopy, stopped, withinLimits } from './data-limits.ts';
import { compareFlips, noFlips } from './flips.ts';
import { compareModelRows } from './rows.ts';
import { attempt, type RunnableSide, runSide, type SideResult, type SidesRun } from './run-side.ts';
import { compareValues, keepValues } from './values.ts';
import { reachesVerdicts, wantedOf } from './wanted.ts';

export interface DataInput {
  /** The project's folder in the work tree, whose last build holds the data. */
  readonly root: string;
  readonly base: Side;
  readonly head: Side;
  readonly reach: Reach;
  readonly changes: readonly DefinitionChange[];
}

export interface DataOptions {
  /** The run's own start, an ISO instant. */
  readonly now: string;
  readonly warehouse?: string;
  /** ISO instant; that of the last build by default. */
  readonly asOf?: string;
  readonly tool?: string;
  readonly memory?: string;
  /** Waits while a build of the same warehouse runs, in place of stopping. */
  readonly wait?: boolean;
  readonly signal?: AbortSignal;
  readonly progress?: Progress;
  /** Bytes that the copy may grow to. */
  readonly diskLimit?: number;
}

/**
 * What two versions of a project make of the data of the last build: metric values, verdicts, rows of models. Works on a
 * copy of the work file, which goes when it is done or stopped; loads nothing, and runs what differs alone.
 * @throws DiagnosticsError of kind `environment` when another build runs or the copy outgrows `diskLimit`, `interrupted`
 * when `signal` stopped it.
 */
export async function compareData(input: DataInput, options: DataOptions): Promise<DataOutcome> {
  const { base, head, reach } = input;
  if (reach.models.length === 0 && reach.metrics.length === 0) {
    return { kind: 'not_needed', reason: 'no definition that values depend on differs' };
  }
  const files = warehouseFiles(input.root, options.warehouse);
  if (!existsSync(files.work)) return noData;
  if (base.planned === undefined) return { kind: 'failed', side: 'base', problems: base.problems };
  if (head.planned === undefined) return { kind: 'failed', side: 'head', problems: head.problems };
  const sides = {
    base: { project: base.project, planned: base.planned },
    head: { project: head.project, planned: head.planned },
  };
  try {
    return await compareOnCopy(files, { ...input, sides }, options);
  } catch (error) {
    // What was interrupted outside the copy fails as any task does.
    throw options.signal?.aborted ? stopped() : error;
  }
}

async function compareOnCopy(
  files: WarehouseFiles,
  input: DataInput & { readonly sides: Sides },
  options: DataOptions,
): Promise<DataOutcome> {
  const progress = stoppable(options.progress ?? silent, options.signal);
  const scratch = await withLock(files, { ...options, progress }, () =>
    progress.task('copy the work file', async () => copyToScratch(files, 'review')),
  );
  try {
    const { signal, memory } = options;
    const limits = {
      disk: options.diskLimit ?? usualDisk(files),
      ...(signal === undefined ? {} : { signal }),
      ...(memory === undefined ? {} : { memory }),
    };
    return await withinLimits(scratch, limits, (copy) => compareOn(copy, input, { ...options, progress }));
  } finally {
    scratch.remove();
  }
}

const noData = {
  kind: 'no_data',
  reason: 'there is no build here: run "handover build" on the base, or compare definitions alone with --no-data',
} as const;

/** Both sides may make every model anew, and keep the rows of one of them. */
function usualDisk({ work }: WarehouseFiles): number {
  return 4 * statSync(work).size + 4 * 1024 ** 3;
}

interface Sides {
  readonly base: RunnableSide;
  readonly head: RunnableSide;
}

async function compareOn(
  copy: LimitedCopy,
  { sides, reach, changes }: DataInput & { readonly sides: Sides },
  options: DataOptions & { readonly progress: Progress },
): Promise<DataOutcome> {
  const { now, tool, progress } = options;
  const found = await copy.session((work) => readBuilt(work));
  if (found === undefined) return noData;
  const asOf = options.asOf ?? found.asOf;
  const run = { now, asOf, state: found.state, signal: copy.signal, ...(tool === undefined ? {} : { tool }) };
  const hasVerdicts = reachesVerdicts([sides.base, sides.head], reach);
  const task = { sides, reach, run, hasVerdicts };
  const before = await progress.task('values by the base', () =>
    attempt(copy.signal, () => copy.session((work) => runBase(work, task))),
  );
  if (before.kind === 'failed') return { ...before, side: 'base' };
  return progress.task('values by the head', () =>
    copy.session(async (work): Promise<DataOutcome> => {
      const after = await attempt(copy.signal, () => runHead(work, task));
      if (after.kind === 'failed') return { ...after, side: 'head' };
      const compared = await attempt(copy.signal, async () => ({
        flips: hasVerdicts ? await compareFlips(work) : noFlips,
        rows: await compareRows(work, sides, { before: before.value, after: after.value }),
        ...(await compareValues(work, {
          base: sides.base.project,
          head: sides.head.project,
          metrics: reach.metrics.map(({ name }) => name),
          changes,
          asOf,
          isAsOfAsked: options.asOf !== undefined,
        })),
      }));
      // What cannot be compared is what the head made of it.
      if (compared.kind === 'failed') return { ...compared, side: 'head' };
      return {
        kind: 'compared',
        asOf,
        ranBefore: before.value.ran.size,
        ranAfter: after.value.ran.size,
        ...compared.value,
      };
    }),
  );
}

/** What the last build left; undefined when it left nothing that can be compared on. */
async function readBuilt(work: Warehouse): Promise<{ readonly asOf: string; readonly state: LoadState } | undefined> {
  await forgetOtherLayouts(work);
  const [asOf, state] = [await builtAsOf(work), await readState(work)];
  return asOf === undefined || state === undefined ? undefined : { asOf, state };
}

interface SidesTask {
  readonly sides: Sides;
  readonly reach: Reach;
  readonly run: SidesRun;
  readonly hasVerdicts: boolean;
}

/** Brings the base up to date and keeps what is compared of it. */
async function runBase(work: Warehouse, { sides, reach, run, hasVerdicts }: SidesTask): Promise<SideResult> {
  const { base, head } = sides;
  const wanted = wantedOf(base, reach, hasVerdicts);
  // What the head alone needs is brought up to date too: rows that another state left would else count as the base's.
  const ofHead = withInputs(head.planned, wantedOf(head, reach, hasVerdicts).models);
  const result = await runSide(work, base, { ...wanted, models: [...wanted.models, ...ofHead] }, run);
  await keepValues(work);
  if (hasVerdicts) await keepVerdicts(work, 'before', judgedBy(base, result));
  // Views show what they read: once the head's seeds are there, something else.
  const reached = new Set(reach.models.map(({ name }) => name));
  const running = new Set(head.planned.map(({ file }) => file.name));
  for (const { file } of base.planned.filter((model) => model.file.materialized === 'view')) {
    if (reached.has(file.name) && running.has(file.name)) await keepRowsInFile(work, file.name);
  }
  return result;
}

/** Brings the head up to date, on what the base left. */
async function runHead(work: Warehouse, { sides, reach, run, hasVerdicts }: SidesTask): Promise<SideResult> {
  const { base, head } = sides;
  const views = new Set(base.planned.filter(isView).map(({ file }) => file.name));
  const result = await runSide(work, head, wantedOf(head, reach, hasVerdicts), {
    ...run,
    beforeRun: async (models) => {
      for (const { file } of models.filter((model) => !views.has(model.file.name)))
        await keepRowsInFile(work, file.name);
    },
  });
  if (hasVerdicts) await keepVerdicts(work, 'after', judgedBy(head, result));
  return result;
}

function isView({ file }: PlannedModel): boolean {
  return file.materialized === 'view';
}

/** Models whose verdicts can be read; of an ephemeral one there is no table. */
function judgedBy({ planned }: RunnableSide, { columns }: SideResult): ReadonlySet<string> {
  const ephemeral = new Set(
    planned.filter(({ file }) => file.materialized === 'ephemeral').map(({ file }) => file.name),
  );
  return modelsToJudgeBy(new Map([...columns].filter(([name]) => !ephemeral.has(name))));
}

/** Of models that ran for the head and differ, public ones first. */
async function compareRows(
  work: Warehouse,
  { head }: Sides,
  { before, after }: { readonly before: SideResult; readonly after: SideResult },
): Promise<RowsReview[]> {
  // What a table holds is told by its rows: the same again need not be looked at.
  const isOther = (name: string): boolean => before.outputs.get(name) !== after.outputs.get(name);
  const files = head.planned.map(({ file }) => file).filter(({ name }) => after.ran.has(name) && isOther(name));
  const reviews: RowsReview[] = [];
  for (const file of [...files.filter(({ isPublic }) => isPublic), ...files.filter(({ isPublic }) => !isPublic)]) {
    const review = await compareModelRows(work, file);
    if (review !== undefined) reviews.push(review);
  }
  return reviews;
}
