import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { SourceConfig } from '../project/config-file.ts';
import { quoteIdentifier, type Warehouse } from '../warehouse/warehouse.ts';
import { stageCsv } from './csv.ts';
import { eventTarget } from './events.ts';
import { stageJson } from './json-document.ts';
import { stageNdjson } from './ndjson.ts';
import type { OpenedFile } from './open-files.ts';
import { stageParquet } from './parquet.ts';
import { definitionOf, type RawTable, staged } from './raw-table.ts';
import { recordTarget } from './records.ts';
import type { RowOptions } from './row-options.ts';
import { bookkeeping, type Target } from './scan.ts';
import { createTarget, setRejectedAside } from './staging.ts';
import { rejectLaterThan } from './table-reach.ts';
import { inferTypes, tableColumns, tableDefinition, tableTarget } from './tables.ts';

/** Files of one source that go into one raw table. */
export interface FilesOfTable {
  readonly source: SourceConfig;
  readonly options: RowOptions;
  readonly files: readonly OpenedFile[];
}

/** Reads the files that are new into the staged table of a raw table, good rows only. */
export async function stageRows(
  warehouse: Warehouse,
  table: RawTable,
  parts: readonly FilesOfTable[],
  problems: Diagnostic[],
): Promise<void> {
  const name = staged(table.name);
  await createTarget(warehouse, name, definitionOf(table));
  for (const { source, options, files } of parts) {
    const layout = files[0]?.layout;
    const target =
      layout === undefined ? eventTarget(name, source, options) : recordTarget(name, layout, source, options);
    await stageFiles(warehouse, files, target, problems);
    await setRejectedAside(warehouse, target, { dueAt: newest(table), leads: table.leads });
  }
  const { file, line, problem } = bookkeeping;
  await warehouse.run(/* sql */ `
    alter table ${name} drop column ${problem};
    alter table ${name} rename column ${file} to file_id;
    alter table ${name} rename column ${line} to line;
    alter table ${name} add column fate utinyint`);
}

/** SQL for the latest instant that a row names of those that may not lie in the future. */
export function newest(table: RawTable): string {
  const times = table.name === 'events' ? ['occurred_at', 'recorded_at'] : table.recorded.map(quoteIdentifier);
  return times.length === 0 ? 'null' : `greatest(${times.map((time) => `${time}::timestamptz`).join(', ')})`;
}

/** Reads a source of kind table, all its files, into its staged table. False when nothing tells its columns. */
export async function stageTable(
  warehouse: Warehouse,
  { source, options, files }: FilesOfTable,
  problems: Diagnostic[],
): Promise<boolean> {
  const columns = await tableColumns(warehouse, source, files, problems);
  if (columns.length === 0) return false;
  const name = staged(source.name);
  const target = tableTarget(name, source, columns, options.privacy);
  await createTarget(warehouse, name, tableDefinition(columns));
  await stageFiles(warehouse, files, target, problems);
  await setRejectedAside(warehouse, target, { dueAt: 'null', leads: [] });
  await inferTypes(warehouse, name, columns, source.timeZone);
  await rejectLaterThan(warehouse, source, target, options.now, problems);
  return true;
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
    if (format === 'json') for (const file of group) await stageJson(warehouse, file, target, problems);
  }
}

/** What files must share to be read by one scan. A key of NDJSON that is missing does no harm, one written otherwise does. */
function shapeOf({ kind, header, columns, layout }: OpenedFile): unknown {
  if (kind.format !== 'ndjson') return [header, columns];
  return layout === undefined ? [] : columns.map(({ name }) => name).sort();
}

/** Files that one scan can read: alike in format, compression and columns. Their order is kept. */
function groupAlike(files: readonly OpenedFile[]): OpenedFile[][] {
  const groups = new Map<string, OpenedFile[]>();
  for (const file of files) {
    const key = JSON.stringify([file.kind, shapeOf(file)]);
    groups.set(key, [...(groups.get(key) ?? []), file]);
  }
  return [...groups.values()];
}
