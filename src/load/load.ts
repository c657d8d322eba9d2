import { type Diagnostic, failOnErrors } from '../diagnostics/diagnostic.ts';
import type { Progress } from '../diagnostics/progress.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import { layoutOf, type Project } from '../project/project.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { applyPlan } from './apply-plan.ts';
import { requiredEventColumns } from './events.ts';
import { type FoundFile, findFiles } from './find-files.ts';
import { type LoadedFile, type LoadState, readState } from './ledger.ts';
import { type OpenedFile, openFile } from './open-files.ts';
import { privacyOf } from './personal.ts';
import { type LoadPlan, type LoadSource, planLoad } from './plan-load.ts';
import { crmTables, ownTables } from './raw-table.ts';
import { readReach } from './reach.ts';
import { forgetTexts, textsExpireAt } from './staging.ts';
import { type Survey, surveyFile } from './survey.ts';
import { checkRejected } from './threshold.ts';

export interface LoadOptions {
  /** The run's own start, an ISO instant; rows stamped later are rejected. */
  readonly now: string;
  /** Source name → absolute glob read in its place. */
  readonly sources?: ReadonlyMap<string, string>;
  /** What hashes of personal data are salted with. */
  readonly salt?: string;
  /** Keeps what rejected rows hold, personal columns masked, for a fortnight in load.rejects. */
  readonly keepRejects?: boolean;
  /** Reads all files, whatever is known of them. */
  readonly isWhole?: boolean;
  /** Reads and counts everything, and changes nothing. */
  readonly dryRun?: boolean;
  readonly progress: Progress;
}

/** What a load did, or would do, with one file. */
export type FileChange = LoadedFile & {
  /** `gone`: it lies there no longer, and its rows went with it. */
  readonly change: 'new' | 'changed' | 'unchanged' | 'gone';
};

export interface LoadResult {
  readonly files: readonly LoadedFile[];
  readonly changes: readonly FileChange[];
  /** Sums over the files; the last four add up to the first. */
  readonly rows: Readonly<Record<'read' | 'loaded' | 'duplicate' | 'superseded' | 'rejected', number>>;
  /** How far each source reaches; null when nothing in it tells. */
  readonly newestRecordedAt: ReadonlyMap<string, string | null>;
  /** True when the files were loaded before and nothing was done. */
  readonly unchanged: boolean;
  /** Whether rows or texts went that must not lie in free blocks of the file: copy it into a fresh one. */
  readonly mustCompact: boolean;
  /** To be handed to `loadUnchanged` later. */
  readonly state: LoadState;
  readonly warnings: readonly Diagnostic[];
}

/**
 * The result of a load that has nothing to do, told without opening the warehouse; undefined when there is something.
 * `state` is what the last load returned.
 */
export async function loadUnchanged(
  project: Project,
  state: LoadState | undefined,
  options: Omit<LoadOptions, 'progress'>,
): Promise<LoadResult | undefined> {
  if (state?.declarations === undefined) return undefined;
  if (state.textsExpireAt !== null && Date.parse(state.textsExpireAt) <= Date.parse(options.now)) return undefined;
  const problems: Diagnostic[] = [];
  const sources = findAll(project, options, problems);
  // How far a dated table reaches is told by its rows and by now.
  if (sources.some(({ config }) => config.recordedAt !== undefined)) return undefined;
  const plan = await planLoad(sources, state, options.now);
  if (!isNothing(plan, state)) return undefined;
  // The limits may have changed.
  checkRejected(sources, plan.kept, problems, new Map());
  if (problems.some(({ severity }) => severity === 'error')) return undefined;
  return toResult({ ...state, files: plan.kept }, { plan, unchanged: true, mustCompact: false, warnings: problems });
}

/**
 * Makes raw.* hold what the files of all sources hold, and accounts for every row in load_files and load_rejects. Only
 * files that are new or have changed are read; the tables are the same whatever the order in which files came.
 * @throws DiagnosticsError with all problems of all files; the previous tables then stay as they were.
 */
export async function loadSources(warehouse: Warehouse, project: Project, options: LoadOptions): Promise<LoadResult> {
  const problems: Diagnostic[] = [];
  const sources = findAll(project, options, problems);
  const state = await readState(warehouse);
  const readNothing = state === undefined ? undefined : { ...state, declarations: {} };
  return (
    (options.isWhole ? undefined : await loadWith(warehouse, sources, state, options, problems)) ??
    // An expired lead is heard of again: what was taken out must be read once more, so everything is.
    (await loadWith(warehouse, sources, readNothing, options, problems)) ??
    fail()
  );
}

function fail(): never {
  throw new Error('a load of all files found rows missing');
}

async function loadWith(
  warehouse: Warehouse,
  sources: readonly LoadSource[],
  state: LoadState | undefined,
  options: LoadOptions,
  problems: Diagnostic[],
): Promise<LoadResult | undefined> {
  const plan = await planLoad(sources, state, options.now);
  if (state !== undefined && isNothing(plan, state) && !problems.some(({ severity }) => severity === 'error')) {
    // The limits may have changed, and a table that is dated by days reaches to the end of its last one.
    checkRejected(sources, plan.kept, problems, new Map());
    failOnErrors(problems);
    if (!options.dryRun) await forgetTexts(warehouse, options.now);
    const tables = sources.filter(({ config }) => config.kind === 'table');
    const reach = new Map([...state.newestRecordedAt, ...(await readReach(warehouse, tables, options.now))]);
    const texts = await textsExpireAt(warehouse);
    return toResult(
      { ...state, files: plan.kept, newestRecordedAt: [...reach], textsExpireAt: texts },
      { plan, unchanged: true, mustCompact: texts !== state.textsExpireAt, warnings: problems },
    );
  }
  // Rows that keep their files' order leave row groups part-filled, which a checkpoint would merge by writing all of them
  // again. Where nothing was there before, nothing is won by it.
  if (plan.kept.length === 0) await warehouse.run('set max_vacuum_tasks = 0');

  const opened = await openAll(warehouse, plan, nextId(state), problems);
  const loaded = await options.progress.task(
    'load',
    (report) =>
      applyPlan(warehouse, sources, plan, opened, {
        now: options.now,
        keepRejects: options.keepRejects ?? false,
        isDryRun: options.dryRun ?? false,
        isFirst: state === undefined,
        problems,
        report,
      }),
    (done) =>
      done === undefined
        ? 'a lead past retention is heard of again: all files are read'
        : `${plan.read.length} of ${done.files.length} files, ${sum(done.files, 'rowsRead').toLocaleString('en')} rows`,
  );
  if (loaded === undefined) return undefined;
  // What may no longer be stored, or is stored otherwise, must not lie about in the file.
  const isReadOtherwise = Object.keys(state?.declarations ?? {}).some((source) => !plan.isSameReading(source));
  const haveTextsGone = state?.textsExpireAt != null && Date.parse(state.textsExpireAt) <= Date.parse(options.now);
  return toResult(loaded, {
    plan,
    unchanged: false,
    mustCompact: isReadOtherwise || haveTextsGone,
    warnings: problems,
  });
}

/** The files of each source as a load would find them, and what is wrong with them in a few words. */
export function describeSources(
  project: Project,
  overrides: ReadonlyMap<string, string>,
): { source: string; files: number; bytes: number; problems: string[] }[] {
  return project.config.sources.map((config) => {
    const problems: Diagnostic[] = [];
    const layout = layoutOf(project, config);
    const files = findFiles(project.root, config, overrides.get(config.name), layout, problems);
    return {
      source: config.name,
      files: files.length,
      bytes: files.reduce((total, file) => total + file.bytes, 0),
      problems: problems
        .filter(({ severity }) => severity === 'error')
        .map(({ message }) => message.replace(`source "${config.name}"`, '').replace(/^: /, '')),
    };
  });
}

function findAll(project: Project, options: Omit<LoadOptions, 'progress'>, problems: Diagnostic[]): LoadSource[] {
  const { sources } = project.config;
  const names = sources.map((source) => source.name);
  const overrides = options.sources ?? new Map<string, string>();
  for (const name of [...overrides.keys()].filter((override) => !names.includes(override))) {
    const fix = didYouMean(name, names);
    problems.push({
      code: 'unknown-source',
      severity: 'error',
      message: `--source ${name}: handover.yml has no source "${name}"`,
      expected: `one of ${names.join(', ')}`,
      ...(fix === undefined ? {} : { fix }),
    });
  }
  problems.push(...takenNames(project));
  return sources.map((config) => {
    const layout = layoutOf(project, config);
    return {
      config,
      layout,
      privacy: privacyOf(config, layout, project.agreements, options.salt),
      forgotten: project.forgotten.filter(({ source }) => source === config.name).map(({ hash }) => hash),
      files: findFiles(project.root, config, overrides.get(config.name), layout, problems),
    };
  });
}

/** A table source cannot have the name of a table that the loader keeps, or fills from a CRM's export. */
function takenNames({ config: { sources }, layouts }: Project): Diagnostic[] {
  const kinds = sources.map(({ kind }) => kind);
  const filled = layouts.filter(({ kind }) => kinds.includes(kind)).flatMap(crmTables);
  const taken = [...ownTables, ...filled.map(({ name }) => name)];
  return sources
    .filter(({ kind, name }) => kind === 'table' && taken.includes(name))
    .map(({ name, at }) => ({
      code: 'invalid-value',
      severity: 'error',
      message: `a table source cannot be named "${name}": a table of the loader has that name`,
      ...at([]),
      fix: 'Give it another name.',
    }));
}

function isNothing({ read, gone, declarations }: LoadPlan, state: LoadState): boolean {
  const before = Object.keys(state.declarations);
  return (
    read.length === 0 &&
    gone.length === 0 &&
    before.length === declarations.size &&
    before.every((name) => declarations.has(name))
  );
}

function nextId(state: LoadState | undefined): number {
  return Math.max(-1, ...(state?.files ?? []).map((file) => file.id)) + 1;
}

/** Looks at the beginning of every file that is to be read, and starts the look at all of it, one file after another. */
async function openAll(
  warehouse: Warehouse,
  plan: LoadPlan,
  firstId: number,
  problems: Diagnostic[],
): Promise<OpenedFile[]> {
  const opened: OpenedFile[] = [];
  let id = firstId;
  let previous: Promise<unknown> = Promise.resolve();
  for (const file of plan.read) {
    const checked = await openFile(warehouse, file, requiredColumns(file), problems);
    if (checked === undefined) continue;
    const survey: Promise<Survey> = previous.then(() => surveyFile(file, problems));
    previous = survey.catch(() => undefined);
    opened.push({ ...checked, id: id++, survey: () => survey });
  }
  return opened;
}

function requiredColumns({ source, layout }: FoundFile): readonly string[] {
  if (layout !== undefined) return layout.columns.filter(({ required }) => required).map(({ name }) => name);
  return source.kind === 'events' ? requiredEventColumns : Object.keys(source.columns ?? {});
}

function toResult(
  state: LoadState,
  { plan, ...rest }: { plan: LoadPlan; unchanged: boolean; mustCompact: boolean; warnings: readonly Diagnostic[] },
): LoadResult {
  const { files, newestRecordedAt } = state;
  return {
    files,
    state,
    changes: describeChanges(files, plan),
    rows: rowsOf(files),
    newestRecordedAt: new Map(newestRecordedAt),
    ...rest,
  };
}

/** A load's result with the counts as they are after leads past retention were taken out. */
export async function recount(warehouse: Warehouse, result: LoadResult): Promise<LoadResult> {
  const state = (await readState(warehouse)) ?? result.state;
  return { ...result, state, files: state.files, rows: rowsOf(state.files) };
}

function rowsOf(files: readonly LoadedFile[]): LoadResult['rows'] {
  return {
    read: sum(files, 'rowsRead'),
    loaded: sum(files, 'rowsLoaded'),
    duplicate: sum(files, 'rowsDuplicate'),
    superseded: sum(files, 'rowsSuperseded'),
    rejected: sum(files, 'rowsRejected'),
  };
}

function describeChanges(files: readonly LoadedFile[], { read, gone, isSameReading }: LoadPlan): FileChange[] {
  const key = ({ source, path }: { source: string; path: string }): string => `${source}\n${path}`;
  const readKeys = new Set(read.map((file) => key({ source: file.source.name, path: file.path })));
  const earlier = new Map(gone.map((file) => [key(file), file]));
  const present = files.map((file): FileChange => {
    const before = earlier.get(key(file));
    // A table is read whole when any of its files is another.
    const isSame =
      before?.sha256 === file.sha256 && before.rowsLoaded === file.rowsLoaded && isSameReading(file.source);
    if (!readKeys.has(key(file)) || isSame) return { ...file, change: 'unchanged' };
    return { ...file, change: before === undefined ? 'new' : 'changed' };
  });
  const left = gone.filter((file) => !readKeys.has(key(file))).map((file): FileChange => ({ ...file, change: 'gone' }));
  return [...present, ...left];
}

type Count = 'rowsRead' | 'rowsLoaded' | 'rowsDuplicate' | 'rowsSuperseded' | 'rowsRejected';

function sum(files: readonly LoadedFile[], count: Count): number {
  return files.reduce((total, file) => total + file[count], 0);
}
