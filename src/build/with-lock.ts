import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DiagnosticsError } from '../diagnostics/diagnostic.ts';
import type { Progress } from '../diagnostics/progress.ts';
import { type LockHolder, releaseLock, takeLock } from '../state/build-lock.ts';
import type { WarehouseFiles } from '../state/files.ts';

export interface LockOptions {
  readonly now: string;
  /** Waits for as long as another build has the files, in place of stopping. */
  readonly wait?: boolean | undefined;
  /** Ends the waiting. */
  readonly signal?: AbortSignal | undefined;
  readonly progress: Progress;
}

/**
 * Does work that no other build of the same warehouse may do meanwhile.
 * @throws DiagnosticsError of kind `environment` that says who builds, and since when.
 */
export async function withLock<T>(files: WarehouseFiles, options: LockOptions, work: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(files.lock), { recursive: true });
  const holder = takeLock(files.lock, options.now);
  if (holder !== undefined) await waitFor(files, holder, options);
  try {
    removeLeftovers(files);
    return await work();
  } finally {
    releaseLock(files.lock);
  }
}

async function waitFor(
  files: WarehouseFiles,
  first: LockHolder,
  { now, wait, signal, progress }: LockOptions,
): Promise<void> {
  if (!wait) throw held(files, first);
  // Said before the waiting begins: where there is no terminal, a task is told of when it ends.
  await progress.task(`process ${first.pid} builds since ${first.since}: wait for its end`, () => Promise.resolve());
  await progress.task('wait', async (report) => {
    for (let holder: LockHolder | undefined = first; holder !== undefined; ) {
      report(`process ${holder.pid}, since ${holder.since}`);
      await sleep(200, undefined, signal === undefined ? {} : { signal });
      holder = takeLock(files.lock, now);
    }
  });
}

function held(files: WarehouseFiles, { pid, since }: LockHolder): DiagnosticsError {
  return new DiagnosticsError(
    [
      {
        code: 'locked',
        severity: 'error',
        message: `another build holds ${files.work} (process ${pid}, since ${since})`,
        fix: 'Wait for it to end (--wait does), or build elsewhere with --warehouse FILE.',
      },
    ],
    'environment',
  );
}

/**
 * Files half written by a build that was killed: nobody else can be writing any while the lock is held. The folder may
 * hold other warehouses, which others build.
 */
function removeLeftovers(files: WarehouseFiles): void {
  const { published, work, record, loaded, built, manifest, runResults, catalogue } = files;
  const owned = [published, work, record, loaded, built, manifest, runResults, catalogue].map((file) => basename(file));
  const dir = dirname(published);
  for (const entry of readdirSync(dir)) {
    const isTemporary = owned.some(
      (name) => entry.startsWith(`${name}.`) && /^\.(\d+(\.new)?|compact|tmp)(\.wal)?$/.test(entry.slice(name.length)),
    );
    if (isTemporary) rmSync(join(dir, entry), { force: true, recursive: true });
  }
}
