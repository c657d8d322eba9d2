import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { nearest } from '../diagnostics/suggest.ts';
import { type Column, quoteLiteral, SqlError, type Warehouse } from '../warehouse/warehouse.ts';
import { type Header, readHeader } from './delimited-text.ts';
import type { FoundFile } from './find-files.ts';
import { readHead } from './head.ts';
import { holders, jsonKeys } from './json-document.ts';
import { keysOfAllObjects } from './ndjson.ts';
import { fileProblem } from './problems.ts';
import { columnsInFile, normalName } from './records.ts';
import type { Survey } from './survey.ts';

/** A file whose beginning is known to be what its name says. */
export interface OpenedFile extends FoundFile {
  /** Unique in one load. */
  readonly id: number;
  /** CSV: its header. */
  readonly header: Header;
  /** Names in the header, keys of the first objects, or Parquet's columns with their types. */
  readonly columns: readonly Column[];
  /** The look at the whole file, which goes on beside the load. */
  survey(): Promise<Survey>;
}

type Opened = Omit<OpenedFile, 'id' | 'survey'>;

/** Reads the beginning of a file and checks that it has the columns it must have. */
export async function openFile(
  warehouse: Warehouse,
  file: FoundFile,
  required: readonly string[],
  problems: Diagnostic[],
): Promise<Opened | undefined> {
  const head = await readHead(warehouse, file, problems);
  if (head === undefined) return undefined;
  const opened = await readColumns(warehouse, file, head, required, problems);
  if (opened === undefined) return undefined;
  const names = opened.columns.map((column) => column.name);
  const known = file.layout === undefined ? names : columnsInFile(file.layout, opened);
  // An answer without a record names no column either.
  const isEmpty = opened.kind.format === 'json' && names.length === 0;
  const missing = isEmpty ? [] : required.filter((name) => !known.includes(name));
  for (const name of missing) problems.push(missingColumn(file, name, names, required));
  problems.push(...twinColumns(file, names));
  return missing.length > 0 ? undefined : opened;
}

/** Columns of a CRM's export that are the same one as names are compared: which of them holds the value nobody can tell. */
function twinColumns(file: FoundFile, names: readonly string[]): Diagnostic[] {
  const read = new Set(file.layout?.columns.flatMap(({ name, aliases }) => [name, ...aliases]).map(normalName));
  return names.flatMap((name, index) => {
    const twin = names.slice(0, index).find((other) => other !== name && normalName(other) === normalName(name));
    if (twin === undefined || !read.has(normalName(name))) return [];
    return [fileProblem('duplicate-column', file.path, `has both "${twin}" and "${name}", which are one column`)];
  });
}

async function readColumns(
  warehouse: Warehouse,
  file: FoundFile,
  head: readonly string[],
  required: readonly string[],
  problems: Diagnostic[],
): Promise<Opened | undefined> {
  const noHeader: Header = { delimiter: ',', names: [] };
  if (file.kind.format === 'parquet') {
    const columns = await parquetColumns(warehouse, file, problems);
    return columns === undefined ? undefined : { ...file, header: noHeader, columns };
  }
  if (file.kind.format === 'json') {
    const isArray = firstText(head).startsWith('[');
    const document = { ...file, kind: { ...file.kind, isArray } };
    const keys = await jsonKeys(warehouse, document, problems);
    return keys === undefined ? undefined : { ...document, header: noHeader, columns: keys.map(asText) };
  }
  if (file.kind.format === 'ndjson') {
    const columns = objectKeys(file, head, problems);
    if (columns === undefined) return undefined;
    if (holdsPages(file, head, required)) {
      return readColumns(warehouse, { ...file, kind: { ...file.kind, format: 'json' } }, head, required, problems);
    }
    // A column that may be written in several ways must be found wherever it first appears.
    const later = file.layout === undefined ? [] : await keysOfAllObjects(warehouse, file);
    return {
      ...file,
      header: noHeader,
      columns: [...new Set([...columns.map(({ name }) => name), ...later])].map(asText),
    };
  }
  const header = readHeader(head[0] ?? '', required);
  const duplicates = [...new Set(header.names.filter((name, index) => header.names.indexOf(name) !== index))];
  for (const name of duplicates.filter((duplicate) => duplicate !== '')) {
    problems.push(fileProblem('duplicate-column', file.path, `the header names "${name}" twice`, { line: 1 }));
  }
  return { ...file, header, columns: header.names.filter((name) => name !== '').map(asText) };
}

function asText(name: string): Column {
  return { name, type: 'VARCHAR' };
}

async function parquetColumns(
  warehouse: Warehouse,
  file: FoundFile,
  problems: Diagnostic[],
): Promise<Column[] | undefined> {
  try {
    return await warehouse.columns(`select * from read_parquet(${quoteLiteral(file.absolute)})`);
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    problems.push(
      fileProblem('damaged-file', file.path, 'is cut off or damaged Parquet', { fix: 'Export or copy it again.' }),
    );
    return undefined;
  }
}

/** Keys of the objects on the first lines; a line that is not JSON is left to the rejects. */
function objectKeys(file: FoundFile, head: readonly string[], problems: Diagnostic[]): Column[] | undefined {
  const lines = head.filter((line) => line.trim() !== '').slice(0, 200);
  const keys = new Set<string>();
  for (const line of lines) {
    const value = parseJson(line);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      for (const key of Object.keys(value)) keys.add(key);
    }
  }
  if (keys.size > 0) return [...keys].map(asText);
  const first = lines[0]?.trimStart() ?? '';
  const message = first.startsWith('[')
    ? 'is a JSON array, not one object a line'
    : 'is named like NDJSON, but its first lines are not JSON objects';
  const fix = first.startsWith('[') ? 'Name it .json: a document is read whole.' : undefined;
  problems.push(fileProblem('wrong-format', file.path, message, { expected: 'one JSON object a line', fix }));
  return undefined;
}

/** Whether the first line is an answer of an API that holds many records, or none, and not a record itself. */
function holdsPages(file: FoundFile, head: readonly string[], required: readonly string[]): boolean {
  const value = parseJson(firstText(head));
  if (file.layout === undefined || typeof value !== 'object' || value === null) return false;
  const isList = (key: string): boolean => {
    const held: unknown = Reflect.get(value, key);
    return holders.includes(key) && (Array.isArray(held) || held === null);
  };
  const [lists, others] = [Object.keys(value).filter(isList), Object.keys(value).filter((key) => !isList(key))];
  const known = columnsInFile(file.layout, { kind: file.kind, columns: others.map(asText) });
  return lists.length > 0 && (required.length === 0 || required.some((name) => !known.includes(name)));
}

function firstText(head: readonly string[]): string {
  return head.find((line) => line.trim() !== '')?.trimStart() ?? '';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function missingColumn(
  file: FoundFile,
  name: string,
  found: readonly string[],
  required: readonly string[],
): Diagnostic {
  const spare = found.filter((candidate) => !required.includes(candidate));
  const similar = nearest(name, spare);
  const has = found.length > 12 ? `${found.slice(0, 12).join(', ')}, …` : found.join(', ');
  return fileProblem('missing-column', file.path, `has no column "${name}"`, {
    ...(file.kind.format === 'csv' ? { line: 1 } : {}),
    expected: `"${name}" among the columns found: ${has}`,
    fix: similar === undefined ? undefined : `Rename "${similar}" to "${name}", if that is what it holds.`,
  });
}
