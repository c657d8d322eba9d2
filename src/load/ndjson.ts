import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { quoteLiteral, type SqlError, type Warehouse } from '../warehouse/warehouse.ts';
import { fileIds, isDataError, physicalLines } from './lines.ts';
import type { OpenedFile } from './open-files.ts';
import { fileProblem } from './problems.ts';
import { bookkeeping, fault, noFault, type Scan, type ScanColumn, shown, type Target } from './scan.ts';
import { numberRows } from './staging.ts';

/**
 * Loads NDJSON files that share a compression. Lines are read as text and each is parsed once; DuckDB's own JSON reader
 * would turn what it cannot read into nulls without a word.
 */
export async function stageNdjson(
  warehouse: Warehouse,
  files: readonly OpenedFile[],
  target: Target,
  problems: Diagnostic[],
): Promise<void> {
  try {
    await warehouse.run(`insert into ${target.table} ${target.select(objectScan(files, target.wanted))}`);
  } catch (error) {
    if (!isDataError(error)) throw error;
    if (files.length > 1) {
      for (const file of files) await stageNdjson(warehouse, [file], target, problems);
      return;
    }
    for (const file of files) await reportUnreadable(file, error, problems);
    return;
  }
  for (const file of files) await readMixedLineEndsAgain(warehouse, file, target);
  await numberRows(warehouse, target, files, 1);
}

/** Only now is it known that a file has them; without this its rows would be right, but not their lines. */
async function readMixedLineEndsAgain(warehouse: Warehouse, file: OpenedFile, target: Target): Promise<void> {
  const { text } = await file.survey();
  if (!text?.hasMixedLineEnds) return;
  const scan = objectScan([file], target.wanted, true);
  await warehouse.run(`delete from ${target.table} where ${bookkeeping.file} = ${file.id}`);
  await warehouse.run(`insert into ${target.table} ${target.select(scan)}`);
}

async function reportUnreadable(file: OpenedFile, error: SqlError, problems: Diagnostic[]): Promise<void> {
  await file.survey();
  if (problems.some((problem) => problem.file === file.path)) return;
  problems.push(fileProblem('unreadable', file.path, `cannot be read as NDJSON: ${error.message.split('\n')[0]}`));
}

function objectScan(files: readonly OpenedFile[], names: readonly string[], hasMixedLineEnds = false): Scan {
  const columns = new Map<string, ScanColumn>();
  for (const name of names) {
    const type = name === 'properties' ? 'JSON' : 'VARCHAR';
    const value = `object[${quoteLiteral(name)}]`;
    columns.set(name, { expression: type === 'JSON' ? value : `nullif(${value}, '')`, type });
  }
  const shape = JSON.stringify(Object.fromEntries([...columns].map(([name, column]) => [name, column.type])));
  return {
    from: /* sql */ `(
        select
            file_index,
            text,
            json_transform(try_cast(text as json), ${quoteLiteral(shape)}) as object
        from ${physicalLines(files, hasMixedLineEnds)}
    )`,
    columns,
    file: fileIds(files),
    line: 'null::bigint',
    fault: `case
            when text is null then ${fault('blank', 'null', `'blank line'`)}
            when object is null then ${fault('invalid-json', 'null', `${shown('text')} || ' is not valid JSON'`)}
            when not starts_with(ltrim(text), '{')
                then ${fault('invalid-json', 'null', `${shown('text')} || ' is not a JSON object'`)}
            else ${noFault}
        end`,
  };
}
