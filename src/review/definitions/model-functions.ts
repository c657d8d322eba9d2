import { isNode, nodesOf, type SyntaxNode, textOf } from '../../models/lineage/tree.ts';
import { everyNode, ownNodes } from './model-tree.ts';

/** Functions that make one value of many rows, whatever else is true of them; not all there are. */
const aggregates = new Set([
  ...['any_value', 'arg_max', 'arg_min', 'array_agg', 'avg', 'bool_and', 'bool_or', 'count', 'count_if', 'count_star'],
  ...['countif', 'max', 'max_by', 'mean', 'median', 'min', 'min_by', 'mode', 'quantile_cont', 'quantile_disc'],
  ...['stddev', 'stddev_pop', 'stddev_samp', 'string_agg', 'sum', 'var_pop', 'var_samp', 'variance'],
]);

/** Functions that make a value of one row; not all there are. */
const plain = new Set([
  ...['abs', 'ceil', 'chr', 'concat', 'concat_ws', 'contains', 'date_add', 'date_diff', 'date_part', 'date_sub'],
  ...[
    'date_trunc',
    'datediff',
    'datepart',
    'datetrunc',
    'day',
    'dayname',
    'dayofweek',
    'ends_with',
    'epoch',
    'epoch_ms',
  ],
  ...[
    'epoch_us',
    'exp',
    'extract',
    'floor',
    'greatest',
    'hash',
    'hour',
    'ifnull',
    'isnan',
    'isodow',
    'isoyear',
    'json',
  ],
  ...['json_extract', 'json_extract_string', 'least', 'left', 'len', 'length', 'list_contains', 'list_extract'],
  ...['list_filter', 'list_position', 'list_transform', 'list_value', 'ln', 'lower', 'lpad', 'ltrim', 'make_date'],
  ...['make_timestamp', 'md5', 'minute', 'month', 'monthname', 'nullif', 'quarter', 'regexp_extract', 'regexp_matches'],
  ...['regexp_replace', 'replace', 'right', 'round', 'rpad', 'rtrim', 'second', 'sign', 'split_part', 'sqrt'],
  ...['starts_with', 'strftime', 'strip_accents', 'strptime', 'struct_extract', 'struct_pack', 'substr', 'substring'],
  ...[
    'timezone',
    'to_days',
    'to_hours',
    'to_minutes',
    'to_months',
    'to_seconds',
    'to_timestamp',
    'to_weeks',
    'to_years',
  ],
  ...['trim', 'trunc', 'try_strptime', 'upper', 'week', 'weekofyear', 'year'],
]);

/** Functions that make several rows of one where they stand in a select list. */
const makeRows = new Set(['unnest', 'unlist', 'generate_subscripts', 'regexp_split_to_table']);

/** Whether it makes one value of the rows of its own query. */
export function surelyAggregates(expression: SyntaxNode): boolean {
  return ownNodes(expression)
    .filter(isCall)
    .some((call) => aggregates.has(nameOf(call)) || filters(call));
}

/** Unless every function in it, and in the queries that it holds, is known to look at one row only. */
export function mayAggregate(expression: SyntaxNode): boolean {
  return everyNode(expression)
    .filter(isCall)
    .some((call) => filters(call) || call.distinct === true || !(call.is_operator === true || plain.has(nameOf(call))));
}

/** Whether it makes several rows of one. */
export function changesRows(expression: SyntaxNode): boolean {
  return everyNode(expression).some(({ function_name: name }) => makeRows.has(textOf(name).toLowerCase()));
}

/**
 * A test for aggregates that errs on the safe side: what is grouped by ALL is what does not aggregate, and only what
 * aggregates has a filter or an order.
 */
export function aggregateTestFor(trees: readonly unknown[]): (name: string) => boolean {
  const filtered = trees.flatMap((tree) => everyNode(tree)).filter((node) => isCall(node) && filters(node));
  const found = new Set(filtered.map(nameOf));
  return (name) => aggregates.has(name) || found.has(name);
}

function isCall(node: SyntaxNode): boolean {
  return node.class === 'FUNCTION';
}

function filters(call: SyntaxNode): boolean {
  return isNode(call.filter) || (isNode(call.order_bys) && nodesOf(call.order_bys.orders).length > 0);
}

function nameOf(call: SyntaxNode): string {
  return textOf(call.function_name).toLowerCase();
}
