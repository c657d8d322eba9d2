import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { quoteLiteral, type Warehouse } from '../warehouse/warehouse.ts';
import { repairCsv } from './csv-repair.ts';
import { compressionOf, fileIds, isDataError, pathList, physicalLines } from './lines.ts';
import type { OpenedFile } from './open-files.ts';
import { fileProblem } from './problems.ts';
import { bookkeeping, noFault, type ScanColumn, type Target } from './scan.ts';
import { numberRows, rejected } from './staging.ts';

/**
 * Loads CSV files that share a header. DuckDB's own reader does it at full speed and sets aside rows with the wrong
 * number of columns. Its word is taken only where every physical line is accounted for; a file with blank lines, line
 * breaks in values or damaged quotes is taken out again and read line by line.
 */
export async function stageCsv(
  warehouse: Warehouse,
  files: readonly OpenedFile[],
  target: Target,
  problems: Diagnostic[],
): Promise<void> {
  const accepted = await stageFast(warehouse, files, target);
  if (accepted === undefined && files.length > 1) {
    for (const file of files) await stageCsv(warehouse, [file], target, problems);
    return;
  }
  for (const file of files.filter((candidate) => !accepted?.includes(candidate))) {
    await warehouse.run(`delete from ${target.table} where ${bookkeeping.file} = ${file.id}`);
    await repairOrReport(warehouse, file, target, problems);
  }
}

async function repairOrReport(
  warehouse: Warehouse,
  file: OpenedFile,
  target: Target,
  problems: Diagnostic[],
): Promise<void> {
  try {
    await repairCsv(warehouse, file, target);
  } catch (error) {
    if (!isDataError(error)) throw error;
    await file.survey();
    if (problems.some((problem) => problem.file === file.path)) return;
    problems.push(fileProblem('unreadable', file.path, `cannot be read as CSV: ${error.message.split('\n')[0]}`));
  }
}

/** The files whose every line is accounted for; undefined when DuckDB refused them. */
async function stageFast(
  warehouse: Warehouse,
  files: readonly OpenedFile[],
  target: Target,
): Promise<OpenedFile[] | undefined> {
  await warehouse.run('drop table if exists load_csv_errors; drop table if exists load_csv_scans');
  try {
    await warehouse.run(`insert into ${target.table} ${target.select(fastScan(files))}`);
  } catch (error) {
    if (isDataError(error)) return undefined;
    throw error;
  }
  await gatherDamaged(warehouse, files);
  const accepted = await accountedFor(warehouse, files, target);
  if (accepted.length > 0) await numberRows(warehouse, target, accepted, 2);
  for (const file of accepted) await recordDamaged(warehouse, file, target);
  return accepted;
}

function fastScan(files: readonly OpenedFile[]): Parameters<Target['select']>[0] {
  const { delimiter, names } = files[0]?.header ?? { delimiter: ',', names: [] };
  const columns = new Map<string, ScanColumn>();
  for (const [index, name] of names.entries()) {
    if (name !== '') columns.set(name, { expression: `c${index}`, type: 'VARCHAR' });
  }
  return {
    from: /* sql */ `read_csv(
        ${pathList(files)}, compression = ${compressionOf(files)}, auto_detect = false,
        columns = {${names.map((_, index) => `'c${index}': 'varchar'`).join(', ')}},
        delim = ${quoteLiteral(delimiter)}, quote = '"', escape = '"', header = true, strict_mode = true,
        store_rejects = true, rejects_table = 'load_csv_errors', rejects_scan = 'load_csv_scans'
    )`,
    columns,
    hasBlanks: false,
    file: fileIds(files),
    line: 'null::bigint',
    fault: noFault,
  };
}

/** What DuckDB set aside, one row per line: temp table load_csv_damaged. */
async function gatherDamaged(warehouse: Warehouse, files: readonly OpenedFile[]): Promise<void> {
  const paths = files.map((file) => `(${file.id}, ${quoteLiteral(file.absolute)})`).join(', ');
  const names = files[0]?.header.names ?? [];
  // A row has an error for each column that it lacks or has too many, numbered on from the last good one.
  const found = `try_cast(regexp_extract(errors.error_message, 'Found: ([0-9]+)', 1) as integer)`;
  await warehouse.run(/* sql */ `
    create or replace temp table load_csv_damaged as
    select
        files.id as file,
        errors.line,
        case max(errors.error_type)
            when 'UNQUOTED VALUE' then 'broken-quote'
            when 'LINE SIZE OVER MAXIMUM' then 'row-too-long'
            else 'column-count'
        end as code,
        case max(errors.error_type)
            when 'UNQUOTED VALUE' then 'a quote is not closed, or text follows the closing quote'
            when 'LINE SIZE OVER MAXIMUM' then 'the row is longer than two million characters'
            when 'MISSING COLUMNS' then 'has ' || min(${found}) || ' columns, the header has ${names.length}'
            else 'has ' || max(${found}) || ' columns, the header has ${names.length}'
        end as reason
    from load_csv_errors as errors
    inner join load_csv_scans as scans on errors.scan_id = scans.scan_id and errors.file_id = scans.file_id
    inner join (values ${paths}) as files(id, path) on scans.file_path = files.path
    group by files.id, errors.line`);
}

async function accountedFor(warehouse: Warehouse, files: readonly OpenedFile[], target: Target): Promise<OpenedFile[]> {
  const counts = await warehouse.rows<{ file: number; rows: number }>(/* sql */ `
    select file, sum(rows) as rows
    from (
        select ${bookkeeping.file} as file, count(*) as rows
        from ${target.table}
        where ${bookkeeping.file} in (${files.map((file) => file.id).join(', ')})
        group by all
        union all
        select file, count(*) as rows from load_csv_damaged group by all
    )
    group by file`);
  const rows = new Map(counts.map((count) => [count.file, count.rows]));
  const accepted: OpenedFile[] = [];
  for (const file of files) {
    const { lines, blankLines } = await countLines(warehouse, file);
    if (blankLines === 0 && lines === (rows.get(file.id) ?? 0) + 1) accepted.push(file);
  }
  return accepted;
}

async function countLines(warehouse: Warehouse, file: OpenedFile): Promise<{ lines: number; blankLines: number }> {
  const { text } = await file.survey();
  if (text !== undefined) return text;
  const [count] = await warehouse.rows<{ lines: number; blankLines: number }>(
    `select count(*) as lines, count(*) - count(text) as "blankLines" from ${physicalLines([file])}`,
  );
  return count ?? { lines: 0, blankLines: 0 };
}

/** Rejects the rows set aside and moves the lines of those below them down. */
async function recordDamaged(warehouse: Warehouse, file: OpenedFile, target: Target): Promise<void> {
  const [damaged] = await warehouse.rows<{ rows: number }>(
    `select count(*) as rows from load_csv_damaged where file = ${file.id}`,
  );
  if (damaged === undefined || damaged.rows === 0) return;
  await warehouse.run(
    `insert into ${rejected}
    select file, line, null, code, reason, null, null, null from load_csv_damaged where file = ${file.id}`,
  );
  await warehouse.run(/* sql */ `
    with whole_lines as (
        select line, row_number() over (order by line) + 1 as counted
        from range(2, (
            select count(*) + ${damaged.rows + 2} from ${target.table} where ${bookkeeping.file} = ${file.id}
        )) as lines(line)
        anti join (select line from load_csv_damaged where file = ${file.id}) as damaged using (line)
    )

    update ${target.table} as target
    set ${bookkeeping.line} = whole_lines.line
    from whole_lines
    where target.${bookkeeping.file} = ${file.id} and target.${bookkeeping.line} = whole_lines.counted`);
}
