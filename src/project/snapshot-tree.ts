import { existsSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import { DiagnosticsError } from '../diagnostics/diagnostic.ts';
import { blobSizes, commitOf, gitIn, readBlobs } from './git.ts';
import { configFileName } from './root.ts';
import {
  type FolderFiles,
  failIfTooMuch,
  isMissed,
  isTextFile,
  type LeftOut,
  labelOf,
  mostBytes,
  textFolders,
} from './snapshot-files.ts';

/** A commit of the repository whose work tree lies in `top` (absolute, without symbolic links). */
export interface Commit {
  readonly top: string;
  /** Full id. */
  readonly id: string;
}

/** A text file as a commit holds it. */
export interface TreeFile {
  /** Absolute, where it would lie in the work tree. */
  readonly path: string;
  readonly id: string;
  /** The work tree of the repository that holds the blob: ours, or that of a submodule. */
  readonly top: string;
}

interface TreeEntry extends TreeFile {
  /** `100644`; `120000` of a symbolic link, `160000` of a submodule. */
  readonly mode: string;
  readonly isSafe: boolean;
}

/** Whether a path is a folder or what lies below it. */
export function isWithin(folder: string, path: string): boolean {
  const below = relative(folder, path);
  return below !== '..' && !below.startsWith(`..${sep}`) && !isAbsolute(below);
}

/**
 * The text files of a project's folder, without their contents; none where the commit has no such folder.
 * @throws DiagnosticsError when it lies in a submodule that is not checked out.
 */
export async function listFolder(
  commit: Commit,
  folder: string,
): Promise<{ readonly files: readonly TreeFile[]; readonly leftOut: readonly LeftOut[] }> {
  const inside = [configFileName, 'reports', ...textFolders].map((name) => join(folder, name));
  const direct = await entriesAt(commit, ['-r'], inside);
  if (direct.length === 0) {
    const module = (await entriesAt(commit, [], above(commit.top, folder))).find(({ mode }) => mode === '160000');
    return module === undefined ? { files: [], leftOut: [] } : listFolder(await enter(module), folder);
  }
  const modules = direct.filter(({ mode }) => mode === '160000');
  const inModules = await Promise.all(modules.map(async (module) => entriesAt(await enter(module), ['-r'], [])));
  const entries = [...direct, ...inModules.flat()].map((entry) => ({ ...entry, name: labelOf(folder, entry.path) }));
  const leftOut = entries.flatMap(({ path, name, mode, isSafe }): LeftOut[] => {
    if (!isSafe) return [{ path, why: 'name' }];
    return mode === '120000' && isMissed(name) ? [{ path, why: 'link' }] : [];
  });
  return {
    files: entries.filter(({ name, mode, isSafe }) => mode.startsWith('100') && isSafe && isTextFile(name)),
    leftOut,
  };
}

/**
 * The text files of a project's folder in a commit, as they are stored.
 * `known`: blobs that were read before, by their ids; those read now are added.
 * @throws DiagnosticsError when they are too many, or the repository lacks some.
 */
export async function readTree(commit: Commit, folder: string, known: Map<string, Buffer>): Promise<FolderFiles> {
  const { files, leftOut } = await listFolder(commit, folder);
  const large = new Set<string>();
  for (const top of new Set(files.map((file) => file.top))) {
    const ids = new Set(files.filter((file) => file.top === top && !known.has(file.id)).map(({ id }) => id));
    const sizes = [...(await blobSizes(top, [...ids]))];
    for (const [id] of sizes.filter(([, bytes]) => bytes > mostBytes)) large.add(id);
    const read = sizes.filter(([id]) => !large.has(id));
    const bytesOf = new Map(read);
    failIfTooMuch(files.map(({ id }) => bytesOf.get(id) ?? known.get(id)?.length ?? 0));
    const blobs = await readBlobs(
      top,
      read.map(([id]) => id),
    );
    for (const [id, bytes] of blobs) known.set(id, bytes);
  }
  return {
    files: files
      .filter(({ id }) => !large.has(id))
      .map(({ path, id }) => {
        const bytes = known.get(id);
        if (bytes === undefined) throw missing(labelOf(commit.top, path));
        return { path, bytes };
      }),
    leftOut: [
      ...leftOut,
      ...files.filter(({ id }) => large.has(id)).map(({ path }) => ({ path, why: 'large' as const })),
    ],
  };
}

/** The files named handover.yml anywhere in a commit, at most 500, with their texts. */
export async function readConfigs(commit: Commit): Promise<{ readonly folder: string; readonly text: string }[]> {
  const isConfig = ({ path, mode, isSafe }: TreeEntry) =>
    isSafe && mode.startsWith('100') && path.endsWith(`${sep}${configFileName}`);
  const configs = (await entriesAt(commit, ['-r'], [])).filter(isConfig).slice(0, 500);
  const sizes = await blobSizes(
    commit.top,
    configs.map(({ id }) => id),
  );
  const small = configs.filter(({ id }) => (sizes.get(id) ?? Number.POSITIVE_INFINITY) < 2 ** 16);
  const blobs = await readBlobs(
    commit.top,
    small.map(({ id }) => id),
  );
  return small.map(({ path, id }) => ({ folder: dirname(path), text: blobs.get(id)?.toString('utf8') ?? '' }));
}

async function entriesAt(
  { top, id }: Commit,
  options: readonly string[],
  paths: readonly string[],
): Promise<TreeEntry[]> {
  const call = ['--literal-pathspecs', 'ls-tree', ...options, '-z', '--full-tree', id, '--'];
  const listed = await gitIn(top)(...call, ...paths.map((path) => labelOf(top, path)));
  return listed.split('\0').flatMap((line) => {
    const [, mode, object, path] = /^(\d+) \w+ (\w+)\t(.+)$/s.exec(line) ?? [];
    if (mode === undefined || object === undefined || path === undefined) return [];
    return [{ top, mode, id: object, path: join(top, path), isSafe: isSafe(path) }];
  });
}

/** The folder and those above it, up to the top of the repository. */
function above(top: string, folder: string): string[] {
  return folder === top || !isWithin(top, folder) ? [] : [folder, ...above(top, dirname(folder))];
}

/** A tree may hold any name, and who wrote it may mean harm. */
function isSafe(name: string): boolean {
  const parts = name.split('/');
  if (parts.some((part) => ['', '.', '..'].includes(part)) || /[\0\uFFFD]/.test(name)) return false;
  return process.platform !== 'win32' || !/[\\:]/.test(name);
}

async function enter({ path, id, top }: TreeEntry): Promise<Commit> {
  const isCheckedOut = existsSync(join(path, '.git'));
  if (isCheckedOut && (await commitOf(gitIn(path), id)) !== undefined) return { top: path, id };
  const name = labelOf(top, path);
  throw new DiagnosticsError([
    {
      code: 'submodule-missing',
      severity: 'error',
      message: isCheckedOut
        ? `the submodule ${JSON.stringify(name)} lacks its commit ${id.slice(0, 12)}`
        : `the submodule ${JSON.stringify(name)} is not checked out`,
      fix: isCheckedOut
        ? 'Fetch it: git submodule update --init, or git fetch in the submodule where the work tree has another commit of it.'
        : 'Check it out: git submodule update --init; in CI, check out with submodules.',
    },
  ]);
}

function missing(name: string): DiagnosticsError {
  return new DiagnosticsError([
    {
      code: 'missing-objects',
      severity: 'error',
      message: `the repository lacks the contents of ${JSON.stringify(name)}`,
      expected: 'a clone that holds all files, which a partial one does not',
      fix: 'Clone it without --filter, or fetch all: git fetch --refetch --no-filter origin',
    },
  ]);
}
