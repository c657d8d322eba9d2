import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

/** Who builds into a warehouse. */
export interface LockHolder {
  readonly pid: number;
  /** ISO instant. */
  readonly since: string;
}

/**
 * Takes the lock of a warehouse, for as long as a build reads and writes any of its files. Returns the holder when
 * another process that still runs has it. The lock of a process that was killed is taken over.
 */
export function takeLock(file: string, since: string): LockHolder | undefined {
  const own = `${file}.${process.pid}`;
  writeFileSync(own, JSON.stringify({ pid: process.pid, since } satisfies LockHolder));
  try {
    for (let attempt = 0; attempt < 3; attempt++) {
      if (tryLink(own, file)) return undefined;
      const holder = readHolder(file);
      if (holder !== undefined && isAlive(holder.pid)) return holder;
      setAside(file, holder);
    }
    return readHolder(file) ?? { pid: 0, since };
  } finally {
    rmSync(own, { force: true });
  }
}

/** Gives the lock back; nothing happens when it is not this process that has it. */
export function releaseLock(file: string): void {
  if (readHolder(file)?.pid === process.pid) rmSync(file, { force: true });
}

/** A link is made or is not, and never half: two processes cannot both succeed. */
function tryLink(own: string, file: string): boolean {
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

function readHolder(file: string): LockHolder | undefined {
  try {
    // Written by `takeLock` alone.
    return JSON.parse(readFileSync(file, 'utf8')) as LockHolder;
  } catch {
    return undefined;
  }
}

/** Moves a dead process's lock away; one that somebody else took in the meantime is put back. */
function setAside(file: string, dead: LockHolder | undefined): void {
  const aside = `${file}.${process.pid}.dead`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  const moved = readHolder(aside);
  if (moved !== undefined && moved.pid !== dead?.pid && isAlive(moved.pid)) tryLink(aside, file);
  rmSync(aside, { force: true });
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
