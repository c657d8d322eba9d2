import { wordsOf } from '../metrics/words.ts';
import { inputsOf, isOfRows, type Metric, modelsOf } from '../project/metric.ts';
import { currentMetrics } from '../project/metric-inputs.ts';
import type { OdcsCustom, OdcsObject } from './odcs.ts';
import { metricValuesKey, metricValuesProperties } from './odcs-metric-values.ts';
import { metricQuality } from './odcs-rules.ts';

/** The table of all values, with the definition of each metric and what is promised of it. */
export function metricValuesObject(metrics: readonly Metric[]): OdcsObject {
  return {
    name: 'metric_values',
    logicalType: 'object',
    physicalType: 'table',
    physicalName: 'metric_values',
    description: 'What each metric comes to in each period, as a whole and in parts.',
    dataGranularityDescription: `One row per ${metricValuesKey.join(', ')}`,
    properties: metricValuesProperties,
    quality: [
      {
        type: 'library',
        metric: 'duplicateValues',
        arguments: { properties: metricValuesKey },
        mustBe: 0,
        dimension: 'uniqueness',
        severity: 'error',
        description: `No ${metricValuesKey.join(', ')} twice.`,
      },
      ...metrics.flatMap(metricQuality),
    ],
    customProperties: [{ property: 'metrics', value: metrics.map((metric) => definitionOf(metric, metrics)) }],
  };
}

function definitionOf(metric: Metric, metrics: readonly Metric[]): OdcsCustom['value'] {
  const current = currentMetrics(metrics);
  const named = (name: string): Metric | undefined => current.get(name);
  return {
    name: metric.name,
    version: metric.version,
    effectiveFrom: metric.effectiveFrom ?? null,
    deprecatedOn: metric.deprecatedOn ?? null,
    isCurrent: current.get(metric.name) === metric,
    label: metric.label,
    description: metric.description,
    definition: { en: wordsOf(metric, 'en', named), da: wordsOf(metric, 'da', named) },
    type: metric.type,
    unit: metric.unit,
    direction: metric.direction,
    owner: metric.owner,
    minimumSample: metric.minimumSample,
    target: metric.target ?? null,
    grains: metric.grains,
    dimensions: metric.dimensions,
    models: modelsOf(metric),
    time: isOfRows(metric) ? metric.time : null,
    inputs: inputsOf(metric),
  };
}
