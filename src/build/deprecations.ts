import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { reportDeprecated, usesOf } from '../models/deprecated.ts';
import type { PlannedModel } from '../models/plan.ts';
import type { Project } from '../project/project.ts';

/** Uses of model versions that are to go, by models and metrics: warnings up to their last day, errors after it. */
export function deprecations(project: Project, planned: readonly PlannedModel[], now: string): Diagnostic[] {
  const metrics = project.metrics.map((metric) => ({
    by: `metric "${metric.name}"`,
    model: metric.model,
    place: metric.at(['model']),
  }));
  return reportDeprecated(planned, [...usesOf(planned), ...metrics], now.slice(0, 10));
}
