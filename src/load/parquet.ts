import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { quoteIdentifier, type Warehouse } from '../warehouse/warehouse.ts';
import { fileIds, isDataError, pathList } from './lines.ts';
import type { OpenedFile } from './open-files.ts';
import { fileProblem } from './problems.ts';
import { noFault, type Target } from './scan.ts';

/** Loads Parquet files that share their columns; a row's line is its number in the file. */
export async function stageParquet(
  warehouse: Warehouse,
  files: readonly OpenedFile[],
  target: Target,
  problems: Diagnostic[],
): Promise<void> {
  const columns = (files[0]?.columns ?? []).map(
    ({ name, type }) => [name, { expression: quoteIdentifier(name), type }] as const,
  );
  const scan = {
    from: `read_parquet(${pathList(files)})`,
    columns: new Map(columns),
    hasBlanks: true,
    file: fileIds(files),
    line: 'file_row_number + 1',
    fault: noFault,
  };
  try {
    await warehouse.run(`insert into ${target.table} ${target.select(scan)}`);
  } catch (error) {
    if (!isDataError(error)) throw error;
    if (files.length > 1) {
      for (const file of files) await stageParquet(warehouse, [file], target, problems);
      return;
    }
    for (const file of files) {
      problems.push(fileProblem('unreadable', file.path, `cannot be read as Parquet: ${error.message.split('\n')[0]}`));
    }
  }
}
