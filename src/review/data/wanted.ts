import { modelsWithVerdicts } from '../../build/verdicts.ts';
import { inputsOf, type Metric, modelsOf } from '../../project/metric.ts';
import type { Reach } from '../types.ts';
import type { RunnableSide } from './run-side.ts';

/** What must be up to date of a side before it can be compared. */
export interface Wanted {
  /** Models, less what they are made of. */
  readonly models: readonly string[];
  /** Every version of the metrics that are reached, and of those that these are made of. */
  readonly metrics: readonly Metric[];
}

/** Of a side: the models and metrics that are reached, what these metrics are made of, and the verdicts. Pure. */
export function wantedOf({ project, planned }: RunnableSide, reach: Reach, hasVerdicts: boolean): Wanted {
  const names = new Set(planned.map(({ file }) => file.name));
  const metricNames = withMetricInputs(
    project.metrics,
    reach.metrics.map(({ name }) => name),
  );
  const metrics = project.metrics.filter(({ name }) => metricNames.has(name));
  const models = [
    ...reach.models.map(({ name }) => name),
    ...metrics.flatMap(modelsOf),
    ...(hasVerdicts ? modelsWithVerdicts(names) : []),
  ];
  return { models: [...new Set(models)].filter((name) => names.has(name)), metrics };
}

/** Whether a model is reached that holds verdicts on either side. Pure. */
export function reachesVerdicts(sides: readonly RunnableSide[], { models }: Reach): boolean {
  const names = new Set(sides.flatMap(({ planned }) => planned.map(({ file }) => file.name)));
  const judging = new Set(modelsWithVerdicts(names));
  return models.some(({ name }) => judging.has(name));
}

function withMetricInputs(metrics: readonly Metric[], wanted: readonly string[]): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (name: string): void => {
    if (names.has(name)) return;
    names.add(name);
    for (const metric of metrics.filter((one) => one.name === name)) inputsOf(metric).forEach(visit);
  };
  wanted.forEach(visit);
  return names;
}
