import type { PlannedModel } from '../models/plan.ts';
import type { Project } from '../project/project.ts';
import type { BuildOptions } from './build.ts';
import { select } from './select.ts';

/**
 * The models that a build runs where they are not up to date: those that were selected and all that they are made from,
 * so that none is built on something old. Undefined: all.
 */
export async function chooseModels(
  project: Project,
  planned: readonly PlannedModel[],
  options: Pick<BuildOptions, 'select' | 'warehouse'>,
): Promise<ReadonlySet<string> | undefined> {
  if (options.select === undefined) return undefined;
  const { warehouse } = options;
  const chosen = await select(project, planned, options.select, warehouse === undefined ? {} : { warehouse });
  const reads = new Map(planned.map((model) => [model.file.name, model.reads]));
  const needed = new Set<string>();
  const need = (name: string): void => {
    if (needed.has(name)) return;
    needed.add(name);
    for (const read of reads.get(name) ?? []) need(read);
  };
  for (const name of chosen) need(name);
  return needed;
}
