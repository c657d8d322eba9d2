import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { silent } from '../diagnostics/progress.ts';
import { type LoadOptions, type LoadResult, loadSources } from '../load/load.ts';
import { type Project, readSalt } from '../project/project.ts';
import { warehouseFiles } from '../state/files.ts';
import type { BuildOptions } from './build.ts';
import { openWork } from './open-work.ts';

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
  const isNew = !existsSync(files.work);
  mkdirSync(dirname(files.work), { recursive: true });
  const work = await openWork(files.work);
  try {
    return await loadSources(work, project, { ...loadOptions(project, options), dryRun: options.dryRun ?? false });
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
