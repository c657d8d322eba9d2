import type { LoadResult } from '../load/load.ts';
import { type FileStamp, stampFile, stampInputs } from '../project/input-files.ts';
import type { Project } from '../project/project.ts';
import { type BuiltRecord, hashStamps, recordBuilt } from '../state/built.ts';
import type { WarehouseFiles } from '../state/files.ts';
import type { BuildOptions } from './build.ts';
import { callOf, globOf } from './up-to-date.ts';

/** Which files lay there when a build began: what came or went since is new to the next one. */
export interface FoundInputs {
  readonly inputs: readonly FileStamp[];
  readonly globs: BuiltRecord['globs'];
}

/** Looks, before a build reads anything more, at what there is to read. */
export function findInputs(project: Project, options: Pick<BuildOptions, 'sources'>): FoundInputs {
  const patterns = project.config.sources.flatMap(({ name, files }) => {
    const override = options.sources?.get(name);
    return override === undefined ? files : [override];
  });
  const { matches } = globOf(project.root);
  return {
    inputs: stampInputs(project.roots),
    globs: patterns.map((pattern) => ({ pattern, matches: matches(pattern) })),
  };
}

/** Remembers what a complete build was made from, so that the next one can tell that it has nothing to do. */
export function rememberBuild(
  project: Project,
  files: WarehouseFiles,
  options: BuildOptions,
  built: {
    readonly found: FoundInputs;
    readonly load: LoadResult;
    readonly asOf: string;
    readonly said: string;
  },
): void {
  const { found, load, asOf, said } = built;
  const { sources } = project.config;
  // A table that is dated by days, or into the future, reaches as far as now: it is another one at every run.
  const reachesNow = sources.some(
    ({ name, recordedAt }) => recordedAt !== undefined && (load.newestRecordedAt.get(name) ?? '') >= options.now,
  );
  recordBuilt(files, {
    call: reachesNow ? '' : callOf(options),
    roots: project.roots,
    inputs: hashInputs(project, found.inputs),
    dumps: load.state.files.map((file) => ({
      ...stampFile(globOf(project.root).absolute(file.path)),
      bytes: file.bytes,
      modifiedMs: file.modifiedMs,
      changedMs: file.changedMs ?? -1,
      sha256: file.sha256,
    })),
    globs: found.globs,
    ...validity(project, load, asOf, options.now),
    said,
  });
}

/** Files that changed between being read and now count as unknown. */
function hashInputs({ stamps }: Project, found: FoundInputs['inputs']) {
  const read = new Map(stamps.map((stamp) => [stamp.path, stamp]));
  return hashStamps(found.map((stamp) => read.get(stamp.path) ?? stamp));
}

/** From when until when the same files give the same result. */
function validity(project: Project, { state }: LoadResult, asOf: string, now: string) {
  const newest = state.files.flatMap(({ newestInstant }) => newestInstant ?? []);
  const { freshness } = project.config.contracts;
  const stale = freshness === undefined ? undefined : addHours(asOf, freshness.maxAgeHours);
  const ends = [
    ...state.files.flatMap(({ nextDueAt }) => nextDueAt ?? []),
    ...(state.textsExpireAt === null ? [] : [state.textsExpireAt]),
    ...(stale === undefined || stale <= now ? [] : [stale]),
    // Versions of models are deprecated by the day.
    `${new Date(Date.parse(now) + 86_400_000).toISOString().slice(0, 10)}T00:00:00.000Z`,
  ].map((instant) => new Date(instant).toISOString());
  return {
    from:
      newest.length === 0
        ? null
        : newest.reduce((left, right) => (Date.parse(left) > Date.parse(right) ? left : right)),
    until: ends.sort()[0] ?? null,
  };
}

function addHours(instant: string, hours: number): string {
  return new Date(Date.parse(instant) + hours * 3_600_000).toISOString();
}
