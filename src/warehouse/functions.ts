import type { Warehouse } from './warehouse.ts';

/** DuckDB's own list of functions: name in lower case → the kinds it exists as, with their stability. */
export type FunctionKinds = ReadonlyMap<
  string,
  readonly { readonly kind: string; readonly stability: string | null }[]
>;

/** Read once: the list is DuckDB's own, whichever database is open. */
let known: FunctionKinds | undefined;

/** DuckDB's list of functions. */
export async function readFunctionKinds(warehouse: Warehouse): Promise<FunctionKinds> {
  known ??= await listFunctions(warehouse);
  return known;
}

async function listFunctions(warehouse: Warehouse): Promise<FunctionKinds> {
  const rows = await warehouse.rows<{ name: string; kind: string; stability: string | null }>(
    'select distinct lower(function_name) as name, function_type as kind, stability from duckdb_functions()',
  );
  const kinds = new Map<string, { kind: string; stability: string | null }[]>();
  for (const { name, ...entry } of rows) kinds.set(name, [...(kinds.get(name) ?? []), entry]);
  return kinds;
}

/** Functions that DuckDB calls stable, or keeps as macros, yet whose value depends on the session, the day or the file. */
const dependsOnSession =
  /^(age|ago|user|getenv|getvariable|get_block_size|(current|session|pg|has|inet|obj|col|shobj)_.*)$/;

/** Words of the SQL grammar that are not in DuckDB's list of functions; they stand without parentheses. */
const clockWords = new Set([
  'current_date',
  'current_time',
  'current_timestamp',
  'localtime',
  'localtimestamp',
  'current_catalog',
]);

/** Whether a bare word reads the clock, unless a table has a column of that name. */
export function isClockWord(name: string): boolean {
  return clockWords.has(name.toLowerCase());
}

/** DuckDB calls it volatile so as never to fold it away; it has no value at all. */
const stopsTheQuery = 'error';

/** Whether a function of that name may have another value in the next run. */
export function isVolatile(name: string, functions: FunctionKinds): boolean {
  const kinds = functions.get(name.toLowerCase()) ?? [];
  if (name.toLowerCase() === stopsTheQuery) return false;
  if (isClockWord(name)) return true;
  // It samples, though DuckDB does not call it volatile.
  if (name.toLowerCase() === 'reservoir_quantile') return true;
  if (kinds.length > 0 && dependsOnSession.test(name.toLowerCase())) return true;
  return kinds.some(({ stability }) => stability !== null && stability !== 'CONSISTENT');
}
