import { existsSync, rmSync } from 'node:fs';
import { silent } from '../diagnostics/progress.ts';
import type { LoadState } from '../load/ledger.ts';
import { type LoadOptions, type LoadResult, loadSources, loadUnchanged } from '../load/load.ts';
import { type Project, readSalt } from '../project/project.ts';
import { type WarehouseFiles, warehouseFiles } from '../state/files.ts';
import { readLoaded, recordLoaded } from '../state/loaded.ts';
import type { BuildOptions } from './build.ts';
import { compact, openWork } from './open-work.ts';
import { withLock } from './with-lock.ts';

export type { FileChange } from '../load/load.ts';

/**
 * Loads the sources into the work file and stops there; what is published does not change. With `dryRun` everything is
 * read and counted, and nothing kept.
 */
export async function load(
  project: Project,
  options: BuildOptions & { readonly dryRun?: boolean },
): Promise<LoadResult> {
  const files = warehouseFiles(project.root, options.warehouse);
  // Written by recordLoaded from a LoadState; loadUnchanged looks at its declarations, which name the loader's version.
  const known = readLoaded(files) as LoadState | undefined;
  const unchanged = await loadUnchanged(project, known, loadOptions(project, options));
  if (unchanged !== undefined) return unchanged;
  const lock = { now: options.now, progress: options.progress ?? silent, wait: options.wait ?? false };
  return withLock(files, lock, () => loadLocked(project, files, options));
}

/** For those who have the lock. */
export async function loadLocked(
  project: Project,
  files: WarehouseFiles,
  options: BuildOptions & { readonly dryRun?: boolean },
): Promise<LoadResult> {
  const isNew = !existsSync(files.work);
  const work = await openWork(files.work, options.memory);
  try {
    const result = await loadSources(work, project, {
      ...loadOptions(project, options),
      dryRun: options.dryRun ?? false,
    });
    work.close();
    if (result.mustCompact && !options.dryRun) await compact(files.work, options.memory);
    if (!options.dryRun) recordLoaded(files, result.state);
    return result;
  } finally {
    work.close();
    if (isNew && options.dryRun) rmSync(files.work, { force: true });
  }
}

/** What of a build's options concerns its load. */
export function loadOptions(project: Project, options: BuildOptions): LoadOptions {
  const { now, sources, keepRejects, progress = silent } = options;
  const salt = options.salt ?? readSalt(project.root);
  return {
    now,
    progress,
    ...(sources === undefined ? {} : { sources }),
    ...(salt === undefined ? {} : { salt }),
    ...(keepRejects === undefined ? {} : { keepRejects }),
  };
}
