import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { silent } from '../diagnostics/progress.ts';
import { type LoadResult, loadSources } from '../load/load.ts';
import type { Project } from '../project/project.ts';
import { warehouseFiles } from '../state/files.ts';
import type { BuildOptions } from './build.ts';
import { openWork } from './open-work.ts';

/** Loads the sources into the work file and stops there; what is published does not change. */
export async function load(project: Project, options: BuildOptions): Promise<LoadResult> {
  const { now, sources, warehouse, progress = silent } = options;
  const files = warehouseFiles(project.root, warehouse);
  mkdirSync(dirname(files.work), { recursive: true });
  const work = await openWork(files.work);
  try {
    return await loadSources(work, project, { now, progress, ...(sources === undefined ? {} : { sources }) });
  } finally {
    work.close();
  }
}
