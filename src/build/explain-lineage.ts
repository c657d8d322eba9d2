import type { QueryLineage } from '../models/lineage/column-lineage.ts';
import { type Lineages, traceColumn } from '../models/lineage/trace.ts';
import { type Manifest, manifestSchema } from '../state/artefacts.ts';
import { readJson } from '../state/json-file.ts';

/** A column of a table or model. */
export interface NamedColumn {
  /** `lead_cycles`, `raw.events`. */
  readonly table: string;
  readonly column: string;
}

/** A column that a metric reads, and what that is made of in the tables that no model makes. */
export interface ColumnOrigin extends NamedColumn {
  /** Sorted; empty where nothing is known. */
  readonly from: readonly NamedColumn[];
  /** Why there may be others. */
  readonly unknown: readonly string[];
}

/** Follows columns of models up to raw, seeds, sla and run, as the last run wrote it down; undefined without a manifest. */
export function originsOf(manifestFile: string, columns: readonly NamedColumn[]): readonly ColumnOrigin[] | undefined {
  const manifest = manifestSchema.safeParse(readJson(manifestFile));
  if (!manifest.success) return undefined;
  const lineages = lineagesOf(manifest.data);
  return columns.map(({ table, column }) => {
    const { values, unknown } = traceColumn(lineages, table, column);
    const from = values
      .filter((origin) => origin.table !== table && !isOutline(origin.table))
      .map((origin) => ({ table: origin.table, column: origin.column }));
    return {
      table,
      column,
      from: from.sort(byName),
      unknown: unknown.map((doubt) => `${doubt.table}.${doubt.column}: ${doubt.reason}`),
    };
  });
}

/** Staging of a CRM that the project has no source of: a table without rows. */
function isOutline(table: string): boolean {
  return table.startsWith('main.');
}

function lineagesOf({ models }: Manifest): Lineages {
  return new Map(
    models.map(({ name, columns, filters, reads, reads_tables }): [string, QueryLineage] => [
      name,
      {
        reads: [...reads, ...reads_tables].sort(),
        columns: columns.flatMap((column) =>
          column.lineage === null ? [] : [{ name: column.name, ...known(column.lineage) }],
        ),
        filters: filters === null ? { from: [] } : known(filters),
      },
    ]),
  );
}

function known({ from, unknown }: NonNullable<Manifest['models'][number]['filters']>): QueryLineage['filters'] {
  return unknown === null ? { from } : { from, unknown };
}

function byName(left: NamedColumn, right: NamedColumn): number {
  const [first, second] = [left, right].map(({ table, column }) => `${table}.${column}`);
  return String(first) < String(second) ? -1 : 1;
}
