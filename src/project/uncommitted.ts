import { createHash } from 'node:crypto';
import type { OpenedFolder } from './snapshot-extends.ts';
import { type Commit, listFolder } from './snapshot-tree.ts';

/**
 * How many text files of some folders differ from a commit, are unknown to it, or are gone; those that were left out
 * count as the same. How lines end is no difference: git itself may change it when it checks out.
 */
export async function countUncommitted(commit: Commit | undefined, folders: readonly OpenedFolder[]): Promise<number> {
  const files = folders.flatMap((opened) => opened.files);
  if (commit === undefined) return files.length;
  const lists = await Promise.all(folders.map(({ folder }) => listFolder(commit, folder)));
  const ids = new Map(lists.flatMap((list) => list.files).map(({ path, id }) => [path, id]));
  const changed = files.filter(({ path, bytes }) => !isSame(bytes, ids.get(path)));
  const there = new Set(folders.flatMap((opened) => [...opened.files, ...opened.leftOut]).map(({ path }) => path));
  const gone = [...ids.keys()].filter((path) => !there.has(path));
  return changed.length + gone.length;
}

function isSame(bytes: Buffer, id: string | undefined): boolean {
  if (id === undefined) return false;
  if (idOf(bytes, id) === id) return true;
  // Latin 1 keeps every byte as it is.
  const lines = bytes.toString('latin1').replaceAll('\r\n', '\n');
  return [lines, lines.replaceAll('\n', '\r\n')].some((text) => idOf(Buffer.from(text, 'latin1'), id) === id);
}

/** The id of these bytes as a blob, by the hash that the repository uses. */
function idOf(bytes: Buffer, like: string): string {
  const hash = createHash(like.length === 64 ? 'sha256' : 'sha1');
  return hash.update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}
