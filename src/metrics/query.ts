import { DiagnosticsError } from '../diagnostics/diagnostic.ts';
import { SqlError, type Warehouse } from '../warehouse/warehouse.ts';
import type { Definition } from './query-definitions.ts';
import { planQuery, type QueryPlan } from './query-plan.ts';
import type { MetricRequest, MetricRow, QueriedMetric, QueryResult } from './query-request.ts';

/**
 * Values of metrics, by metric, period and part.
 * @param warehouse a published file; a request with a condition wants it locked.
 * @throws DiagnosticsError that names everything in the request that is unknown or wrong.
 */
export async function queryMetrics<
  const By extends string = never,
  const Compare extends 'previous' | undefined = undefined,
>(warehouse: Warehouse, request: MetricRequest<By, Compare>): Promise<QueryResult<MetricRow<By, Compare>>> {
  const plan = await planQuery(warehouse, request);
  return {
    columns: plan.columns,
    parts: plan.dimensions,
    rows: await runPlan<MetricRow<By, Compare>>(warehouse, plan),
    metrics: plan.parts.map(({ definition }) => describe(definition)),
    asOf: plan.asOf,
  };
}

async function runPlan<Row extends object>(warehouse: Warehouse, { sql }: QueryPlan): Promise<readonly Row[]> {
  try {
    return await warehouse.rows<Row>(sql);
  } catch (error) {
    if (!(error instanceof SqlError) || error.kind === 'Interrupt') throw error;
    // A cast in the condition, for one, is only known to fail when it meets the rows.
    throw new DiagnosticsError([
      {
        code: 'query-failed',
        severity: 'error',
        message: `the values cannot be computed: ${error.message.split('\n')[0]}`,
      },
    ]);
  }
}

function describe(definition: Definition): QueriedMetric {
  return {
    metric: definition.metric,
    version: definition.version,
    label: { en: definition.label_en, da: definition.label_da },
    owner: definition.owner,
    unit: definition.unit,
    direction: definition.direction,
    minimumSample: definition.minimum_sample,
  };
}
