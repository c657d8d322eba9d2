import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { PlannedModel } from '../models/plan.ts';
import { type SelectionRequest, selectionNeeds, selectModels } from '../models/select.ts';
import type { Project } from '../project/project.ts';
import { type ModelStatus, readRunResults } from '../state/artefacts.ts';
import { warehouseFiles } from '../state/files.ts';
import { changedModels } from './changed-models.ts';
import { splitModels } from './crms.ts';
import { changedFiles } from './git-changes.ts';
import { sourceTables } from './source-tables.ts';
import { knownTables } from './tables.ts';

export type { SelectionRequest };

/**
 * The names of the models that a request means, in the planned order; asks git and the last run's results only where
 * the request does.
 * @throws DiagnosticsError with every term that means nothing.
 */
export async function select(
  project: Project,
  planned: readonly PlannedModel[],
  request: SelectionRequest,
  options: { readonly warehouse?: string } = {},
): Promise<ReadonlySet<string>> {
  const { refs, results } = selectionNeeds(request);
  const changed = new Map<string, ReadonlySet<string> | Diagnostic>();
  for (const ref of refs) {
    const files = await changedFiles(project.root, ref);
    changed.set(ref, files instanceof Set ? changedModels(project, planned, files) : files);
  }
  return selectModels(planned, request, {
    tables: knownTables(project),
    sources: sourceTables(project),
    idle: new Set(splitModels(project).outlined.map(({ name }) => name)),
    changed,
    results: results ? lastStatuses(project.root, options.warehouse) : undefined,
  });
}

function lastStatuses(root: string, warehouse: string | undefined): ReadonlyMap<string, ModelStatus> | undefined {
  const results = readRunResults(warehouseFiles(root, warehouse));
  return results && new Map(results.models.map(({ name, status }) => [name, status]));
}
