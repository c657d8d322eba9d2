import { planProject } from '../../../src/build/plan-project.ts';
import { DiagnosticsError } from '../../../src/diagnostics/diagnostic.ts';
import type { PlannedModel } from '../../../src/models/plan.ts';
import { openProject } from '../../../src/project/project.ts';
import type { Reach, Side } from '../../../src/review/types.ts';

/** A side as far as running it needs it. */
export async function sideOf(root: string): Promise<Side> {
  const project = openProject(root);
  try {
    return { project, planned: await planProject(project), problems: [] };
  } catch (error) {
    if (error instanceof DiagnosticsError) return { project, problems: error.diagnostics };
    throw error;
  }
}

/** As if these models and metrics, and all that is made of them on either side, had changed. */
export function reachOfNames(
  [base, head]: readonly [Side, Side],
  { models = [], metrics = [] }: { readonly models?: readonly string[]; readonly metrics?: readonly string[] },
): Reach {
  const reached = new Set(models);
  const follow = ({ file, reads }: PlannedModel): void => {
    if (reads.some((name) => reached.has(name))) reached.add(file.name);
  };
  for (const { planned = [] } of [base, head]) planned.forEach(follow);
  return {
    models: [...reached].map((name) => ({ name, isPublic: true, isChanged: models.includes(name), columns: null })),
    metrics: metrics.map((name) => ({ name, label: { en: name, da: name }, owner: 'sales', isChanged: true })),
    contracts: [],
    pages: [],
    diagram: '',
    leftOut: 0,
  };
}
