import { isOfRows, type MetricSpec } from '../../project/metric.ts';

/** SQL that a metric's definition holds. */
interface MetricExpression {
  /** As in its YAML: `filter`, `to.filter`. */
  readonly path: string;
  /** Of rows: which of them count. */
  readonly isCondition: boolean;
  readonly text: string;
}

/** All expressions of a metric, in the order of its YAML. */
export function expressionsOf(metric: MetricSpec): MetricExpression[] {
  const found: [path: string, isCondition: boolean, text: string | undefined][] = [];
  if (isOfRows(metric)) {
    found.push(['filter', true, metric.filter], ['pending', true, metric.pending], ['beside', true, metric.beside]);
  }
  if (metric.type === 'ratio') {
    found.push(['numerator', true, metric.numerator], ['denominator', true, metric.denominator]);
  }
  if ('value' in metric) found.push(['value', false, metric.value]);
  if (metric.type === 'duration' && typeof metric.stop !== 'string') {
    found.push(['stop.filter', true, metric.stop.filter]);
  }
  if (metric.type === 'conversion') {
    found.push(['to_filter', true, metric.toFilter]);
    if (typeof metric.to !== 'string') found.push(['to.filter', true, metric.to.filter]);
  }
  if (metric.type === 'derived') found.push(['expression', false, metric.expression]);
  return found.flatMap(([path, isCondition, text]) => (text === undefined ? [] : [{ path, isCondition, text }]));
}
