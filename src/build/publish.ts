import { renameSync, rmSync } from 'node:fs';
import { quoteIdentifier, quoteLiteral, Warehouse } from '../warehouse/warehouse.ts';

/**
 * What queries of metrics need beside the models: periods, targets, calendars and the run's clock. They keep their schemas,
 * and are no tables for readers.
 */
const queryTables = [
  'run.clock',
  ...['agreements', 'calendar_days', 'calendars', 'dates', 'local_dates', 'periods', 'targets', 'team_calendars'].map(
    (name) => `sla.${name}`,
  ),
];

/**
 * Copies tables of the work file into a new file, as tables and never views, and puts it in the published one's place
 * in one step: readers keep the old file until they open it again. Runs no SQL of the project.
 * Returns the rows of each table.
 */
export async function publishTables(
  files: { work: string; published: string },
  tables: readonly string[],
  memoryLimit?: string,
): Promise<Record<string, number>> {
  const fresh = `${files.published}.${process.pid}.new`;
  rmSync(fresh, { force: true });
  const publisher = await Warehouse.open(':memory:', memoryLimit === undefined ? {} : { memoryLimit });
  try {
    await publisher.run(`attach ${quoteLiteral(files.work)} as work (read_only)`);
    await publisher.run(`attach ${quoteLiteral(fresh)} as published`);
    // Each commit waits for the disk, and no reader sees the file before it is whole.
    await publisher.run('begin transaction');
    for (const table of tables) {
      const name = quoteIdentifier(table);
      await publisher.run(`create table published.main.${name} as from work.main.${name}`);
    }
    for (const table of queryTables) await copyQueryTable(publisher, table);
    await publisher.run('commit');
    const counts = await countTables(publisher, tables);
    await publisher.run('detach published; detach work');
    renameSync(fresh, files.published);
    return counts;
  } finally {
    publisher.close();
    rmSync(fresh, { force: true });
  }
}

async function copyQueryTable(publisher: Warehouse, table: string): Promise<void> {
  const [schema = '', name = ''] = table.split('.').map(quoteIdentifier);
  await publisher.run(`
    create schema if not exists published.${schema};
    create table published.${schema}.${name} as from work.${schema}.${name}`);
}

async function countTables(publisher: Warehouse, tables: readonly string[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const table of tables) {
    const [row] = await publisher.rows<{ rows: number }>(
      `select count(*) as rows from published.main.${quoteIdentifier(table)}`,
    );
    counts[table] = row?.rows ?? 0;
  }
  return counts;
}
