import { type Dirent, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { openOrExplain } from '../../build/open-work.ts';
import { DiagnosticsError } from '../../diagnostics/diagnostic.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';

export interface Limits {
  /** Stops what runs. */
  readonly signal?: AbortSignal;
  /** Bytes that the folder of the copy may hold. */
  readonly disk: number;
  /** What DuckDB may hold in memory, `4GB`. */
  readonly memory?: string;
}

/** What work on a copy is given: nothing of it goes on once a limit is reached. */
export interface LimitedCopy {
  /** Aborted when a limit is reached. */
  readonly signal: AbortSignal;
  /** Opens the copy for as long as `work` lasts. One at a time. */
  session<T>(work: (warehouse: Warehouse) => Promise<T>): Promise<T>;
}

/** How often the folder is looked at, and a statement that began after the end is stopped too. */
const everyMilliseconds = 100;

/**
 * Works on a copy of a work file, in a folder of its own, until it is done, `signal` stops it or the folder outgrows its
 * limit: SQL that nobody has looked at may join everything with everything. A statement that does not listen, since
 * DuckDB computes a constant of it before it runs, is waited for.
 * @throws DiagnosticsError `disk-limit` of kind `environment`, or `interrupted`.
 */
export async function withinLimits<T>(
  { folder, file }: { readonly folder: string; readonly file: string },
  limits: Limits,
  work: (copy: LimitedCopy) => Promise<T>,
): Promise<T> {
  const outgrown = new AbortController();
  const signal = limits.signal === undefined ? outgrown.signal : AbortSignal.any([limits.signal, outgrown.signal]);
  let open: Warehouse | undefined;
  const watch = setInterval(() => {
    if (!signal.aborted && bytesIn(folder) > limits.disk) outgrown.abort();
    if (signal.aborted) open?.interrupt();
  }, everyMilliseconds);
  const session: LimitedCopy['session'] = async (task) => {
    signal.throwIfAborted();
    const warehouse = await openOrExplain(file, limits.memory === undefined ? {} : { memoryLimit: limits.memory });
    open = warehouse;
    try {
      // DuckDB keeps what does not fit into memory beside the file.
      if (Number.isFinite(limits.disk))
        await warehouse.run(`set max_temp_directory_size = '${Math.ceil(limits.disk)}B'`);
      return await task(warehouse);
    } finally {
      open = undefined;
      warehouse.close();
    }
  };
  try {
    return await work({ signal, session });
  } catch (error) {
    if (outgrown.signal.aborted) throw tooLarge(limits.disk);
    throw signal.aborted ? stopped() : error;
  } finally {
    clearInterval(watch);
  }
}

/** Of all files in a folder; what goes meanwhile counts for nothing. */
function bytesIn(folder: string): number {
  return entriesOf(folder).reduce((sum, entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sum + bytesIn(path);
    return sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0);
  }, 0);
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

function tooLarge(bytes: number): DiagnosticsError {
  return new DiagnosticsError(
    [
      {
        code: 'disk-limit',
        severity: 'error',
        message: `what the models make takes more than ${(bytes / 1024 ** 3).toFixed(1)} GB of disk; stopped`,
        fix: 'Look for a join without a condition, or compare definitions alone with --no-data.',
      },
    ],
    'environment',
  );
}

/** What a person is told who asked to stop. */
export function stopped(): DiagnosticsError {
  return new DiagnosticsError(
    [{ code: 'interrupted', severity: 'error', message: 'stopped before values were compared; nothing was changed' }],
    'interrupted',
  );
}
