import { type Diagnostic, failOnErrors } from '../diagnostics/diagnostic.ts';
import type { MetricSpec } from '../project/metric.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { columnOfDimension, columnsOf } from './query-columns.ts';
import { type Definition, readDefinitions, specOf } from './query-definitions.ts';
import { findWanted, type Wanted } from './query-names.ts';
import type { MetricRequest, QueryResult } from './query-request.ts';
import { combine, selectValues } from './query-sql.ts';

/** How a request is answered. */
export interface QueryPlan extends Pick<QueryResult, 'columns' | 'asOf'> {
  /** The columns of dimensions. */
  readonly dimensions: readonly string[];
  /** Each version that may have rows, with the part of the query that is about it. */
  readonly parts: readonly { readonly definition: Definition; readonly sql: string }[];
  /** Whether it is answered by what the build computed. */
  readonly isPublished: boolean;
  /** The whole query. */
  readonly sql: string;
  /** Every metric that was published, in all versions. */
  readonly definitions: readonly Definition[];
}

/**
 * What would be run for a request: a look at main.metric_values where it holds the answer, else the metrics' own queries
 * with the request's dimensions and condition.
 * @throws DiagnosticsError that names everything in the request that is unknown or wrong.
 */
export async function planQuery(warehouse: Warehouse, request: MetricRequest): Promise<QueryPlan> {
  const { definitions, asOf } = await readDefinitions(warehouse);
  const { wanted, problems } = findWanted(request, definitions);
  const isPublished = request.where === undefined && new Set(request.by).size < 2;
  const specs = isPublished ? [] : definitions.map(specOf);
  // Whatever is wrong is told at once, the condition's part too.
  failOnErrors([...problems, ...(isPublished ? [] : await computingProblems(warehouse, request, { wanted, specs }))]);
  const by = [...new Set(request.by)];
  const compute = isPublished ? () => undefined : await computing(request, specs);
  const parts = wanted.flatMap(({ isPinned, definitions: versions }) =>
    versions.map((definition) => {
      const computed = compute(definition);
      const selected = { definition, isOnlyInForce: !isPinned, ...(computed === undefined ? {} : { computed }) };
      return { definition, sql: selectValues(request, selected) };
    }),
  );
  const sql = combine(
    parts.map((part) => part.sql),
    by,
  );
  return {
    columns: columnsOf(by, request.compare !== undefined),
    dimensions: by.map(columnOfDimension),
    ...{ asOf, parts, isPublished, sql, definitions },
  };
}

/** What compiles, or reads an expression, is loaded only where it is needed: most requests ask for what was published. */
async function computingProblems(
  warehouse: Warehouse,
  { where }: MetricRequest,
  metrics: { readonly wanted: readonly Wanted[]; readonly specs: readonly MetricSpec[] },
): Promise<readonly Diagnostic[]> {
  const { unpublishedModels } = await import('./query-roots.ts');
  const unpublished = await unpublishedModels(warehouse, metrics);
  if (unpublished.length > 0 || where === undefined) return unpublished;
  const { checkWhere } = await import('./query-where.ts');
  return checkWhere(warehouse, where, metrics);
}

async function computing(
  { grain, by, where }: MetricRequest,
  specs: readonly MetricSpec[],
): Promise<(definition: Definition) => string> {
  const { compileMetric } = await import('./compile.ts');
  const slice = { grain, by: [...new Set(by)], ...(where === undefined ? {} : { where }) };
  return (definition) => compileMetric(specOf(definition), { specs, slice });
}
