import { existsSync } from 'node:fs';
import { nothingBuilt } from '../build/nothing-built.ts';
import { stoppable } from '../build/stoppable.ts';
import { DiagnosticsError } from '../diagnostics/diagnostic.ts';
import { type Progress, silent } from '../diagnostics/progress.ts';
import { emptyProject, readProjectLeniently } from '../project/project.ts';
import { type Snapshot, type Snapshots, takeSnapshots } from '../project/snapshot.ts';
import { warehouseFiles } from '../state/files.ts';
import { compareData } from './data/data.ts';
import { changedColumns } from './definitions/changed-columns.ts';
import { compareDefinitions } from './definitions/definitions.ts';
import { gravest } from './definitions/fields.ts';
import { violationsOf } from './policy/policy.ts';
import { readPages } from './reach/pages.ts';
import { reachOf } from './reach/reach.ts';
import { openSides, type ReadSide, readLoadedColumns } from './side.ts';
import { withTimeLimit } from './time-limit.ts';
import type { DataOutcome, DefinitionChange, Reach, Review, Side } from './types.ts';

export interface DiffOptions {
  /** A git ref; undefined: the branch that the project is merged into. */
  readonly base?: string;
  /** A git ref, or `WORKTREE`. */
  readonly head: string;
  /** Folders outside of the repository that a head may extend though its base does not: Handover's own. */
  readonly trusted?: readonly string[];
  /** Whether values are compared; undefined: when there is a build to compare them on. */
  readonly data?: boolean;
  /** The run's own start, an ISO instant. */
  readonly now: string;
  readonly warehouse?: string;
  readonly asOf?: string;
  readonly tool?: string;
  readonly memory?: string;
  /** Milliseconds; undefined: as the base's handover.yml says. */
  readonly timeLimit?: number;
  /** Waits while a build of the same warehouse runs, in place of stopping. */
  readonly wait?: boolean;
  readonly signal?: AbortSignal;
  readonly progress?: Progress;
}

/**
 * What the definitions of a project's head do that those of its base do not: field by field, what is built on them, and
 * what they make of the data of the last build. Nothing is loaded, and nothing of the project changes.
 * `root`: the project's folder in the work tree.
 * @throws DiagnosticsError for a ref that cannot be read, data that are asked for and not there, or when `signal` stops
 * it. What is wrong with a side's own files is part of the review.
 */
export async function diff(root: string, options: DiffOptions): Promise<Review> {
  const progress = options.progress ?? silent;
  const { base: asked, head } = options;
  if (options.data === true && !existsSync(warehouseFiles(root, options.warehouse).work)) {
    throw new DiagnosticsError([nothingBuilt]);
  }
  const snapshots = await progress.task(
    'read base and head',
    () => takeSnapshots({ root, base: asked, head, trusted: options.trusted ?? [] }),
    ({ base }) => (base.ref.commit === null ? '' : `base ${base.ref.asked} at ${base.ref.commit}`),
  );
  try {
    // The head is read within the limit: its files may be made to take long.
    const base = snapshots.base.ref.isEmpty ? undefined : readSide(snapshots.base);
    const limit = options.timeLimit ?? (base?.project.config.review.timeLimitMinutes ?? usualMinutes) * 60_000;
    return await withTimeLimit(limit, (limited) => {
      const signal = options.signal === undefined ? limited : AbortSignal.any([options.signal, limited]);
      return diffSnapshots(root, snapshots, base, { ...options, progress: stoppable(progress, signal), signal });
    });
  } finally {
    snapshots.remove();
  }
}

/** Where no base says how long it may take. */
const usualMinutes = 10;

async function diffSnapshots(
  root: string,
  snapshots: Snapshots,
  readBase: ReadSide | undefined,
  options: DiffOptions & { readonly progress: Progress },
): Promise<Review> {
  const { progress, now } = options;
  const { base, head, changes } = await progress.task('compare definitions', async () => {
    const sides = await openBoth(root, snapshots, readBase, options);
    return { ...sides, changes: await compareDefinitions(sides.base, sides.head, { today: now.slice(0, 10) }) };
  });
  const reach = reachOf({
    changes,
    columns: changedColumns(base, head),
    base,
    head,
    pages: readPages([...base.project.roots, ...head.project.roots]),
  });
  const data =
    readBase === undefined
      ? ({ kind: 'not_needed', reason: 'the base has nothing to compare with' } as const)
      : await dataOf(root, { base, head, changes, reach }, options);
  const sides = { base: base.project, head: head.project };
  // Where the base has no project yet, the head may ask more of itself.
  const policy = (readBase === undefined ? head : base).project.config.review;
  return {
    format: 1,
    project: head.project.config.name,
    base: snapshots.base.ref,
    head: snapshots.head.ref,
    changes,
    class: gravest(changes.map((change) => change.class)) ?? null,
    reach,
    data,
    violations: violationsOf({ policy, ...sides, changes, data, today: now.slice(0, 10) }),
    problems: { base: base.problems, head: head.problems },
    notes: [...new Set([...snapshots.base.notes, ...snapshots.head.notes])],
  };
}

async function openBoth(
  root: string,
  snapshots: Snapshots,
  readBase: ReadSide | undefined,
  { warehouse }: DiffOptions,
): Promise<{ readonly base: Side; readonly head: Side }> {
  const head = readSide(snapshots.head);
  const base = readBase ?? {
    project: emptyProject(snapshots.base.root, head.project.config.name),
    problems: [],
  };
  const isUndeclared = ({ project: { config } }: ReadSide): boolean =>
    config.sources.some(({ kind, columns }) => kind === 'table' && columns === undefined);
  const loaded = [base, head].some(isUndeclared)
    ? await readLoadedColumns(warehouseFiles(root, warehouse).work)
    : new Map();
  return openSides(base, head, loaded);
}

/** @throws DiagnosticsError when there is no handover.yml that can be read. */
function readSide({ root }: Snapshot): ReadSide {
  const { project, problems } = readProjectLeniently(root);
  if (project === undefined) throw new DiagnosticsError(problems);
  return { project, problems };
}

async function dataOf(
  root: string,
  compared: {
    readonly base: Side;
    readonly head: Side;
    readonly changes: readonly DefinitionChange[];
    readonly reach: Reach;
  },
  options: DiffOptions & { readonly progress: Progress },
): Promise<DataOutcome> {
  if (options.data === false) return { kind: 'not_needed', reason: 'not asked for (--no-data)' };
  for (const side of ['base', 'head'] as const) {
    const { problems } = compared[side];
    if (problems.length > 0) return { kind: 'failed', side, problems };
  }
  return compareData({ root, ...compared }, options);
}
