import { linkSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { DiagnosticsError } from '../diagnostics/diagnostic.ts';
import { configFileName } from './root.ts';

/** A text file of a project. */
export interface TextFile {
  /** Absolute, where it lies in the work tree or would. */
  readonly path: string;
  readonly bytes: Buffer;
}

/** A file that is there and no part of a snapshot. */
export interface LeftOut {
  /** Absolute, as above. */
  readonly path: string;
  readonly why: 'link' | 'special' | 'large' | 'name';
}

/** The text files of a project's folder. */
export interface FolderFiles {
  readonly files: readonly TextFile[];
  readonly leftOut: readonly LeftOut[];
}

/** Below a project's folder: where text files lie, and nothing else that is large. */
export const textFolders = [
  'models',
  'metrics',
  'seeds',
  'reports/pages',
  'reports/sources',
  'reports/components',
] as const;

/** A file of more bytes is no definition that somebody reviews. */
export const mostBytes = 20 * 1024 ** 2;

const mostFiles = 20_000;
const mostBytesInAll = 256 * 1024 ** 2;

/**
 * More files, or files of more bytes, want to fill somebody's disk: a small commit may name one blob many times.
 * @throws DiagnosticsError
 */
export function failIfTooMuch(sizes: readonly number[]): void {
  if (sizes.length <= mostFiles && sizes.reduce((sum, bytes) => sum + bytes, 0) <= mostBytesInAll) return;
  throw new DiagnosticsError([
    {
      code: 'snapshot-too-large',
      severity: 'error',
      message: "the project's text files are too many to compare",
      expected: `at most ${mostFiles} files and ${mostBytesInAll / 1024 ** 2} MB of each state`,
    },
  ]);
}

const textFile =
  /^(handover\.yml|forgotten\.csv|models\/.+\.(sql|yml)|metrics\/.+\.(csv|yml)|seeds\/[^/]+\.csv|reports\/(pages|sources|components)\/.+)$/s;

/** Whether a file, relative to the project's folder, is one of those that say something about the project. */
export function isTextFile(path: string): boolean {
  return textFile.test(path);
}

/** Whether a symbolic link hides such a file, or a folder of them. */
export function isMissed(path: string): boolean {
  return isTextFile(path) || ['reports', ...textFolders].includes(path);
}

/** Where a file of the disk lies in a folder that holds such a disk of its own: `/tmp/x` and `/a/b` make `/tmp/x/a/b`. */
export function mirrored(mirror: string, path: string): string {
  return join(mirror, path.replace(/^([A-Za-z]):/, '$1'));
}

/** Files that were laid out before. */
export interface LaidOut {
  readonly mirror: string;
  readonly files: readonly TextFile[];
}

/**
 * Writes files below a mirror of the disk; those that another one has too are linked to it, which most disks do much
 * faster. What the disk cannot hold under its name is given back.
 */
export function layOut(mirror: string, files: readonly TextFile[], other?: LaidOut): LeftOut[] {
  const folders = new Set<string>();
  const twins = new Map(other?.files.map(({ path, bytes }) => [path, bytes]));
  return files.flatMap(({ path, bytes }) => {
    const target = mirrored(mirror, path);
    try {
      if (!folders.has(dirname(target))) mkdirSync(dirname(target), { recursive: true });
      folders.add(dirname(target));
      const isSame = twins.get(path)?.equals(bytes) ?? false;
      if (other === undefined || !isSame || !isLinked(mirrored(other.mirror, path), target)) {
        writeFileSync(target, bytes, { flag: 'wx' });
      }
      return [];
    } catch (error) {
      if (!isAboutName(error)) throw error;
      return [{ path, why: 'name' as const }];
    }
  });
}

/** Not every disk has hard links. */
function isLinked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error) return false;
    throw error;
  }
}

/** Too long, or another one where small and capital letters are the same. */
function isAboutName(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return ['EEXIST', 'ENAMETOOLONG', 'ENOTDIR', 'EISDIR', 'EINVAL', 'EILSEQ'].some((name) => name === code);
}

const reasons: Readonly<Record<LeftOut['why'], string>> = {
  link: 'symbolic links are not followed',
  special: 'what is no regular file is not read',
  large: 'files above 20 MB are not compared',
  name: 'names that this disk cannot hold are left out',
};

const mostNamed = 5;

/** One sentence a reason: `symbolic links are not followed: "models/a.sql"`. */
export function notesOf(root: string, leftOut: readonly LeftOut[]): string[] {
  return Object.entries(reasons).flatMap(([reason, words]) => {
    const paths = leftOut.filter(({ why }) => why === reason).map(({ path }) => labelOf(root, path));
    if (paths.length === 0) return [];
    const named = paths.slice(0, mostNamed).map((path) => JSON.stringify(path));
    const rest = paths.length > mostNamed ? ` and ${paths.length - mostNamed} more` : '';
    return [`${words}: ${named.join(', ')}${rest}`];
  });
}

/** As messages name a file: relative to the project, with forward slashes. */
export function labelOf(root: string, path: string): string {
  return relative(root, path).split(sep).join('/');
}

/** Of the file that makes a folder a project. */
export function configOf(folder: string, { files }: Pick<FolderFiles, 'files'>): TextFile | undefined {
  return files.find(({ path }) => path === join(folder, configFileName));
}
