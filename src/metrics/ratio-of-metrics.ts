import { sql } from 'kysely';
import { inputsOf, type MetricRatioSpec } from '../project/metric.ts';
import { type Inputs, joinedInputs } from './joined-inputs.ts';
import type { Shape } from './shape.ts';
import type { Step } from './step.ts';

/** The value of one metric by that of another; no value where either has none, or the latter is zero. */
export function ratioOfMetricsSteps(metric: MetricRatioSpec, shape: Shape, inputs: Inputs): readonly Step[] {
  const numerator = sql.ref(metric.numerator);
  const denominator = sql.ref(metric.denominator);
  return joinedInputs(inputsOf(metric), {
    shape,
    inputs,
    value: sql`(${numerator} / nullif(${denominator}, 0))`,
    parts: { numerator, denominator },
  });
}
