import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { inspectProject } from '../build/inspect-project.ts';
import { openOrExplain } from '../build/open-work.ts';
import { planProject } from '../build/plan-project.ts';
import { readLineage } from '../build/read-lineage.ts';
import { type Diagnostic, DiagnosticsError } from '../diagnostics/diagnostic.ts';
import type { LoadedColumns } from '../load/lay-out.ts';
import { checkMetrics } from '../metrics/check.ts';
import { columnsOfTables } from '../models/table-columns.ts';
import { stampInputs } from '../project/input-files.ts';
import type { Project } from '../project/project.ts';
import { Warehouse } from '../warehouse/warehouse.ts';
import type { Side } from './types.ts';

/** A project's files as they could be read, and what is wrong with them. */
export interface ReadSide {
  readonly project: Project;
  readonly problems: readonly Diagnostic[];
}

/**
 * What can be told of both: their models in order and their columns, as far as nothing is wrong with them. Neither dumps
 * nor rows are read; `loaded` are the columns of raw tables.
 */
export async function openSides(
  base: ReadSide,
  head: ReadSide,
  loaded: LoadedColumns,
): Promise<{ readonly base: Side; readonly head: Side }> {
  const opened = openSide(base.project, base.problems, loaded);
  if (!haveSameModels(base.project, head.project)) {
    const [first, second] = await Promise.all([opened, openSide(head.project, head.problems, loaded)]);
    return { base: first, head: second };
  }
  const first = await opened;
  return { base: first, head: await likewise(first, head, loaded) };
}

/** What can be told of one side. */
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
    return { project, ...(await planAlone(project)), problems: [...wrong, ...mistakesIn(error)] };
  }
}

/** A side whose models are those of another: only what it says of them has to be looked at. */
async function likewise({ inspected }: Side, { project, problems }: ReadSide, loaded: LoadedColumns): Promise<Side> {
  const wrong = problems.filter(isError);
  if (inspected === undefined) return openSide(project, problems, loaded);
  const parser = await Warehouse.open(':memory:', { threads: 1 });
  try {
    await parser.lock();
    const planned = await planProject(project);
    const mistaken = await checkMetrics(parser, project, inspected.columns);
    return { project, planned, inspected, problems: [...wrong, ...mistaken.filter(isError)] };
  } catch (error) {
    return { project, ...(await planAlone(project)), problems: [...wrong, ...mistakesIn(error)] };
  } finally {
    parser.close();
  }
}

/** That a source was never loaded is no mistake of the models that read it. */
function mistakesIn(error: unknown): Diagnostic[] {
  if (!(error instanceof DiagnosticsError)) throw error;
  return error.diagnostics.filter((problem) => isError(problem) && problem.code !== 'unknown-columns');
}

/** Whether all files that say which columns models have are the same. */
function haveSameModels(base: Project, head: Project): boolean {
  const [before, after] = [filesOfModels(base), filesOfModels(head)];
  return (
    before.length === after.length &&
    before.every(({ name, path }, index) => {
      const other = after[index];
      return other?.name === name && readFileSync(path).equals(readFileSync(other.path));
    })
  );
}

function filesOfModels({ roots }: Project): { readonly name: string; readonly path: string }[] {
  return roots.flatMap((root, place) =>
    stampInputs([root])
      .filter(({ bytes }) => bytes >= 0)
      .map(({ path }) => ({ name: `${place} ${relative(root, path)}`, path }))
      .filter(({ name }) => !/^\d+ metrics[\\/]/.test(name)),
  );
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
async function planAlone(project: Project): Promise<Pick<Side, 'planned'>> {
  try {
    return { planned: await planProject(project) };
  } catch (error) {
    if (error instanceof DiagnosticsError) return {};
    throw error;
  }
}

function isError({ severity }: Diagnostic): boolean {
  return severity === 'error';
}
