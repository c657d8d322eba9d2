import { existsSync } from 'node:fs';
import { inspectProject } from '../build/inspect-project.ts';
import { openOrExplain } from '../build/open-work.ts';
import { planProject } from '../build/plan-project.ts';
import { readLineage } from '../build/read-lineage.ts';
import { type Diagnostic, DiagnosticsError } from '../diagnostics/diagnostic.ts';
import type { LoadedColumns } from '../load/lay-out.ts';
import { checkMetrics } from '../metrics/check.ts';
import { columnsOfTables } from '../models/table-columns.ts';
import type { Project } from '../project/project.ts';
import type { Side } from './types.ts';

/**
 * What can be told of a project whose files were read with `problems`: its models in order and their columns, as far as
 * nothing is wrong with them. Neither dumps nor rows are read; `loaded` are the columns of raw tables.
 */
export async function openSide(
  project: Project,
  problems: readonly Diagnostic[],
  loaded: LoadedColumns,
): Promise<Side> {
  const wrong = problems.filter(isError);
  try {
    const { planned, mistaken, ...inspected } = await inspectProject(
      project,
      async ({ planned: models, columns, scratch }) => ({
        planned: models,
        columns,
        lineages: await readLineage(scratch, models, columns),
        mistaken: await checkMetrics(scratch, project, columns),
      }),
      { loaded },
    );
    return { project, planned, inspected, problems: [...wrong, ...mistaken.filter(isError)] };
  } catch (error) {
    if (!(error instanceof DiagnosticsError)) throw error;
    // That a source was never loaded is no mistake of its models.
    const found = error.diagnostics.filter((problem) => isError(problem) && problem.code !== 'unknown-columns');
    const planned = await planAlone(project);
    return { project, ...(planned === undefined ? {} : { planned }), problems: [...wrong, ...found] };
  }
}

/** The columns of raw tables as the last build left them; none where nothing was built or another build is at work. */
export async function readLoadedColumns(file: string): Promise<LoadedColumns> {
  if (!existsSync(file)) return new Map();
  try {
    const work = await openOrExplain(file, { readOnly: true });
    try {
      return await columnsOfTables(work);
    } finally {
      work.close();
    }
  } catch (error) {
    if (error instanceof DiagnosticsError) return new Map();
    throw error;
  }
}

/** Models can be ordered although they do not fit the tables that they read. */
async function planAlone(project: Project): Promise<Side['planned']> {
  try {
    return await planProject(project);
  } catch (error) {
    if (error instanceof DiagnosticsError) return undefined;
    throw error;
  }
}

function isError({ severity }: Diagnostic): boolean {
  return severity === 'error';
}
