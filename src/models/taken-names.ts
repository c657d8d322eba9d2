import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { ModelFile } from '../project/model-file.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { placeOfByte } from './place.ts';
import { resultTables, runnerTables } from './runner-tables.ts';

/** Names that no model can have → what each is. */
export type TakenNames = ReadonlyMap<string, string>;

/** Read once: they are DuckDB's own, whichever database is open. */
let known: TakenNames | undefined;

/** Words that cannot stand for a table without quotes, DuckDB's own views, and the runner's tables. */
export async function readTakenNames(warehouse: Warehouse): Promise<TakenNames> {
  known ??= await listTakenNames(warehouse);
  return known;
}

async function listTakenNames(warehouse: Warehouse): Promise<TakenNames> {
  const rows = await warehouse.rows<{ name: string; what: string }>(`
    select keyword_name as name, 'a word of SQL' as what
    from duckdb_keywords()
    where keyword_category in ('reserved', 'type_function')
        and json_extract(json_serialize_sql('from ' || keyword_name), '$.error')::boolean
    union all
    select view_name as name, 'a view of DuckDB itself' as what
    from duckdb_views()
    where internal and schema_name = 'main'`);
  const own = [...runnerTables, ...resultTables].map((name): [string, string] => [
    name,
    'a table that every build writes',
  ]);
  return new Map([...rows.map(({ name, what }): [string, string] => [name, what]), ...own]);
}

/** The problem of a model with such a name; undefined for one with a name of its own. Pure. */
export function takenName({ name, sql }: ModelFile, taken: TakenNames): Diagnostic | undefined {
  const what = taken.get(name);
  if (what === undefined) return undefined;
  return {
    code: 'invalid-name',
    severity: 'error',
    message: `"${name}" cannot be a model's name: it is ${what}`,
    ...placeOfByte(sql, 0),
    fix: `Rename it, "my_${name}" say.`,
  };
}
