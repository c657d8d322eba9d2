import { renameSync, rmSync, statSync } from 'node:fs';
import type { WarehouseFiles } from '../state/files.ts';
import { readPublished, recordPublished } from '../state/published.ts';
import { quoteIdentifier, quoteLiteral, Warehouse } from '../warehouse/warehouse.ts';

/**
 * Copies what was published into a new file without the rows of some leads, and puts it in the old one's place: nothing of
 * them stays, not even in free blocks. Counts (metric_values) stay as they were published. Returns the rows taken out.
 */
export async function removeFromPublished(
  files: Pick<WarehouseFiles, 'published' | 'record'>,
  leads: readonly string[],
): Promise<number> {
  const fresh = `${files.published}.${process.pid}.new`;
  rmSync(fresh, { force: true });
  const publisher = await Warehouse.open(':memory:');
  let removed = 0;
  const counts: Record<string, number> = {};
  try {
    await publisher.run(`attach ${quoteLiteral(files.published)} as before (read_only)`);
    await publisher.run(`attach ${quoteLiteral(fresh)} as after`);
    for (const { schema, name, columns } of await tables(publisher)) {
      const table = `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
      await publisher.run(`create schema if not exists after.${quoteIdentifier(schema)}`);
      const named = columns.filter((column) => /(^|_)lead_id$/.test(column));
      const list = `[${leads.map(quoteLiteral).join(', ')}]`;
      // A row is about its lead_id; another lead that it names besides is only taken out of it.
      const owners = named.includes('lead_id') ? ['lead_id'] : named;
      const isTheirs = (column: string) => `coalesce(list_contains(${list}, ${quoteIdentifier(column)}), false)`;
      const others = named
        .filter((column) => !owners.includes(column))
        .map((column) => `if(${isTheirs(column)}, null, ${quoteIdentifier(column)}) as ${quoteIdentifier(column)}`);
      const tests = owners.map((column) => `not ${isTheirs(column)}`);
      await publisher.run(
        `create table after.${table} as select *${others.length === 0 ? '' : ` replace (${others.join(', ')})`} from before.${table} ${tests.length === 0 ? '' : `where ${tests.join(' and ')}`}`,
      );
      const [row] = await publisher.rows<{ before: number; after: number }>(
        `select (select count(*) from before.${table}) as before, (select count(*) from after.${table}) as after`,
      );
      if (schema === 'main') counts[name] = row?.after ?? 0;
      removed += (row?.before ?? 0) - (row?.after ?? 0);
    }
    await publisher.run('detach after; detach before');
    renameSync(fresh, files.published);
  } finally {
    publisher.close();
    rmSync(fresh, { force: true });
  }
  const record = readPublished(files.record);
  if (record !== undefined) {
    // Without what it was made from, the next build writes the file whole.
    const { made: _, ...rest } = record;
    recordPublished(files.record, { ...rest, bytes: statSync(files.published).size, tables: counts });
  }
  return removed;
}

async function tables(publisher: Warehouse): Promise<{ schema: string; name: string; columns: string[] }[]> {
  return publisher.rows<{ schema: string; name: string; columns: string[] }>(`
    select schema_name as schema, table_name as name, list(column_name order by column_index) as columns
    from duckdb_columns()
    where database_name = 'before' and not internal
    group by schema_name, table_name
    order by schema_name, table_name`);
}
