import { constants, copyFileSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join, parse } from 'node:path';
import type { WarehouseFiles } from '../state/files.ts';

/** A copy of a work file, in a folder of its own beside it. */
export interface ScratchCopy {
  /** Holds the copy and what DuckDB writes beside it. */
  readonly folder: string;
  readonly file: string;
  /** Removes the folder. */
  remove(): void;
}

/** What copies are made for; each has a folder of its own, so that one process may do several at once. */
const purposes = ['simulate', 'review'] as const;
type Purpose = (typeof purposes)[number];

/**
 * Copies the work file to try something on it; to be called while no build writes to it. Copies that were left behind
 * by a process that was killed go.
 */
export function copyToScratch(
  { published, work }: Pick<WarehouseFiles, 'published' | 'work'>,
  purpose: Purpose,
): ScratchCopy {
  removeCopiesLeftBehind({ published, work });
  const folder = join(dirname(work), `${prefixOf(published, purpose)}${process.pid}`);
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  const file = join(folder, basename(work));
  try {
    remove();
    mkdirSync(folder);
    // What a build that was killed had written counts too.
    for (const end of ['', '.wal']) {
      // Where the file system can, blocks are shared until one of the files changes.
      if (existsSync(`${work}${end}`)) copyFileSync(`${work}${end}`, `${file}${end}`, constants.COPYFILE_FICLONE);
    }
  } catch (error) {
    remove();
    throw error;
  }
  return { folder, file, remove };
}

function prefixOf(published: string, purpose: Purpose): string {
  return `${parse(published).name}.${purpose}.`;
}

/** Copies of processes that were killed. */
export function removeCopiesLeftBehind({ published, work }: Pick<WarehouseFiles, 'published' | 'work'>): void {
  const folder = dirname(work);
  for (const entry of readdirSync(folder)) {
    const prefix = purposes.map((purpose) => prefixOf(published, purpose)).find((start) => entry.startsWith(start));
    const pid = prefix === undefined ? Number.NaN : Number(entry.slice(prefix.length));
    if (Number.isInteger(pid) && !isAlive(pid)) rmSync(join(folder, entry), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process is one too.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
