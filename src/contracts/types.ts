import type { ModelFile } from '../project/model-file.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';

/** A type as somebody wrote it → as DuckDB writes it; undefined when it knows no such type. */
export type TypeNames = ReadonlyMap<string, string | undefined>;

/** The types that models declare (`text`, `int4`, `timestamptz`) as DuckDB itself writes them. */
export async function canonicalTypes(warehouse: Warehouse, models: readonly ModelFile[]): Promise<TypeNames> {
  const declared = models.flatMap(({ columns }) => columns.flatMap(({ type }) => type ?? []));
  const found = new Map<string, string | undefined>();
  for (const type of new Set(declared)) found.set(type, await canonicalType(warehouse, type));
  return found;
}

async function canonicalType(warehouse: Warehouse, type: string): Promise<string | undefined> {
  if (!/^[\w ,()[\]'"]+$/.test(type)) return undefined;
  try {
    const [column] = await warehouse.columns(`select cast(null as ${type}) as typed`);
    return column?.type;
  } catch {
    return undefined;
  }
}
