import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Progress } from '../diagnostics/progress.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import type { SourceConfig } from '../project/config-file.ts';
import type { Project } from '../project/project.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { requiredEventColumns } from './events.ts';
import { type FoundFile, findFiles } from './find-files.ts';
import type { LoadedFile, LoadState } from './ledger.ts';
import { type OpenedFile, openFile } from './open-files.ts';
import { replaceTables } from './replace-tables.ts';
import type { SourceFiles } from './sources.ts';
import { type Survey, surveyFile } from './survey.ts';
import { declarationOf, readUnchanged } from './unchanged.ts';

export interface LoadOptions {
  /** The run's own start, an ISO instant; rows stamped later are rejected. */
  readonly now: string;
  /** Source name → absolute glob read in its place. */
  readonly sources?: ReadonlyMap<string, string>;
  readonly progress: Progress;
}

export interface LoadResult {
  readonly files: readonly LoadedFile[];
  /** Sums over the files; the last four add up to the first. */
  readonly rows: Readonly<Record<'read' | 'loaded' | 'duplicate' | 'superseded' | 'rejected', number>>;
  /** How far each source reaches; null when nothing in it tells. */
  readonly newestRecordedAt: ReadonlyMap<string, string | null>;
  /** True when the files were loaded before and nothing was done. */
  readonly unchanged: boolean;
}

/**
 * Loads all sources into raw.* and accounts for every row in load_files and load_rejects. Nothing is done when neither
 * the files nor their declaration changed; otherwise everything is replaced at once.
 * @throws DiagnosticsError with all problems of all files; the previous tables then stay as they were.
 */
export async function loadSources(warehouse: Warehouse, project: Project, options: LoadOptions): Promise<LoadResult> {
  const problems: Diagnostic[] = [];
  const found = findAll(project, options.sources ?? new Map(), problems);
  const declaration = declarationOf(project.config.sources);
  if (problems.length === 0) {
    const state = await readUnchanged(warehouse, declaration, [...found.values()].flat(), options.now);
    if (state !== undefined) return toResult(state, true);
  }

  const files = await openAll(warehouse, found, problems);
  const state = await options.progress.task(
    'load',
    (report) => replaceTables(warehouse, files, { ...options, declaration, problems, report }),
    ({ files: loaded }) => `${loaded.length} files, ${sum(loaded, 'rowsRead').toLocaleString('en')} rows`,
  );
  return toResult(state, false);
}

type Found = ReadonlyMap<SourceConfig, readonly FoundFile[]>;

function findAll(project: Project, overrides: ReadonlyMap<string, string>, problems: Diagnostic[]): Found {
  const { sources } = project.config;
  const names = sources.map((source) => source.name);
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
  return new Map(
    sources.map((source) => [source, findFiles(project.root, source, overrides.get(source.name), problems)]),
  );
}

/** Looks at the beginning of every file, and starts the look at all of it, one file after another. */
async function openAll(warehouse: Warehouse, found: Found, problems: Diagnostic[]): Promise<SourceFiles[]> {
  const sources: SourceFiles[] = [];
  let id = 0;
  let previous: Promise<unknown> = Promise.resolve();
  for (const [source, files] of found) {
    const opened: OpenedFile[] = [];
    const required = source.kind === 'events' ? requiredEventColumns : Object.keys(source.columns ?? {});
    for (const file of files) {
      const checked = await openFile(warehouse, file, required, problems);
      if (checked === undefined) continue;
      const survey: Promise<Survey> = previous.then(() => surveyFile(file, problems));
      previous = survey.catch(() => undefined);
      opened.push({ ...checked, id: id++, survey: () => survey });
    }
    sources.push({ source, files: opened });
  }
  return sources;
}

function toResult(state: LoadState, unchanged: boolean): LoadResult {
  const { files, newestRecordedAt } = state;
  return {
    files,
    rows: {
      read: sum(files, 'rowsRead'),
      loaded: sum(files, 'rowsLoaded'),
      duplicate: sum(files, 'rowsDuplicate'),
      superseded: sum(files, 'rowsSuperseded'),
      rejected: sum(files, 'rowsRejected'),
    },
    newestRecordedAt: new Map(newestRecordedAt),
    unchanged,
  };
}

type Count = 'rowsRead' | 'rowsLoaded' | 'rowsDuplicate' | 'rowsSuperseded' | 'rowsRejected';

function sum(files: readonly LoadedFile[], count: Count): number {
  return files.reduce((total, file) => total + file[count], 0);
}
