import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Metric } from './metric.ts';
import { checkInputs, withInputs } from './metric-inputs.ts';

/**
 * The metrics of a project and of the one that it extends, in order of name and version: one's own takes the place of all
 * versions of the base's. What the base made of others, and cannot be made of these, is left out with a warning.
 */
export function inheritMetrics(base: readonly Metric[], own: readonly Metric[], problems: Diagnostic[]): Metric[] {
  const names = new Set(own.map(({ name }) => name));
  const inherited = base.filter(({ name }) => !names.has(name));
  const metrics = withInputs([...inherited, ...own].sort(byNameAndVersion));
  const unfit = metrics
    .filter(({ name }) => !names.has(name))
    .map((metric) => ({ metric, why: checkInputs(metric, metrics)[0] }))
    .find(({ why }) => why !== undefined);
  if (unfit?.why === undefined) return metrics;
  const { metric, why } = unfit;
  problems.push({
    code: 'inherited-metric-left-out',
    severity: 'warning',
    message: `"${metric.name}" of the project that this one extends is left out: ${why.message}`,
    ...metric.at(['name']),
    fix: 'Write one of your own, or give the metrics that it is made of what it needs.',
  });
  // What was made of it may not fit any more either.
  const left = base.filter(({ name }) => name !== metric.name);
  return inheritMetrics(left, own, problems);
}

function byNameAndVersion(left: Metric, right: Metric): number {
  return left.name === right.name ? left.version - right.version : left.name < right.name ? -1 : 1;
}
