import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { quoteIdentifier, quoteLiteral, type SqlError, type Warehouse } from '../warehouse/warehouse.ts';
import { compressionOf, fileIds, isDataError, pathList, physicalLines } from './lines.ts';
import type { OpenedFile } from './open-files.ts';
import { fileProblem } from './problems.ts';
import { bookkeeping, fault, noFault, type Scan, type ScanColumn, shown, type Target } from './scan.ts';
import { numberRows } from './staging.ts';

/**
 * Loads NDJSON files that share a compression. DuckDB's own reader is fast, but turns a line that it cannot read into
 * nulls without a word: a file with such a line, or with a blank one, is taken out again and read as lines of text.
 */
export async function stageNdjson(
  warehouse: Warehouse,
  files: readonly OpenedFile[],
  target: Target,
  problems: Diagnostic[],
): Promise<void> {
  const accepted = await stageFast(warehouse, files, target);
  for (const file of files.filter((candidate) => !accepted.includes(candidate))) {
    await warehouse.run(`delete from ${target.table} where ${bookkeeping.file} = ${file.id}`);
    await stageLines(warehouse, file, target, problems);
  }
  await numberRows(warehouse, target, files, 1);
}

/** The files of which every line became a row. */
async function stageFast(
  warehouse: Warehouse,
  files: readonly OpenedFile[],
  target: Target,
): Promise<readonly OpenedFile[]> {
  try {
    await warehouse.run(`insert into ${target.table} ${target.select(fastScan(files, target.wanted))}`);
  } catch (error) {
    if (isDataError(error)) return [];
    throw error;
  }
  const counts = await warehouse.rows<{ file: number; rows: number; unread: number }>(/* sql */ `
    select
        ${bookkeeping.file} as file,
        count(*) as rows,
        count(*) filter (${bookkeeping.problem}.code = 'unread') as unread
    from ${target.table}
    where ${bookkeeping.file} in (${files.map((file) => file.id).join(', ')})
    group by file`);
  const accepted: OpenedFile[] = [];
  for (const file of files) {
    const { text } = await file.survey();
    const count = counts.find((candidate) => candidate.file === file.id);
    const isWhole = count?.unread === 0 && text?.blankLines === 0 && text.lines === count.rows;
    if (isWhole) accepted.push(file);
  }
  return accepted;
}

async function stageLines(
  warehouse: Warehouse,
  file: OpenedFile,
  target: Target,
  problems: Diagnostic[],
): Promise<void> {
  const { text } = await file.survey();
  const scan = lineScan(file, target.wanted, text?.hasMixedLineEnds);
  try {
    await warehouse.run(`insert into ${target.table} ${target.select(scan)}`);
  } catch (error) {
    if (!isDataError(error)) throw error;
    if (!problems.some((problem) => problem.file === file.path)) problems.push(unreadable(file, error));
  }
}

function unreadable(file: OpenedFile, error: SqlError): Diagnostic {
  return fileProblem('unreadable', file.path, `cannot be read as NDJSON: ${error.message.split('\n')[0]}`);
}

function typeOf(name: string): string {
  return name === 'properties' ? 'JSON' : 'VARCHAR';
}

function fastScan(files: readonly OpenedFile[], names: readonly string[]): Scan {
  const shape = names.map((name) => `${quoteLiteral(name)}: '${typeOf(name)}'`);
  return {
    from: /* sql */ `read_json(
        ${pathList(files)}, compression = ${compressionOf(files)}, format = 'newline_delimited',
        columns = {${shape.join(', ')}}, ignore_errors = true
    )`,
    columns: columnsAs(names, quoteIdentifier),
    file: fileIds(files),
    line: 'null::bigint',
    fault: `if(
            coalesce(${names.map((name) => `${quoteIdentifier(name)}::varchar`).join(', ')}) is null,
            ${fault('unread', 'null', `'unread'`)}, ${noFault}
        )`,
  };
}

function lineScan(file: OpenedFile, names: readonly string[], hasMixedLineEnds = false): Scan {
  const shape = JSON.stringify(Object.fromEntries(names.map((name) => [name, typeOf(name)])));
  return {
    from: /* sql */ `(
        select text, json_transform(try_cast(text as json), ${quoteLiteral(shape)}) as object
        from ${physicalLines([file], hasMixedLineEnds)}
    )`,
    columns: columnsAs(names, (name) => `object[${quoteLiteral(name)}]`),
    file: String(file.id),
    line: 'null::bigint',
    fault: `case
            when text is null then ${fault('blank', 'null', `'blank line'`)}
            when object is null then ${fault('invalid-json', 'null', `${shown('text')} || ' is not valid JSON'`)}
            when not starts_with(ltrim(text, E' \\t\\r'), '{')
                then ${fault('invalid-json', 'null', `${shown('text')} || ' is not a JSON object'`)}
            else ${noFault}
        end`,
  };
}

function columnsAs(names: readonly string[], expression: (name: string) => string): Map<string, ScanColumn> {
  return new Map(
    names.map((name) => {
      const type = typeOf(name);
      const value = expression(name);
      return [name, { expression: type === 'JSON' ? value : `nullif(${value}, '')`, type }];
    }),
  );
}
