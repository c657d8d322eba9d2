import { join } from 'node:path';
import { watch } from 'chokidar';

/** What a project's build reads, dumps aside. */
const watched = ['handover.yml', 'models', 'metrics', 'seeds'];

/**
 * Calls `rebuild` after files of a project were saved, one call at a time: what is saved meanwhile is told to the next.
 * Several saves at once (a formatter, a branch being changed) are one. Ends when `signal` says so.
 */
export async function watchProject(
  roots: readonly string[],
  rebuild: (paths: readonly string[]) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const saved = new Set<string>();
  const watcher = watch(
    roots.flatMap((root) => watched.map((name) => join(root, name))),
    {
      ignoreInitial: true,
      ignored: (path, stats) => stats?.isFile() === true && !/\.(sql|yml|csv)$/.test(path),
    },
  );
  let wake: () => void = () => undefined;
  watcher.on('all', (event, path) => {
    if (event === 'addDir' || event === 'unlinkDir') return;
    saved.add(path);
    wake();
  });
  signal.addEventListener('abort', () => wake());
  try {
    while (!signal.aborted) {
      if (saved.size === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        continue;
      }
      await settle(saved);
      const paths = [...saved].sort();
      saved.clear();
      await rebuild(paths);
    }
  } finally {
    await watcher.close();
  }
}

const quietMilliseconds = 30;

/** Waits until nothing more is saved for a moment. */
async function settle(saved: ReadonlySet<string>): Promise<void> {
  for (let size = -1; size !== saved.size; ) {
    size = saved.size;
    await new Promise((resolve) => setTimeout(resolve, quietMilliseconds));
  }
}
