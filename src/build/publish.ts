import { renameSync } from 'node:fs';
import { stampFile } from '../project/input-files.ts';
import type { WarehouseFiles } from '../state/files.ts';
import { type PublishedRecord, readPublished } from '../state/published.ts';
import { quoteLiteral, Warehouse } from '../warehouse/warehouse.ts';
import { originOf } from './memory.ts';
import { changeCopy } from './publish-changes.ts';
import {
  closePublished,
  copyTable,
  countTables,
  openPublished,
  type PublicTable,
  removeUnfinished,
  type SharedTable,
  type Written,
} from './publish-table.ts';

/**
 * What queries of metrics need beside the models: periods, targets, calendars and the run's clock. They keep their schemas,
 * and are no tables for readers.
 */
const queryTables: readonly SharedTable[] = [
  { schema: 'run', name: 'clock' },
  ...['agreements', 'calendar_days', 'calendars', 'dates', 'local_dates', 'periods', 'targets', 'team_calendars'].map(
    (name) => ({ schema: 'sla', name }),
  ),
];

export interface PublishOptions {
  /** Which runner this is: what another one published is not built upon. */
  readonly tool?: string | undefined;
  /** What DuckDB may hold in memory. */
  readonly memory?: string | undefined;
  /** Writes all tables, whatever changed. */
  readonly isFullRefresh?: boolean | undefined;
}

export interface Published {
  /** What the record says of the file. */
  readonly record: Required<Pick<PublishedRecord, 'bytes' | 'tables' | 'made'>>;
  /** How many tables were not written whole: they stayed, or only some of their rows changed. */
  readonly spared: number;
}

/**
 * Copies tables of the work file into a new file, as tables and never views, and puts it in the published one's place
 * in one step: readers keep the old file until they open it again. Where it is known what changed since, the new file is
 * the old one's copy with that changed; else it is written whole. Runs no SQL of the project.
 */
export async function publishTables(
  files: Pick<WarehouseFiles, 'work' | 'published' | 'record'>,
  tables: readonly PublicTable[],
  run: PublishOptions = {},
): Promise<Published> {
  const fresh = `${files.published}.${process.pid}.new`;
  const wanted = [...tables.map((table) => ({ schema: 'main', ...table })), ...queryTables];
  const publisher = await Warehouse.open(':memory:', run.memory === undefined ? {} : { memoryLimit: run.memory });
  try {
    // What the runner remembers of the models is read as if the work file were open alone.
    await publisher.run(`attach ${quoteLiteral(files.work)} as work (read_only); use work`);
    const from = await originOf(publisher, run.tool);
    const before = run.isFullRefresh ? undefined : readPublished(files.record);
    const { rows, spared } =
      (await changeCopy(publisher, { published: files.published, fresh }, wanted, { before, from })) ??
      (await writeWhole(publisher, fresh, wanted));
    renameSync(fresh, files.published);
    const { bytes, modifiedMs, changedMs } = stampFile(files.published);
    const outputs = tables.flatMap(({ name, output }) => (output === undefined ? [] : [[name, output] as const]));
    const made = { from, file: { bytes, modifiedMs, changedMs }, outputs: Object.fromEntries(outputs) };
    return { record: { bytes, tables: rows, made }, spared };
  } finally {
    publisher.close();
    removeUnfinished(fresh);
  }
}

/** Writes all tables into a new file. */
async function writeWhole(publisher: Warehouse, fresh: string, tables: readonly SharedTable[]): Promise<Written> {
  removeUnfinished(fresh);
  await openPublished(publisher, fresh);
  // Each commit waits for the disk, and no reader sees the file before it is whole.
  await publisher.run('begin transaction');
  for (const table of tables) await copyTable(publisher, table);
  await publisher.run('commit');
  const rows = await countTables(publisher, tables);
  await closePublished(publisher, fresh);
  return { rows, spared: 0 };
}
