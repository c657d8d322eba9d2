import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBConnection, DuckDBInstance, DuckDBValue } from '@duckdb/node-api';
import { bytesOf, defaultMemory, mostMemory } from './memory-limit.ts';
import { asSqlErrors } from './sql-error.ts';

export { SqlError } from './sql-error.ts';

/** A value bound to a statement's parameter. */
export type SqlValue = string | number | bigint | boolean | null;

/** A value read back: see `Warehouse.rows`. */
export type RowValue = string | number | boolean | null | RowValue[] | { [key: string]: RowValue };
export type Row = Record<string, RowValue>;

export interface WarehouseOptions {
  readonly readOnly?: boolean;
  readonly threads?: number;
  /** For example `2GB`; by default what the rows that the file holds need, and of those who only read most there is. */
  readonly memoryLimit?: string;
  /** In memory, and to read what is attached to it. */
  readonly isReader?: boolean;
}

/** A column of a query's result, with DuckDB's name of its type. */
export interface Column {
  readonly name: string;
  readonly type: string;
}

/** Loaded when a warehouse is first opened: it takes longer than all else, and some commands need none. */
let duckdb: typeof import('@duckdb/node-api') | undefined;

/** One DuckDB file (or `:memory:`) with one connection. The session's zone is UTC and nothing is ever downloaded. */
export class Warehouse {
  private isClosed = false;

  private constructor(
    private readonly instance: DuckDBInstance,
    private readonly connection: DuckDBConnection,
    private memoryBytes: number,
  ) {}

  /** Bytes that DuckDB may hold in memory; what needs more lies on disk meanwhile, or fails. */
  get memory(): number {
    return this.memoryBytes;
  }

  static async open(file: string, options: WarehouseOptions = {}): Promise<Warehouse> {
    duckdb ??= await import('@duckdb/node-api');
    const { DuckDBInstance: Instance } = duckdb;
    const isReader = options.readOnly || options.isReader;
    const own = isReader ? mostMemory() : defaultMemory(0);
    const memory = options.memoryLimit === undefined ? own : bytesOf(options.memoryLimit);
    const instance = await asSqlErrors(() =>
      Instance.create(file, {
        access_mode: options.readOnly ? 'READ_ONLY' : 'AUTOMATIC',
        autoinstall_known_extensions: 'false',
        autoload_known_extensions: 'false',
        errors_as_json: 'true',
        // Beside a file DuckDB chooses itself; in memory it would take the working directory.
        ...(file === ':memory:' ? { temp_directory: join(tmpdir(), `handover-${process.pid}`) } : {}),
        ...(options.threads === undefined ? {} : { threads: String(options.threads) }),
        memory_limit: `${memory}B`,
        // What it has freed goes back at once: the process otherwise holds up to half as much again.
        allocator_flush_threshold: '16MB',
        allocator_background_threads: 'true',
      }),
    );
    const connection = await instance.connect();
    // With it on, 1 / 0 is infinite and 1 / (1 / 0) a zero that looks right; off, both are null.
    await connection.run(`set timezone = 'UTC'; set ieee_floating_point_ops = false`);
    const warehouse = new Warehouse(instance, connection, memory);
    if (options.memoryLimit === undefined && !isReader && file !== ':memory:') await warehouse.allowMemory();
    return warehouse;
  }

  /** Takes as much memory as the rows of the databases that are open need, and not less than now. */
  async allowMemory(): Promise<void> {
    const [largest] = await this.rows<{ rows: number }>(
      'select coalesce(max(estimated_size), 0) as rows from duckdb_tables()',
    );
    const memory = defaultMemory(largest?.rows ?? 0);
    if (memory <= this.memoryBytes) return;
    await this.run(`set memory_limit = '${memory}B'`);
    this.memoryBytes = memory;
  }

  /** Runs a statement; several, separated by semicolons, when there are no parameters. */
  async run(sql: string, parameters: readonly SqlValue[] = []): Promise<void> {
    await asSqlErrors(() => this.connection.run(sql, parameters.length === 0 ? undefined : [...parameters]));
  }

  /**
   * Reads all rows. Whole numbers and decimals become numbers (an integer too large to be exact throws), timestamptz
   * `2026-03-29T01:00:00Z`, timestamp the same without Z, date `2026-03-29`, json and intervals text, lists arrays.
   */
  async rows<T extends object = Row>(sql: string, parameters: readonly SqlValue[] = []): Promise<T[]> {
    const reader = await asSqlErrors(() =>
      this.connection.runAndReadAll(sql, parameters.length === 0 ? undefined : [...parameters]),
    );
    const names = reader.columnNames();
    return reader.getRows().map((values) => {
      const row: Row = {};
      for (const [index, name] of names.entries()) row[name] = toRowValue(values[index] ?? null);
      // The caller states the row's shape, as with any SQL text; nothing can check it before the query runs.
      return row as T;
    });
  }

  /** The columns of a query, without running it. */
  async columns(query: string): Promise<Column[]> {
    const rows = await this.rows<{ column_name: string; column_type: string }>(`describe ${query}`);
    return rows.map((row) => ({ name: row.column_name, type: row.column_type }));
  }

  /** Whether a schema has a table, or a view, of that name. */
  async hasTable(schema: string, name: string): Promise<boolean> {
    const [row] = await this.rows<{ found: boolean }>(
      'select count(*) > 0 as found from information_schema.tables where table_schema = $1 and table_name = $2',
      [schema, name],
    );
    return row?.found ?? false;
  }

  /** Creates or replaces a small table with the given rows, for example those of a YAML file. */
  async insert(
    table: string,
    columns: Readonly<Record<string, string>>,
    rows: readonly Readonly<Record<string, SqlValue>>[],
  ): Promise<void> {
    const fields = Object.entries(columns).map(
      ([name, type], index) => `cast(row[${index + 1}] as ${type}) as ${quoteIdentifier(name)}`,
    );
    const cells = rows.map((row) => Object.keys(columns).map((name) => textOf(row[name] ?? null)));
    // One text is read ten times faster than as many literals.
    await this.run(
      `create or replace table ${table} as
      select ${fields.join(', ')} from (select unnest(from_json($1, '[["varchar"]]')) as row)`,
      [JSON.stringify(cells)],
    );
  }

  /**
   * Small data take less work on one thread: DuckDB shares out no less than a row group at a time. To be called before
   * `lock`.
   */
  async useOneThread(): Promise<void> {
    await this.run('set threads = 1');
  }

  /** From here on SQL can reach no file, network or setting, whatever it says. It cannot be undone. */
  async lock(): Promise<void> {
    await this.run('set enable_external_access = false; set lock_configuration = true');
  }

  /** Stops the running statement within a tenth of a second; it then rejects and the connection stays usable. */
  interrupt(): void {
    this.connection.interrupt();
  }

  /** May be called again. */
  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.connection.closeSync();
    this.instance.closeSync();
  }
}

/** A name as SQL writes it, safe whatever characters it holds. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text literal, safe whatever characters it holds. */
export function quoteLiteral(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** What is no Unicode becomes the sign for that: JSON with half a pair in it is not read. */
function textOf(value: SqlValue): string | null {
  return value === null ? null : String(value).toWellFormed();
}

function toRowValue(value: DuckDBValue): RowValue {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return value;
  }
  if (typeof value === 'bigint') return exactNumber(value);
  // A value of DuckDB's own can only come from a warehouse that was opened.
  if (duckdb === undefined) return String(value);
  if (value instanceof duckdb.DuckDBTimestampTZValue) return isoInstant(value.micros, 'Z');
  if (value instanceof duckdb.DuckDBTimestampValue) return isoInstant(value.micros, '');
  if (value instanceof duckdb.DuckDBDateValue) return value.toString();
  if (value instanceof duckdb.DuckDBDecimalValue) return value.toDouble();
  if (value instanceof duckdb.DuckDBListValue || value instanceof duckdb.DuckDBArrayValue)
    return value.items.map(toRowValue);
  if (value instanceof duckdb.DuckDBStructValue) {
    return Object.fromEntries(Object.entries(value.entries).map(([key, entry]) => [key, toRowValue(entry)]));
  }
  return String(value);
}

function exactNumber(value: bigint): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new RangeError(`${value} is too large to be exact as a number`);
  return number;
}

const infinity = 2n ** 63n - 1n;

/** ISO 8601 without rounding: milliseconds and microseconds appear only where there are any. */
function isoInstant(micros: bigint, suffix: string): string {
  if (micros === infinity) return 'infinity';
  if (micros === -infinity) return '-infinity';
  const milliseconds = micros >= 0n ? micros / 1000n : (micros - 999n) / 1000n;
  const rest = micros - milliseconds * 1000n;
  const text = new Date(Number(milliseconds)).toISOString().slice(0, -1);
  const fraction = `${text.slice(20)}${String(rest).padStart(3, '0')}`.replace(/0+$/, '');
  return `${text.slice(0, 19)}${fraction === '' ? '' : `.${fraction}`}${suffix}`;
}
