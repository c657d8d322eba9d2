import { type Dirent, lstatSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { configFileName } from './root.ts';
import {
  type FolderFiles,
  isMissed,
  isTextFile,
  type LeftOut,
  labelOf,
  mostBytes,
  type TextFile,
  textFolders,
} from './snapshot-files.ts';

/**
 * The text files of a project as they lie on disk, untracked and ignored ones too. Regular files only; the folder
 * itself may be a symbolic link where `isFollowed` says so, as that of an installed package is.
 */
export function readFolder(folder: string, isFollowed: boolean): FolderFiles {
  const files: TextFile[] = [];
  const leftOut: LeftOut[] = [];
  const take = (path: string): void => {
    const stat = lstatSync(path, { throwIfNoEntry: false });
    const name = labelOf(folder, path);
    if (stat === undefined || stat.isDirectory()) return;
    if (!stat.isFile()) {
      if (isMissed(name)) leftOut.push({ path, why: stat.isSymbolicLink() ? 'link' : 'special' });
    } else if (isTextFile(name)) {
      if (stat.size > mostBytes) leftOut.push({ path, why: 'large' });
      else files.push({ path, bytes: readFileSync(path) });
    }
  };
  const real = realPath(folder);
  if (real !== undefined && real !== folder && !isFollowed) return { files, leftOut: [{ path: folder, why: 'link' }] };
  take(join(folder, configFileName));
  take(join(folder, 'reports'));
  for (const name of textFolders) {
    if (dirname(name) !== '.' && !isFolder(join(folder, dirname(name)))) continue;
    const path = join(folder, name);
    take(path);
    for (const entry of isFolder(path) ? entriesOf(path, name !== 'seeds') : [])
      take(join(entry.parentPath, entry.name));
  }
  return { files, leftOut };
}

function entriesOf(folder: string, recursive: boolean): Dirent[] {
  return readdirSync(folder, { recursive, withFileTypes: true });
}

/** And no link to one. */
function isFolder(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** Undefined of what is not there. */
export function realPath(path: string): string | undefined {
  return lstatSync(path, { throwIfNoEntry: false }) === undefined ? undefined : resolved(path);
}

/** A link that leads nowhere is itself. */
function resolved(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ELOOP')) return '';
    throw error;
  }
}
