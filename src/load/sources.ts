import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { SourceConfig } from '../project/config-file.ts';
import { quoteIdentifier, type Warehouse } from '../warehouse/warehouse.ts';
import { stageCsv } from './csv.ts';
import { eventTable, eventTarget } from './events.ts';
import { stageNdjson } from './ndjson.ts';
import type { OpenedFile } from './open-files.ts';
import { stageParquet } from './parquet.ts';
import { bookkeeping, type Target } from './scan.ts';
import { createTarget, setRejectedAside } from './staging.ts';
import { rejectLaterThan } from './table-reach.ts';
import { inferTypes, tableColumns, tableDefinition, tableTarget } from './tables.ts';
import { keepVersionsThatCount } from './versions.ts';

export const stagedEvents = staged('events');

/** Where a raw table is gathered before it replaces the previous one; no source can have such a name. */
export function staged(name: string): string {
  return `raw.${quoteIdentifier(`load:${name}`)}`;
}

export interface SourceFiles {
  readonly source: SourceConfig;
  readonly files: readonly OpenedFile[];
}

/** Reads all event sources into one table, good rows and the versions that count only. */
export async function stageEvents(
  warehouse: Warehouse,
  sources: readonly SourceFiles[],
  options: { now: string; problems: Diagnostic[] },
): Promise<void> {
  await createTarget(warehouse, stagedEvents, eventTable);
  for (const { source, files } of sources) {
    const target = eventTarget(stagedEvents, source, options.now);
    await stageFiles(warehouse, files, target, options.problems);
    await setRejectedAside(warehouse, target, 'greatest(occurred_at, recorded_at)');
  }
  await keepVersionsThatCount(warehouse, stagedEvents);
}

/** Reads one table source. */
export async function stageTable(
  warehouse: Warehouse,
  { source, files }: SourceFiles,
  options: { now: string; problems: Diagnostic[] },
): Promise<void> {
  const { now, problems } = options;
  const columns = await tableColumns(warehouse, source, files, problems);
  if (columns.length === 0) return;
  const table = staged(source.name);
  const target = tableTarget(table, source, columns);
  await createTarget(warehouse, table, tableDefinition(columns));
  await stageFiles(warehouse, files, target, problems);
  await setRejectedAside(warehouse, target, 'null');
  await inferTypes(warehouse, table, columns, source.timeZone);
  await rejectLaterThan(warehouse, source, target, now, problems);
}

async function stageFiles(
  warehouse: Warehouse,
  files: readonly OpenedFile[],
  target: Target,
  problems: Diagnostic[],
): Promise<void> {
  for (const group of groupAlike(files)) {
    const format = group[0]?.kind.format;
    if (format === 'csv') await stageCsv(warehouse, group, target, problems);
    if (format === 'ndjson') await stageNdjson(warehouse, group, target, problems);
    if (format === 'parquet') await stageParquet(warehouse, group, target, problems);
  }
}

/** Files that one scan can read: alike in format, compression and columns. Their order is kept. */
function groupAlike(files: readonly OpenedFile[]): OpenedFile[][] {
  const groups = new Map<string, OpenedFile[]>();
  for (const file of files) {
    const shape = file.kind.format === 'ndjson' ? [] : [file.header, file.columns];
    const key = JSON.stringify([file.kind, shape]);
    groups.set(key, [...(groups.get(key) ?? []), file]);
  }
  return [...groups.values()];
}

/** Makes a staged table the one that models read; part of the load's last transaction. */
export async function swapIn(warehouse: Warehouse, name: string): Promise<void> {
  await warehouse.run(
    `drop table if exists raw.${quoteIdentifier(name)}; alter table ${staged(name)} rename to ${quoteIdentifier(name)}`,
  );
}

/** Turns the bookkeeping columns of a staged table into those that models see: file and line for events, else none. */
export async function finishColumns(warehouse: Warehouse, name: string, keepOrigin: boolean): Promise<void> {
  const table = staged(name);
  const { file, line, problem } = bookkeeping;
  await warehouse.run(`alter table ${table} drop column ${problem}`);
  await warehouse.run(
    keepOrigin
      ? `alter table ${table} rename column ${file} to file_id; alter table ${table} rename column ${line} to line`
      : `alter table ${table} drop column ${file}; alter table ${table} drop column ${line}`,
  );
}
