import { dirname } from 'node:path';
import { type Git, gitIn, stderrOf } from './git.ts';
import { readFolder, realPath } from './snapshot-disk.ts';
import type { OpenFolder } from './snapshot-extends.ts';
import { configOf, type FolderFiles, labelOf } from './snapshot-files.ts';
import { type Commit, isWithin, readTree } from './snapshot-tree.ts';

/** How each side finds the files of a folder. The base is opened first: what it extends, the head may. */
export interface Openers {
  readonly base: OpenFolder;
  readonly head: OpenFolder;
  /** Whether a folder has no history and is the same for both sides. */
  isOnDiskOnly(folder: string): boolean;
}

/**
 * The base reads from its commit what lies in the repository, and from the disk what does not: elsewhere, or ignored as
 * installed packages are. The head reads from its commit, or the disk, what lies in the repository; of the rest what the
 * base read too, and folders that are `trusted`.
 */
export function openersOf(options: {
  readonly root: string;
  readonly base: Commit;
  /** Undefined: the work tree. */
  readonly head: Commit | undefined;
  readonly trusted: readonly string[];
}): Openers {
  const { root, base, head } = options;
  const git = gitIn(base.top);
  const known = new Map<string, Buffer>();
  const onDisk = new Set<string>();
  const inBase = new Set<string>();
  const trusted = new Set(options.trusted.flatMap((path) => realPath(path) ?? []));
  const isOnDiskOnly = (folder: string): boolean =>
    onDisk.has(folder) || (!inBase.has(folder) && trusted.has(realPath(folder) ?? ''));
  const inCommit = async (commit: Commit, folder: string): Promise<FolderFiles | undefined> =>
    isWithin(commit.top, folder) ? readTree(commit, folder, known) : undefined;

  return {
    isOnDiskOnly: (folder) => folder !== root && isOnDiskOnly(folder),
    base: once(async (folder) => {
      const files = await inCommit(base, folder);
      if (files !== undefined) {
        if (configOf(folder, files) !== undefined) inBase.add(folder);
        if (folder === root || inBase.has(folder) || !(await isIgnored(git, base.top, folder))) return files;
      }
      onDisk.add(folder);
      return readFolder(folder, true);
    }),
    head: once(async (folder) => {
      if (head === undefined && isWithin(base.top, folder)) return readFolder(folder, isOnDiskOnly(folder));
      const files = head === undefined ? undefined : await inCommit(head, folder);
      if (files !== undefined && configOf(folder, files) !== undefined) return files;
      return folder !== root && isOnDiskOnly(folder) ? readFolder(folder, true) : files;
    }),
  };
}

function once(open: OpenFolder): OpenFolder {
  const opened = new Map<string, ReturnType<OpenFolder>>();
  return (folder) => {
    const files = opened.get(folder) ?? open(folder);
    opened.set(folder, files);
    return files;
  };
}

/** Whether git ignores a folder of the repository, or one that it lies in. */
async function isIgnored(git: Git, top: string, folder: string): Promise<boolean> {
  if (folder === top) return false;
  if (await isIgnored(git, top, dirname(folder))) return true;
  try {
    await git('check-ignore', '--quiet', '--', `./${labelOf(top, folder)}`);
    return true;
  } catch (error) {
    // Of what lies behind a link or in a submodule git says nothing: it is neither ignored nor its own.
    const said = stderrOf(error);
    if (said === '' || /beyond a symbolic link|in submodule/.test(said ?? '')) return false;
    throw error;
  }
}
