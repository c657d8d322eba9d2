import { quoteLiteral, SqlError } from '../warehouse/warehouse.ts';
import type { FileKind } from './file-kind.ts';
import type { OpenedFile } from './open-files.ts';

/** What reading a file needs to know of it. */
export interface FileAsRead {
  readonly absolute: string;
  readonly bytes: number;
  readonly kind: FileKind;
}

/** A list of paths as SQL. */
export function pathList(files: readonly FileAsRead[]): string {
  return `[${files.map((file) => quoteLiteral(file.absolute)).join(', ')}]`;
}

export function compressionOf(files: readonly FileAsRead[]): string {
  const compression = files[0]?.kind.compression ?? 'none';
  return quoteLiteral(compression === 'none' ? 'uncompressed' : compression);
}

/**
 * A table function giving every physical line of text files as `text` (null when blank), in order of file and line,
 * with `file_index`. The files share one compression. DuckDB must be told of mixed line ends, or it puts a blank line
 * after some lines; told so without need, it drops what follows a lone CR.
 */
export function physicalLines(files: readonly FileAsRead[], hasMixedLineEnds = false): string {
  return `read_csv(
        ${pathList(files)}, compression = ${compressionOf(files)}, auto_detect = false,
        columns = {'text': 'varchar'}, delim = E'\\x01', quote = '', escape = '', header = false, strict_mode = false
        ${hasMixedLineEnds ? `, new_line = '\\r\\n'` : ''}
    )`;
}

/** SQL giving the id of the file that a row of a scan over these files comes from. */
export function fileIds(files: readonly OpenedFile[]): string {
  return `[${files.map((file) => file.id).join(', ')}][file_index::bigint + 1]`;
}

/** Whether DuckDB failed on what a file holds; any other failure is a bug, or the machine's. */
export function isDataError(error: unknown): error is SqlError {
  return error instanceof SqlError && ['Invalid Input', 'IO', 'Conversion', 'Out of Range'].includes(error.kind);
}
