import { quoteIdentifier, quoteLiteral } from '../warehouse/warehouse.ts';
import { columnOfDimension, columnsOf } from './query-columns.ts';
import type { Definition } from './query-definitions.ts';
import type { MetricRequest } from './query-request.ts';

/** Which rows of one version are wanted. */
interface Selected {
  readonly definition: Definition;
  /** Only periods in which it is the version in force. */
  readonly isOnlyInForce: boolean;
  /** The query that computes the values; absent: as they were published. */
  readonly computed?: string;
}

/** The rows that a request wants of one version of a metric, as SQL that can be run as it stands. Names must be known. */
export function selectValues(request: MetricRequest, { definition, isOnlyInForce, computed }: Selected): string {
  const { grain, from, to } = request;
  const by = [...new Set(request.by)];
  const columns = columnsOf(by, request.compare !== undefined);
  const dimension = by.length === 0 ? 'all' : by.join(', ');
  const conditions = [
    `metric = ${quoteLiteral(definition.metric)}`,
    `version = ${definition.version}`,
    ...(isOnlyInForce ? ['is_in_force'] : []),
    `grain = ${quoteLiteral(grain)}`,
    `dimension = ${quoteLiteral(dimension)}`,
    ...(from === undefined ? [] : [`period_start >= date ${quoteLiteral(from)}`]),
    ...(to === undefined ? [] : [`period_start <= date ${quoteLiteral(to)}`]),
  ];
  const source = computed === undefined ? 'main.metric_values' : `(\n${computed}\n) as computed`;
  return `select
    ${columns.map(({ name }) => expressionOf(name, by, definition)).join(',\n    ')}
from ${source}
where
    ${conditions.join('\n    and ')}`;
}

/** The parts as one query; a version that is named twice has its rows once. */
export function combine(parts: readonly string[], by: readonly string[]): string {
  const dimensions = by.map((dimension) => quoteIdentifier(columnOfDimension(dimension)));
  const order = ['metric', 'period_start', ...dimensions, 'version'].join(', ');
  return `${parts.join('\n\nunion\n\n')}\n\norder by ${order}`;
}

function expressionOf(column: string, by: readonly string[], { unit }: Definition): string {
  if (column === 'unit') return `${quoteLiteral(unit)} as unit`;
  if (column === 'difference') return 'value - previous_value as difference';
  const place = by.findIndex((dimension) => columnOfDimension(dimension) === column);
  if (place < 0) return column;
  // Of several dimensions the value is a JSON list.
  const value = by.length === 1 ? 'dimension_value' : `json_extract_string(dimension_value, '$[${place}]')`;
  return `${value} as ${quoteIdentifier(column)}`;
}
