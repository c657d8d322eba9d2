import type { Metric } from '../project/metric-file.ts';
import { quoteLiteral } from '../warehouse/warehouse.ts';
import { type ContractContext, type ContractResult, sampleSize } from './rule.ts';

/** No value of a metric lies outside the range that its contract calls possible. */
export async function range({ warehouse }: ContractContext, metric: Metric): Promise<ContractResult[]> {
  const bounds = metric.contract?.range;
  if (metric.contract === undefined || bounds === undefined) return [];
  const [low, high] = bounds;
  const outside = `value < ${low ?? 'null'} or value > ${high ?? 'null'} or not isfinite(value)`;
  const [found] = await warehouse.rows<{ values: number; breaks: number; sample: string[] | null }>(`
    select
        count(value) as values,
        count(*) filter (where is_outside) as breaks,
        min(shown, ${sampleSize}) filter (where is_outside) as sample
    from (
        select
            value,
            coalesce(${outside}, false) as is_outside,
            value || ' in ' || grain || ' ' || period_start
                || if(dimension = 'all', '', ' (' || dimension || ' = ' || dimension_value || ')') as shown
        from main.metric_values
        where metric = ${quoteLiteral(metric.name)} and version = ${metric.version}
    )`);
  const breaks = found?.breaks ?? 0;
  const values = (found?.values ?? 0).toLocaleString('en');
  const sample = breaks === 0 ? null : (found?.sample ?? []).join('; ');
  return [
    {
      metric: metric.name,
      model: metric.model,
      rule: 'range',
      severity: metric.contract.severity,
      passed: breaks === 0,
      observed: breaks === 0 ? `${values} values inside` : `${breaks} of ${values} values outside: ${sample}`,
      expected: describeRange(low, high),
      sample,
      rowsIn: null,
      place: metric.at(['contract', 'range']),
    },
  ];
}

function describeRange(low: number | null, high: number | null): string {
  if (low === null) return high === null ? 'a finite number' : `at most ${high}`;
  return high === null ? `at least ${low}` : `from ${low} to ${high}`;
}
