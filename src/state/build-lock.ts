import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

/** Who builds into a warehouse. */
export interface LockHolder {
  readonly pid: number;
  /** ISO instant. */
  readonly since: string;
  /** Tells the process from a later one of the same number; absent where the system does not say. */
  readonly started?: string;
}

/**
 * Takes the lock of a warehouse, for as long as a build reads and writes any of its files. Returns the holder when
 * another process that still runs has it. The lock of a process that was killed is taken over.
 */
export function takeLock(file: string, since: string): LockHolder | undefined {
  const own = `${file}.${process.pid}`;
  const started = startOf(process.pid);
  const self: LockHolder = { pid: process.pid, since, ...(started === undefined ? {} : { started }) };
  writeFileSync(own, JSON.stringify(self));
  try {
    for (let attempt = 0; attempt < 100; attempt++) {
      if (tryLink(own, file)) return undefined;
      const holder = readHolder(file);
      if (holder !== undefined && isAlive(holder)) return holder;
      removeDead(file, own);
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

/**
 * Removes the lock of a process that is gone. One process at a time has the turn to do so, and looks once more when it
 * has: by then the lock may be somebody's who lives.
 */
function removeDead(file: string, own: string): void {
  const turn = `${file}.turn`;
  if (!tryLink(own, turn)) {
    const other = readHolder(turn);
    if (other !== undefined && !isAlive(other)) rmSync(turn, { force: true });
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
    return;
  }
  try {
    const text = readText(file);
    const holder = text === undefined ? undefined : parseHolder(text);
    if (text !== undefined && (holder === undefined || !isAlive(holder))) rmSync(file, { force: true });
  } finally {
    rmSync(turn, { force: true });
  }
}

function readHolder(file: string): LockHolder | undefined {
  const text = readText(file);
  return text === undefined ? undefined : parseHolder(text);
}

function parseHolder(text: string): LockHolder | undefined {
  try {
    // Written by `takeLock` alone; after a power cut it may be empty all the same.
    return JSON.parse(text) as LockHolder;
  } catch {
    return undefined;
  }
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function isAlive({ pid, started }: LockHolder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Somebody else's process is one too.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
  const now = startOf(pid);
  return started === undefined || now === undefined || started === now;
}

/** When a process began, in ticks since the machine did: numbers come again, in a container at every start. */
function startOf(pid: number): string | undefined {
  // Behind the name, which is in brackets and may hold anything, the 20th field.
  const stat = readText(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
}
