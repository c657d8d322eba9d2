import { quoteLiteral } from '../warehouse/warehouse.ts';
import type { FileKind } from './file-kind.ts';

/** One column of a scan: an SQL expression over the scan's rows and DuckDB's name of its type. */
export interface ScanColumn {
  readonly expression: string;
  readonly type: string;
}

/** Rows of some files as they stand, before they are typed. */
export interface Scan {
  /** What follows `from`. */
  readonly from: string;
  readonly columns: ReadonlyMap<string, ScanColumn>;
  /** Whether empty text comes as such (CSV cannot tell it from none). */
  readonly hasBlanks: boolean;
  /** SQL giving the number of the row's file. */
  readonly file: string;
  /** SQL giving the physical line on which the row starts; `null::bigint` when it follows from the row's place. */
  readonly line: string;
  /** SQL giving what is wrong with the row as a whole (see `fault`), or null. */
  readonly fault: string;
}

/** A value that is looked for in the records of a file. */
export interface Wanted {
  /** What the scan calls it. */
  readonly name: string;
  /** Where it lies: a column's name, and below it keys of nested objects. */
  readonly path: readonly string[];
  /** Whether a nested value is meant. */
  readonly isJson: boolean;
  /** Whether an object may stand where a plain value is meant (an owner with id and name): it is then no value. */
  readonly mayBeObject?: boolean;
}

/** A path below a JSON value; keys may hold dots and blanks. */
export function jsonPath(keys: readonly string[]): string {
  return quoteLiteral(`$${keys.map((key) => `."${key.replaceAll('"', '\\"')}"`).join('')}`);
}

/** SQL for a wanted value below a JSON value: nested as it is, all else as text. */
export function jsonValue(json: string, keys: readonly string[], isJson: boolean): string {
  if (isJson) return keys.length === 0 ? json : `${json} -> ${jsonPath(keys)}`;
  return `if(json_type(${json}, ${jsonPath(keys)}) = 'OBJECT', null, ${json} ->> ${jsonPath(keys)})`;
}

/** The columns, or top keys, that a file has. */
export interface FileColumns {
  readonly columns: readonly { readonly name: string }[];
  readonly kind: FileKind;
}

/** Where typed rows are gathered before they join those of other files. */
export interface Target {
  /** The table, quoted, with its schema. */
  readonly table: string;
  /** The columns that are looked for in a file. */
  wanted(file: FileColumns): readonly Wanted[];
  /** Names of columns in a file whose values have no line breaks: one that does shows that a quote was left open. */
  singleLine(file: FileColumns): readonly string[];
  /** A select over the scan in the order of the target's columns, the last three being file, line and problem. */
  select(scan: Scan): string;
}

/** The bookkeeping columns of a target; a colon keeps them apart from any column that people name. */
export const bookkeeping = { file: '"load:file"', line: '"load:line"', problem: '"load:problem"' } as const;

export const problemType = 'struct(code varchar, "column" varchar, reason varchar, raw varchar)';
export const noFault = `null::${problemType}`;

/** SQL for one problem of a row; `column` and `reason` are SQL expressions. */
export function fault(code: string, column: string, reason: string): string {
  return `{'code': '${code}', 'column': ${column}, 'reason': ${reason}, 'raw': null}::${problemType}`;
}

/** E-mail addresses and telephone numbers; of plain digits those that are no Unix time. */
const personal = [
  '[^@\\s"]+@[^@\\s"]+',
  '(?:[+][0-9(]|\\b00[1-9])[0-9 ().\\/-]{6,}',
  '\\b[0-9]{2}(?:(?: [0-9]{2}){3}|(?:[.][0-9]{2}){3}|(?:-[0-9]{2}){3})\\b',
  '\\b[0-9]{3}\\)?[ .-][0-9]{3}[ .-][0-9]{4}\\b',
  '\\b(?:[0-9]{8}|0[0-9]{7,11}|[2-9][0-9]{9})\\b',
].join('|');

/** SQL that quotes a value for a message, cut short, less what looks like an e-mail address or a telephone number. */
export function shown(value: string): string {
  const masked = `regexp_replace((${value})::varchar, ${quoteLiteral(personal)}, '***', 'g')`;
  return `'"' || left(${masked}, 60) || if(length(${masked}) > 60, '…', '') || '"'`;
}

/** SQL for text of a scan: blank means absent in every format. */
export function textOf({ expression, type }: ScanColumn, hasBlanks: boolean): string {
  if (!/^varchar$/i.test(type)) return `nullif((${expression})::varchar, '')`;
  return hasBlanks ? `nullif(${expression}, '')` : expression;
}

/**
 * SQL that adds to a row's problem what the row holds, as JSON, personal columns masked: for people who mend dumps.
 * A row that cannot be taken apart keeps nothing: what in it is personal cannot be told.
 */
export function withText(
  problem: string,
  columns: readonly { readonly name: string; readonly value: string }[],
  masked: ReadonlySet<string>,
): string {
  const fields = columns.map(({ name, value }) => {
    const text = masked.has(name) ? `if(${value} is null, null, '***')` : value;
    return `${quoteLiteral(name)}, ${text}`;
  });
  return `list_transform(
        [${problem}],
        lambda found: if(
            found is null or fault is not null, found,
            struct_update(found, raw := json_object(${fields.join(', ')})::varchar)
        )
    )[1]`;
}
