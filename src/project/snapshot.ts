import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DiagnosticsError } from '../diagnostics/diagnostic.ts';
import { readConfig } from './config-file.ts';
import { gitIn, whyNoGit } from './git.ts';
import { readConfigLeniently } from './lenient-config.ts';
import { configFileName } from './root.ts';
import { realPath } from './snapshot-disk.ts';
import { collect, type OpenFolder } from './snapshot-extends.ts';
import { configOf, type LaidOut, labelOf, layOut, mirrored, notesOf } from './snapshot-files.ts';
import { openersOf } from './snapshot-folders.ts';
import { resolveRefs } from './snapshot-refs.ts';
import { type Commit, readConfigs } from './snapshot-tree.ts';
import { countUncommitted } from './uncommitted.ts';

export interface SnapshotRequest {
  /** The project's folder on disk. */
  readonly root: string;
  /** A branch, a tag or a commit, `main...` too; undefined: the branch that work is usually merged to. */
  readonly base: string | undefined;
  /** The same, or `WORKTREE`: the files as they lie on disk. */
  readonly head: string;
  /** Folders outside of the repository that the head may extend though the base does not: Handover's own. */
  readonly trusted?: readonly string[];
}

/** Which state a snapshot is of. */
interface SnapshotRef {
  /** As it was asked for: `origin/main`, or `WORKTREE`. */
  readonly asked: string;
  /** Twelve digits; null of the work tree. */
  readonly commit: string | null;
  /** It is where the head left what was asked for. */
  readonly isMergeBase: boolean;
  /** Of the work tree: text files of the project that differ from the commit it stands on, or that git does not know. */
  readonly uncommitted: number;
  /** It has no handover.yml. */
  readonly isEmpty: boolean;
}

/** The text files of a project, and of those it extends, as one state has them; plain files that anybody may read. */
export interface Snapshot {
  readonly ref: SnapshotRef;
  /** The project's folder in the snapshot; always there. */
  readonly root: string;
  /** What was left out, and other things that a reader would not expect. */
  readonly notes: readonly string[];
}

export interface Snapshots {
  readonly base: Snapshot;
  readonly head: Snapshot;
  /** Deletes both; may be called again. */
  remove(): void;
}

/**
 * Lays out two states of a project below the folder for temporary files. Nothing of the repository is touched or run:
 * blobs are read by id, and no filter, hook or checkout has a say. Each snapshot mirrors the whole disk, so that the
 * relative paths between projects lead where they do outside. What a project extends outside of the repository has one
 * state only, that on the disk, and is read where the base names the same folder.
 * @throws DiagnosticsError for refs that git does not know, histories that are cut off, and all else that keeps a state
 * from being read.
 */
export async function takeSnapshots(request: SnapshotRequest): Promise<Snapshots> {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'handover-diff-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    return { ...(await takeBoth(request, folder)), remove };
  } catch (error) {
    remove();
    if (error instanceof DiagnosticsError) throw error;
    const { reason, fix } = whyNoGit(error);
    const advice = fix ?? 'Run it where the history is.';
    throw new DiagnosticsError([{ code: 'no-git', severity: 'error', message: reason, fix: advice }]);
  }
}

async function takeBoth(
  request: SnapshotRequest,
  folder: string,
): Promise<{ readonly base: Snapshot; readonly head: Snapshot }> {
  const root = realpathSync(request.root);
  const git = gitIn(root);
  const [shown, refs] = await Promise.all([git('rev-parse', '--show-toplevel'), resolveRefs(git, request)]);
  const top = realpathSync(shown.replace(/\r?\n$/, ''));
  const commitAt = (id: string | null | undefined): Commit | undefined => (id ? { top, id } : undefined);
  const [baseCommit, headCommit] = [{ top, id: refs.base.commit }, commitAt(refs.head.commit)];
  const open = openersOf({ root, base: baseCommit, head: headCommit, trusted: request.trusted ?? [] });
  const shared = { root, top, name: nameOnDisk(root) };
  const base = await take({ ...shared, side: 'base', mirror: join(folder, 'base') }, baseCommit, open.base);
  const head = await take({ ...shared, side: 'head', mirror: join(folder, 'head') }, headCommit, open.head, base);
  const versioned = head.folders.filter(({ folder: path }) => !open.isOnDiskOnly(path));
  const uncommitted = headCommit === undefined ? await countUncommitted(commitAt(refs.current), versioned) : 0;
  const isBehind = headCommit === undefined && refs.base.isMergeBase && refs.base.commit === refs.current;
  const behind = 'has gone on since the work tree left it, which is what counts here';
  return {
    base: {
      ref: { ...refs.base, commit: refs.base.commit.slice(0, 12), uncommitted: 0, isEmpty: base.isEmpty },
      root: base.root,
      notes: [...base.notes, ...(isBehind ? [behind] : [])].map((note) => `${refs.base.asked}: ${note}`),
    },
    head: {
      ref: {
        asked: refs.head.asked,
        commit: refs.head.commit?.slice(0, 12) ?? null,
        isMergeBase: false,
        uncommitted,
        isEmpty: head.isEmpty,
      },
      root: head.root,
      notes: head.notes.map((note) => `${refs.head.asked}: ${note}`),
    },
  };
}

interface SideOptions {
  readonly side: 'base' | 'head';
  readonly root: string;
  readonly top: string;
  /** The project's name now, to find it where it lay before; undefined: it is not looked for. */
  readonly name: string | undefined;
  readonly mirror: string;
}

async function take(
  { side, root, top, name, mirror }: SideOptions,
  commit: Commit | undefined,
  open: OpenFolder,
  other?: LaidOut,
) {
  const place = await placeOf(root, name, commit, open);
  const folders = await collect(place.folder, { side, top, mirror, open });
  mkdirSync(mirrored(mirror, place.folder), { recursive: true });
  const files = folders.flatMap((opened) => opened.files);
  const unheld = layOut(mirror, files, other);
  const missing = new Set(unheld.map(({ path }) => path));
  return {
    mirror,
    files: files.filter(({ path }) => !missing.has(path)),
    folders,
    root: mirrored(mirror, place.folder),
    isEmpty: configOf(place.folder, { files }) === undefined,
    notes: [...place.notes, ...notesOf(place.folder, [...folders.flatMap((opened) => opened.leftOut), ...unheld])],
  };
}

/** Where the project lies in a commit: where it lies now or, moved since, where the only one of its name does. */
async function placeOf(
  root: string,
  name: string | undefined,
  commit: Commit | undefined,
  open: OpenFolder,
): Promise<{ readonly folder: string; readonly notes: readonly string[] }> {
  const here = { folder: root, notes: [] };
  const files = await open(root);
  const isThere = files !== undefined && configOf(root, files) !== undefined;
  if (isThere || commit === undefined || name === undefined) return here;
  const configs = await readConfigs(commit);
  const same = configs.filter(({ text }) => readConfig({ path: configFileName, text }, [])?.name === name);
  const [only] = same;
  if (only === undefined || same.length > 1) return here;
  const [then, now] = [only.folder, root].map((path) => JSON.stringify(labelOf(commit.top, path) || '.'));
  return { folder: only.folder, notes: [`the project ${name} lies in ${then} there, and not in ${now}`] };
}

function nameOnDisk(root: string): string | undefined {
  const path = join(root, configFileName);
  if (realPath(path) !== path) return undefined;
  return readConfigLeniently({ path: configFileName, text: readFileSync(path, 'utf8') }, []).name;
}
