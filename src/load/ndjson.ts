import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { quoteIdentifier, quoteLiteral, type SqlError, type Warehouse } from '../warehouse/warehouse.ts';
import type { FoundFile } from './find-files.ts';
import { compressionOf, fileIds, isDataError, pathList, physicalLines } from './lines.ts';
import type { OpenedFile } from './open-files.ts';
import { fileProblem } from './problems.ts';
import {
  bookkeeping,
  fault,
  jsonValue,
  noFault,
  type Scan,
  type ScanColumn,
  type Target,
  type Wanted,
} from './scan.ts';
import { numberRows } from './staging.ts';

/**
 * Loads NDJSON files that share a compression. DuckDB's own reader is fast, but turns a line that it cannot read into
 * nulls without a word: such lines are read once more, as text. A file whose rows are not its lines one for one (it has
 * blank ones) is taken out again and read as text altogether.
 */
export async function stageNdjson(
  warehouse: Warehouse,
  files: readonly OpenedFile[],
  target: Target,
  problems: Diagnostic[],
): Promise<void> {
  const accepted = await stageFast(warehouse, files, target);
  if (accepted.length > 0) await numberRows(warehouse, target, accepted, 1);
  for (const file of accepted) await readUnread(warehouse, file, target, problems);
  for (const file of files.filter((candidate) => !accepted.includes(candidate))) {
    await warehouse.run(`delete from ${target.table} where ${bookkeeping.file} = ${file.id}`);
    await stageLines(warehouse, file, target, problems, 'true');
  }
}

/** Reads the lines again of which DuckDB made nothing. */
async function readUnread(
  warehouse: Warehouse,
  file: OpenedFile,
  target: Target,
  problems: Diagnostic[],
): Promise<void> {
  const isUnread = `${bookkeeping.file} = ${file.id} and ${bookkeeping.problem}.code = 'unread'`;
  const rows = await warehouse.rows<{ line: number }>(
    `select ${bookkeeping.line} as line from ${target.table} where ${isUnread} order by line`,
  );
  if (rows.length === 0) return;
  await warehouse.run(`delete from ${target.table} where ${isUnread}`);
  await stageLines(warehouse, file, target, problems, `line in (${rows.map(({ line }) => line).join(', ')})`);
}

/** The files of which every line became a row, be it an empty one. */
async function stageFast(
  warehouse: Warehouse,
  files: readonly OpenedFile[],
  target: Target,
): Promise<readonly OpenedFile[]> {
  try {
    await warehouse.run(`insert into ${target.table} ${target.select(fastScan(files, wantedOf(files, target)))}`);
  } catch (error) {
    if (isDataError(error)) return [];
    throw error;
  }
  const counts = await warehouse.rows<{ file: number; rows: number }>(/* sql */ `
    select ${bookkeeping.file} as file, count(*) as rows
    from ${target.table}
    where ${bookkeeping.file} in (${files.map((file) => file.id).join(', ')})
    group by file`);
  const accepted: OpenedFile[] = [];
  for (const file of files) {
    const { text } = await file.survey();
    const count = counts.find((candidate) => candidate.file === file.id);
    const isWhole = text?.blankLines === 0 && !text.hasLoneReturns && text.lines === count?.rows;
    if (isWhole) accepted.push(file);
  }
  return accepted;
}

/** Reads lines as text; `which` is SQL over `line`, its number. */
async function stageLines(
  warehouse: Warehouse,
  file: OpenedFile,
  target: Target,
  problems: Diagnostic[],
  which: string,
): Promise<void> {
  const { text } = await file.survey();
  const scan = lineScan(file, target, which, text?.hasMixedLineEnds);
  try {
    await warehouse.run(`insert into ${target.table} ${target.select(scan)}`);
  } catch (error) {
    if (!isDataError(error)) throw error;
    if (!problems.some((problem) => problem.file === file.path)) problems.push(unreadable(file, error));
  }
}

/** Keys of the objects on any line, in order of name: a key may first appear far down. None where a line is no text. */
export async function keysOfAllObjects(warehouse: Warehouse, file: FoundFile): Promise<string[]> {
  try {
    const rows = await warehouse.rows<{ name: string }>(/* sql */ `
      select distinct unnest(json_keys(object)) as name
      from (select try_cast(text as json) as object from ${physicalLines([file])})
      order by name`);
    return rows.map((row) => row.name);
  } catch (error) {
    // What is wrong with the file is told when its rows are read.
    if (isDataError(error)) return [];
    throw error;
  }
}

function unreadable(file: OpenedFile, error: SqlError): Diagnostic {
  return fileProblem('unreadable', file.path, `cannot be read as NDJSON: ${error.message.split('\n')[0]}`);
}

/** What is looked for in any of the files, each name once. */
function wantedOf(files: readonly OpenedFile[], target: Target): Wanted[] {
  return [...new Map(files.flatMap((file) => target.wanted(file)).map((wanted) => [wanted.name, wanted])).values()];
}

/** Columns to read: top keys, as JSON where a nested value is wanted or may stand in place of a plain one. */
function topColumns(wanted: readonly Wanted[]): Map<string, 'JSON' | 'VARCHAR'> {
  const types = new Map<string, 'JSON' | 'VARCHAR'>();
  for (const { path, isJson, mayBeObject = false } of wanted) {
    const [top = ''] = path;
    types.set(top, isJson || mayBeObject || path.length > 1 || types.get(top) === 'JSON' ? 'JSON' : 'VARCHAR');
  }
  return types;
}

function fastScan(files: readonly OpenedFile[], wanted: readonly Wanted[]): Scan {
  const tops = topColumns(wanted);
  const shape = [...tops].map(([name, type]) => `${quoteLiteral(name)}: '${type}'`);
  return {
    from: /* sql */ `read_json(
        ${pathList(files)}, compression = ${compressionOf(files)}, format = 'newline_delimited',
        columns = {${shape.join(', ')}}, ignore_errors = true
    )`,
    columns: columnsAs(wanted, tops, quoteIdentifier),
    hasBlanks: true,
    file: fileIds(files),
    line: 'null::bigint',
    fault: `if(
            coalesce(${[...tops.keys()].map((name) => `${quoteIdentifier(name)}::varchar`).join(', ')}) is null,
            ${fault('unread', 'null', `'unread'`)}, ${noFault}
        )`,
  };
}

function lineScan(file: OpenedFile, target: Target, which: string, hasMixedLineEnds = false): Scan {
  const wanted = target.wanted(file);
  const tops = topColumns(wanted);
  const shape = JSON.stringify(Object.fromEntries(tops));
  return {
    from: /* sql */ `(
        select line, text, json_transform(try_cast(text as json), ${quoteLiteral(shape)}) as object
        from (select row_number() over () as line, text from ${physicalLines([file], hasMixedLineEnds)})
        where ${which}
    )`,
    columns: columnsAs(wanted, tops, (name) => `object[${quoteLiteral(name)}]`),
    hasBlanks: true,
    file: String(file.id),
    line: 'line',
    fault: `case
            when text is null then ${fault('blank', 'null', `'blank line'`)}
            when object is null then ${fault('invalid-json', 'null', `'the line is not valid JSON'`)}
            when not starts_with(ltrim(text, E' \\t\\r'), '{')
                then ${fault('invalid-json', 'null', `'the line is not a JSON object'`)}
            else ${noFault}
        end`,
  };
}

function columnsAs(
  wanted: readonly Wanted[],
  tops: ReadonlyMap<string, string>,
  expression: (name: string) => string,
): Map<string, ScanColumn> {
  return new Map(
    wanted.map(({ name, path, isJson }) => {
      const [top = '', ...rest] = path;
      const value = expression(top);
      if (tops.get(top) === 'VARCHAR') return [name, { expression: value, type: 'VARCHAR' }];
      return [name, { expression: jsonValue(value, rest, isJson), type: isJson ? 'JSON' : 'VARCHAR' }];
    }),
  );
}
