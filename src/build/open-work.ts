import { existsSync, renameSync, rmSync } from 'node:fs';
import { DiagnosticsError } from '../diagnostics/diagnostic.ts';
import { quoteLiteral, SqlError, Warehouse, type WarehouseOptions } from '../warehouse/warehouse.ts';

/**
 * Opens the work file for a build. A file that is mostly free space is first copied into a fresh one: DuckDB reuses
 * freed blocks but never gives them back.
 * @throws DiagnosticsError of kind `environment` when another process holds the file or it cannot be opened.
 */
export async function openWork(file: string, memoryLimit?: string): Promise<Warehouse> {
  const options = memoryLimit === undefined ? {} : { memoryLimit };
  const work = await openOrExplain(file, options);
  // Who has the file open has it alone: what lies there is left from a build that was killed.
  rmSync(`${file}.tmp`, { recursive: true, force: true });
  if (!(await isMostlyFree(work))) return oftenWritten(work);
  work.close();
  await compact(file, memoryLimit);
  return oftenWritten(await openOrExplain(file, options));
}

/** Models are made one by one: what changes is worked into the tables when the file is closed, not after every few of them. */
async function oftenWritten(work: Warehouse): Promise<Warehouse> {
  await work.run(`set checkpoint_threshold = '1GB'`);
  return work;
}

/** Opens a DuckDB file, or says who holds it or what keeps it shut. */
export async function openOrExplain(file: string, options: WarehouseOptions = {}): Promise<Warehouse> {
  try {
    return await Warehouse.open(file, options);
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    const holder = /PID (\d+)/.exec(error.message)?.[1];
    throw new DiagnosticsError(
      [
        {
          code: holder === undefined ? 'cannot-open' : 'locked',
          severity: 'error',
          message:
            holder === undefined
              ? `cannot open ${file}: ${error.message.split('\n')[0]}`
              : `another build holds ${file} (process ${holder})`,
          fix:
            holder === undefined
              ? 'Check the path, the permissions and the disk; the file holds nothing that a build cannot make again.'
              : 'Wait for it to end, or build elsewhere with --warehouse FILE.',
        },
      ],
      'environment',
    );
  }
}

async function isMostlyFree(work: Warehouse): Promise<boolean> {
  const [size] = await work.rows<{ free: number; used: number }>(
    'select free_blocks as free, used_blocks as used from pragma_database_size()',
  );
  return size !== undefined && size.free > size.used && size.used > 0;
}

/** Copies a closed work file into a fresh one, so that nothing that was deleted lies in it any more. */
export async function compact(file: string, memoryLimit?: string): Promise<void> {
  const fresh = `${file}.compact`;
  if (existsSync(fresh)) rmSync(fresh);
  const copier = await Warehouse.open(':memory:', memoryLimit === undefined ? {} : { memoryLimit });
  try {
    await copier.run(`attach ${quoteLiteral(file)} as work (read_only)`);
    await copier.run(`attach ${quoteLiteral(fresh)} as fresh`);
    await copier.run('copy from database work to fresh');
    await copier.run('detach fresh; detach work');
  } finally {
    copier.close();
  }
  renameSync(fresh, file);
}
