import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { quoteLiteral, type Warehouse } from '../warehouse/warehouse.ts';
import type { FoundFile } from './find-files.ts';
import { compressionOf, type FileAsRead, isDataError } from './lines.ts';
import type { OpenedFile } from './open-files.ts';
import { fileProblem, notUtf8 } from './problems.ts';
import { fault, jsonValue, noFault, type ScanColumn, type Target } from './scan.ts';

/** Where an answer of an API keeps its records. */
export const holders = ['results', 'data', 'records', 'items'];

/**
 * Loads one JSON document, or several after each other in a file: saved answers of an API. A row's line is the number
 * of its record.
 */
export async function stageJson(
  warehouse: Warehouse,
  file: OpenedFile,
  target: Target,
  problems: Diagnostic[],
): Promise<void> {
  const columns = target
    .wanted(file)
    .map(({ name, path, isJson }): [string, ScanColumn] => [
      name,
      { expression: jsonValue('record', path, isJson), type: isJson ? 'JSON' : 'VARCHAR' },
    ]);
  const scan = {
    from: jsonRecords(file),
    columns: new Map(columns),
    hasBlanks: true,
    file: String(file.id),
    line: 'number',
    fault: `if(json_type(record) <> 'OBJECT', ${fault('invalid-json', 'null', `'the record is not a JSON object'`)}, ${noFault})`,
  };
  try {
    await warehouse.run(`insert into ${target.table} ${target.select(scan)}`);
  } catch (error) {
    if (!isDataError(error)) throw error;
    problems.push(unreadableJson(file, error.message));
  }
  // DuckDB takes an array that was cut off between two records for whole.
  const { text } = await file.survey();
  if (text?.ending === ',') problems.push(unreadableJson(file, ''));
}

/** The keys of all records; undefined, with a problem, where the file is no JSON. */
export async function jsonKeys(
  warehouse: Warehouse,
  file: FoundFile,
  problems: Diagnostic[],
): Promise<string[] | undefined> {
  try {
    const rows = await warehouse.rows<{ name: string }>(
      `select distinct unnest(json_keys(record)) as name from ${jsonRecords(file)} order by name`,
    );
    return rows.map((row) => row.name);
  } catch (error) {
    if (!isDataError(error)) throw error;
    problems.push(unreadableJson(file, error.message));
    return undefined;
  }
}

/** DuckDB's message quotes nothing of the file but where it breaks. */
function unreadableJson(file: FoundFile, message: string): Diagnostic {
  if (message.includes('invalid UTF-8')) return notUtf8(file.path);
  const place = /at byte \d+/.exec(message)?.[0];
  return fileProblem('damaged-file', file.path, `is cut off or not JSON${place === undefined ? '' : ` (${place})`}`, {
    fix: 'Export or fetch it again.',
  });
}

/** The records of a file with their number, from 1. */
export function jsonRecords(file: FileAsRead): string {
  const size = file.kind.compression === 'none' ? Math.max(1 << 24, file.bytes + 1) : 1 << 28;
  const held = holders.map(
    (key) => `when list_contains(keys, '${key}')
                        then case json_type(document, '$.${key}')
                            when 'ARRAY' then json_extract(document, '$.${key}[*]')
                            when 'NULL' then []
                            else [document -> '$.${key}']
                        end`,
  );
  // DuckDB gives the elements of an array one by one, but not those of several arrays. An element is a record whatever it
  // holds; an answer that says it failed holds none, and is shown for what it is.
  const records = file.kind.isArray
    ? `if(json_type(document) = 'ARRAY', json_extract(document, '$[*]'), [document])`
    : `case
                    when document ->> '$.success' = 'false' then [document]
                    ${held.join('\n                    ')}
                    else [document]
                end`;
  return /* sql */ `(
        select record, row_number() over () as number
        from (
            select unnest(${records}) as record
            from (
                select json as document, json_keys(json) as keys
                from read_json_objects(
                    ${quoteLiteral(file.absolute)}, format = 'auto', compression = ${compressionOf([file])},
                    maximum_object_size = ${size}
                )
            )
        )
    )`;
}
