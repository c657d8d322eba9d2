import { DiagnosticsError } from '../diagnostics/diagnostic.ts';
import { compileModel, modelsByName } from '../models/compile.ts';
import type { SelectionRequest } from '../models/select.ts';
import type { Project } from '../project/project.ts';
import { planProject } from './plan-project.ts';
import { select } from './select.ts';

/** The select that a build runs for one model. */
export interface CompiledSql {
  readonly name: string;
  /** From the project's root. */
  readonly path: string;
  readonly sql: string;
}

/**
 * The SQL that a build runs for the models that are meant, in the order in which they run; ephemeral models that they
 * read are part of it. Opens no warehouse.
 * @throws DiagnosticsError for models that are wrong, or when nothing is asked for.
 */
export async function compile(
  project: Project,
  request: SelectionRequest & { readonly warehouse?: string },
): Promise<CompiledSql[]> {
  if (request.select.length === 0) throw new DiagnosticsError([nothingNamed]);
  const planned = await planProject(project);
  const selected = await select(project, planned, request, request);
  const byName = modelsByName(planned);
  return planned
    .filter(({ file }) => selected.has(file.name))
    .map((model) => ({
      name: model.file.name,
      path: model.file.sql.path,
      sql: compileModel(model, byName).sql,
    }));
}

const nothingNamed = {
  code: 'invalid-selection',
  severity: 'error',
  message: 'no model is named',
  fix: 'Name one, such as: handover compile lead_responses; or all of them: --select "*".',
} as const;
