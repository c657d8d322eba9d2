import type { DerivedSpec } from '../project/metric.ts';
import { type Inputs, joinedInputs } from './joined-inputs.ts';
import type { Shape } from './shape.ts';
import { expression } from './sql.ts';
import type { Step } from './step.ts';

/**
 * An expression of the values of other metrics. It has a value where all of them have one and the result is finite.
 * What it is divided by may be zero deep inside: sessions have DuckDB's `ieee_floating_point_ops` off, so that this is
 * null and stays it (1 / (1 / 0) would be 0 otherwise).
 */
export function derivedSteps(metric: DerivedSpec, shape: Shape, inputs: Inputs): readonly Step[] {
  return joinedInputs(metric.inputs, { shape, inputs, value: expression(metric.expression) });
}
