import type { Grain, MetricSpec } from '../project/metric.ts';

/** One way to cut the values: a grain, a combination of dimensions, and rows to look at. */
export interface Slice {
  readonly grain: Grain;
  /** Dimensions, taken together; none: the total. */
  readonly by: readonly string[];
  /** SQL over one row, true or false; a checked expression. */
  readonly where?: string;
}

/** Which groups a query yields: each grain with each set of dimensions. */
export interface Shape {
  readonly grains: readonly Grain[];
  /** The dimensions that the sets are made of. */
  readonly dimensions: readonly string[];
  /** Sets of indexes into `dimensions`; an empty one is the total. */
  readonly sets: readonly (readonly number[])[];
  readonly where?: string;
  /** Rows count in several periods: the step `spread` has each once for each, with its `grain` and `period_start`. */
  readonly isSpread?: boolean;
}

/** Without a slice: every grain of the metric with the total and each dimension by itself. */
export function shapeOf(spec: MetricSpec, slice?: Slice): Shape {
  if (slice === undefined) {
    return {
      grains: spec.grains,
      dimensions: spec.dimensions,
      sets: [[], ...spec.dimensions.map((_, index) => [index])],
    };
  }
  return {
    grains: [slice.grain],
    dimensions: slice.by,
    sets: [slice.by.map((_, index) => index)],
    ...(slice.where === undefined ? {} : { where: slice.where }),
  };
}

/** How a set of dimensions is named in the column `dimension`. */
export function nameOfSet({ dimensions }: Shape, set: readonly number[]): string {
  return set.length === 0 ? 'all' : set.map((index) => dimensions[index]).join(', ');
}

/** Whether targets can be meant: of the total or one dimension, over all rows. */
export function isJudged(shape: Shape): boolean {
  return shape.where === undefined && shape.sets.every((set) => set.length < 2);
}
