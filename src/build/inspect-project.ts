import { type Diagnostic, failOnErrors } from '../diagnostics/diagnostic.ts';
import { type Columns, inspectModels } from '../models/inspect.ts';
import type { PlannedModel } from '../models/plan.ts';
import type { Project } from '../project/project.ts';
import { Warehouse } from '../warehouse/warehouse.ts';
import { splitModels, writeOutlines } from './crms.ts';
import { planProject } from './plan-project.ts';
import { layOutTables } from './test-tables.ts';

/** A project's models in the order in which they run, and the columns that each has. */
interface InspectedProject {
  readonly planned: readonly PlannedModel[];
  readonly columns: ReadonlyMap<string, Columns>;
}

/**
 * Runs every model on nothing: no row is read and nothing need have been built.
 * @throws DiagnosticsError when a model is wrong.
 */
export async function inspectProject(project: Project): Promise<InspectedProject> {
  const planned = await planProject(project);
  const scratch = await Warehouse.open(':memory:', { threads: 1 });
  try {
    const wanted = new Set(planned.flatMap(({ readsTables }) => readsTables));
    await layOutTables(scratch, project, { wanted, hasAgreement: false });
    await writeOutlines(scratch, splitModels(project).outlined, planned);
    const problems: Diagnostic[] = [];
    const columns = await inspectModels(scratch, planned, problems);
    failOnErrors(problems);
    return { planned, columns };
  } finally {
    scratch.close();
  }
}
