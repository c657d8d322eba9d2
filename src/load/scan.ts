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
  /** SQL giving the number of the row's file. */
  readonly file: string;
  /** SQL giving the physical line on which the row starts; `null::bigint` when it follows from the row's place. */
  readonly line: string;
  /** SQL giving what is wrong with the row as a whole (see `fault`), or null. */
  readonly fault: string;
}

/** Where typed rows are gathered before they replace the previous table. */
export interface Target {
  /** The table, quoted, with its schema. */
  readonly table: string;
  /** The columns that are looked for. */
  readonly wanted: readonly string[];
  /** A select over the scan in the order of the target's columns, the last three being file, line and problem. */
  select(scan: Scan): string;
}

/** The bookkeeping columns of a target; a colon keeps them apart from any column that people name. */
export const bookkeeping = { file: '"load:file"', line: '"load:line"', problem: '"load:problem"' } as const;

export const problemType = 'struct(code varchar, "column" varchar, reason varchar)';
export const noFault = `null::${problemType}`;

/** SQL for one problem of a row; `column` and `reason` are SQL expressions. */
export function fault(code: string, column: string, reason: string): string {
  return `{'code': '${code}', 'column': ${column}, 'reason': ${reason}}`;
}

/** SQL that quotes a value for a message and cuts it short. */
export function shown(value: string): string {
  return `'"' || left((${value})::varchar, 60) || if(length((${value})::varchar) > 60, '…', '') || '"'`;
}
