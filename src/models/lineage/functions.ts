import type { FunctionKinds } from '../../warehouse/functions.ts';

/** Macros that DuckDB ships whose body aggregates; its list calls them macros only. */
const aggregateMacros = new Set([
  'geomean',
  'geometric_mean',
  'json_group_array',
  'json_group_object',
  'json_group_structure',
  'wavg',
  'weighted_avg',
]);

/** Functions whose value is one of their first argument's, or null; the other arguments decide which. */
export const passesFirst = new Set([
  'any_value',
  'arbitrary',
  'arg_max',
  'arg_max_null',
  'arg_max_nulls_last',
  'arg_min',
  'arg_min_null',
  'arg_min_nulls_last',
  'argmax',
  'argmin',
  'first',
  'first_value',
  'lag',
  'last',
  'last_value',
  'lead',
  'max_by',
  'min_by',
  'nth_value',
]);

/** Functions that take a lambda; to any other `a -> 'b'` is a look into JSON. */
export const takesLambda =
  /^(filter|reduce|apply|(list|array)_(filter|reduce|apply|transform|aggregate|any_match|all_match))$/;

/** Table functions that make rows of their arguments, with the columns that they make. */
export const tableFunctions: ReadonlyMap<string, readonly string[]> = new Map([
  ['range', ['range']],
  ['generate_series', ['generate_series']],
  ['unnest', ['unnest']],
  ['repeat', []],
  ['json_each', ['key', 'value', 'type', 'atom', 'id', 'parent', 'fullkey', 'path']],
  ['json_tree', ['key', 'value', 'type', 'atom', 'id', 'parent', 'fullkey', 'path']],
]);

/** A test for aggregate functions by DuckDB's own list of functions. */
export function aggregateTest(functions: FunctionKinds): (name: string) => boolean {
  return (name) => aggregateMacros.has(name) || (functions.get(name) ?? []).some(({ kind }) => kind === 'aggregate');
}
