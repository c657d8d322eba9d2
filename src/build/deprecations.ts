import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { reportDeprecatedMetrics } from '../metrics/deprecated.ts';
import { modelUses } from '../metrics/uses.ts';
import { reportDeprecated, usesOf } from '../models/deprecated.ts';
import type { PlannedModel } from '../models/plan.ts';
import type { Project } from '../project/project.ts';

/**
 * Uses of model versions that are to go, by models and metrics, and versions of metrics that are: warnings up to their
 * last day, errors after it.
 */
export function deprecations(project: Project, planned: readonly PlannedModel[], now: string): Diagnostic[] {
  const today = now.slice(0, 10);
  const metrics = project.metrics.flatMap((metric) =>
    modelUses(metric).map(({ model, path }) => ({ by: `metric "${metric.name}"`, model, place: metric.at(path) })),
  );
  return [
    ...reportDeprecated(planned, [...usesOf(planned), ...metrics], today),
    ...reportDeprecatedMetrics(project.metrics, today),
  ];
}
