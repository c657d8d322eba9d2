import { type Diagnostic, failOnErrors } from '../diagnostics/diagnostic.ts';
import type { LoadedColumns } from '../load/lay-out.ts';
import { type Columns, inspectModels } from '../models/inspect.ts';
import type { PlannedModel } from '../models/plan.ts';
import type { Project } from '../project/project.ts';
import { Warehouse } from '../warehouse/warehouse.ts';
import { splitModels, writeOutlines } from './crms.ts';
import { planProject } from './plan-project.ts';
import { layOutTables } from './test-tables.ts';

/** A project's models laid out on nothing. */
interface InspectedProject {
  /** In the order in which they run. */
  readonly planned: readonly PlannedModel[];
  readonly columns: ReadonlyMap<string, Columns>;
  /** Every table that models read and is none, empty; open only for as long as it is looked at. */
  readonly scratch: Warehouse;
}

/**
 * Runs every model on nothing and lets `look` see what comes of it: no row is read and nothing need have been built.
 * With `loaded`, the columns of raw tables, no dump is looked into either.
 * @throws DiagnosticsError when a model is wrong.
 */
export async function inspectProject<T>(
  project: Project,
  look: (inspected: InspectedProject) => T | Promise<T>,
  { loaded }: { readonly loaded?: LoadedColumns } = {},
): Promise<T> {
  const planned = await planProject(project);
  const scratch = await Warehouse.open(':memory:', { threads: 1 });
  try {
    const wanted = new Set(planned.flatMap(({ readsTables }) => readsTables));
    await layOutTables(scratch, project, { wanted, hasAgreement: false, ...(loaded && { loaded }) });
    await writeOutlines(scratch, splitModels(project).outlined, planned);
    await scratch.lock();
    const problems: Diagnostic[] = [];
    const columns = await inspectModels(scratch, planned, problems);
    failOnErrors(problems);
    return await look({ planned, columns, scratch });
  } finally {
    scratch.close();
  }
}
