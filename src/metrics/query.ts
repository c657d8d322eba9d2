import { type Diagnostic, failOnErrors } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import { type Grain, grains } from '../project/metric-file.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { builder } from './sql.ts';

export interface MetricRequest {
  readonly metrics: readonly string[];
  readonly grain: string;
  /** Dimensions, each by itself; none: the totals. */
  readonly by?: readonly string[];
  /** First and last day on which a period may start, YYYY-MM-DD. */
  readonly from?: string;
  readonly to?: string;
}

/** One value; dates are YYYY-MM-DD, rates are shares of 1, durations in the metric's unit. */
export type MetricRow = {
  readonly metric: string;
  readonly version: number;
  readonly grain: Grain;
  readonly period_start: string;
  readonly dimension: string;
  readonly dimension_value: string;
  readonly value: number | null;
  readonly numerator: number | null;
  readonly denominator: number | null;
  readonly lower_95: number | null;
  readonly upper_95: number | null;
  readonly target: number | null;
  readonly status: 'kept' | 'missed' | 'open' | 'no_data' | null;
  readonly is_complete: boolean;
  readonly is_mature: boolean | null;
  /** Rows that may still change the value. */
  readonly pending: number;
  /** Rows shown beside it that never will, such as meetings that nobody reported on. */
  readonly beside: number;
  readonly estimate: number | null;
  readonly over_value: number | null;
};

export interface QueryResult {
  readonly columns: readonly { readonly name: keyof MetricRow; readonly type: string }[];
  readonly rows: readonly MetricRow[];
}

const columns: QueryResult['columns'] = [
  { name: 'metric', type: 'VARCHAR' },
  { name: 'version', type: 'INTEGER' },
  { name: 'grain', type: 'VARCHAR' },
  { name: 'period_start', type: 'DATE' },
  { name: 'dimension', type: 'VARCHAR' },
  { name: 'dimension_value', type: 'VARCHAR' },
  { name: 'value', type: 'DOUBLE' },
  { name: 'numerator', type: 'DOUBLE' },
  { name: 'denominator', type: 'DOUBLE' },
  { name: 'lower_95', type: 'DOUBLE' },
  { name: 'upper_95', type: 'DOUBLE' },
  { name: 'target', type: 'DOUBLE' },
  { name: 'status', type: 'VARCHAR' },
  { name: 'is_complete', type: 'BOOLEAN' },
  { name: 'is_mature', type: 'BOOLEAN' },
  { name: 'pending', type: 'BIGINT' },
  { name: 'beside', type: 'BIGINT' },
  { name: 'estimate', type: 'DOUBLE' },
  { name: 'over_value', type: 'DOUBLE' },
];

/**
 * Values of metrics as they were published, by metric, dimension, period and value.
 * @param warehouse a published file.
 * @throws DiagnosticsError that names every unknown metric, dimension, grain and date of the request.
 */
export async function queryMetrics(warehouse: Warehouse, request: MetricRequest): Promise<QueryResult> {
  const known = await warehouse.rows<Definition>('select metric, dimensions, grains from main.metric_definitions');
  failOnErrors([...checkNames(request, known), ...checkPeriods(request)]);
  const { sql, parameters } = select(request);
  return { columns, rows: await warehouse.rows<MetricRow>(sql, parameters) };
}

interface Definition {
  readonly metric: string;
  readonly dimensions: readonly string[];
  readonly grains: readonly string[];
}

function select({ metrics, grain, by = [], from, to }: MetricRequest): { sql: string; parameters: string[] } {
  let query = builder
    .selectFrom('main.metric_values')
    .select(columns.map(({ name }) => name))
    .where('metric', 'in', metrics)
    .where('grain', '=', grain)
    .where('dimension', 'in', by.length === 0 ? ['all'] : by);
  if (from !== undefined) query = query.where('period_start', '>=', from);
  if (to !== undefined) query = query.where('period_start', '<=', to);
  for (const key of ['metric', 'version', 'dimension', 'period_start', 'dimension_value']) query = query.orderBy(key);
  const compiled = query.compile();
  return { sql: compiled.sql, parameters: compiled.parameters.map(String) };
}

function checkNames(request: MetricRequest, known: readonly Definition[]): Diagnostic[] {
  const problems: Diagnostic[] = [];
  for (const name of request.metrics) {
    const definition = known.find(({ metric }) => metric === name);
    if (definition === undefined) problems.push(unknownMetric(name, known));
    else problems.push(...checkDefinition(definition, request));
  }
  if (request.metrics.length === 0) {
    problems.push(wrong('missing-argument', 'no metric named', 'the name of at least one metric'));
  }
  return problems;
}

function unknownMetric(name: string, known: readonly Definition[]): Diagnostic {
  const names = known.map(({ metric }) => metric).sort();
  const fix = didYouMean(name, names);
  const expected = names.length === 0 ? 'a project with metrics' : `one of ${names.join(', ')}`;
  return { ...wrong('unknown-metric', `unknown metric "${name}"`, expected), ...(fix === undefined ? {} : { fix }) };
}

function checkDefinition({ metric, dimensions, grains: ownGrains }: Definition, request: MetricRequest): Diagnostic[] {
  const problems = (request.by ?? [])
    .filter((dimension) => !dimensions.includes(dimension))
    .map((dimension): Diagnostic => {
      const has = dimensions.length === 0 ? 'no dimensions' : `the dimensions ${dimensions.join(', ')}`;
      const fix = didYouMean(dimension, dimensions);
      const problem = wrong('unknown-dimension', `${metric} has no dimension "${dimension}"`, `it has ${has}`);
      return fix === undefined ? problem : { ...problem, fix };
    });
  if (isGrain(request.grain) && !ownGrains.includes(request.grain)) {
    const expected = `it has ${ownGrains.join(', ')}`;
    problems.push(wrong('unknown-grain', `${metric} is not computed by ${request.grain}`, expected));
  }
  return problems;
}

function checkPeriods({ grain, from, to }: MetricRequest): Diagnostic[] {
  const problems: Diagnostic[] = [];
  if (!isGrain(grain)) {
    const fix = didYouMean(grain, grains);
    const problem = wrong('unknown-grain', `unknown grain "${grain}"`, `one of ${grains.join(', ')}`);
    problems.push(fix === undefined ? problem : { ...problem, fix });
  }
  for (const [option, date] of Object.entries({ from, to })) {
    if (date === undefined || isDate(date)) continue;
    problems.push(wrong('invalid-date', `${option}: "${date}" is not a date`, 'a day such as 2026-06-01'));
  }
  if (from !== undefined && to !== undefined && isDate(from) && isDate(to) && from > to) {
    problems.push(wrong('invalid-date', `from ${from} is after to ${to}`, 'the earlier date first'));
  }
  return problems;
}

function isGrain(text: string): text is Grain {
  return (grains as readonly string[]).includes(text);
}

function isDate(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.slice(0, 10) === text;
}

function wrong(code: string, message: string, expected: string): Diagnostic {
  return { code, severity: 'error', message, expected };
}
