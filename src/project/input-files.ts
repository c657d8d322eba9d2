import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { configFileName } from './root.ts';

/** A file as it lay there; `bytes` is -1 for one that may be there and is not. */
export interface FileStamp {
  readonly path: string;
  readonly bytes: number;
  readonly modifiedMs: number;
  /** When anything of it changed, also what a copy keeps: its time of modification can be set. */
  readonly changedMs: number;
}

const rootFiles = [configFileName, 'handover.salt', 'forgotten.csv'];

/**
 * Every file of a project that a build reads, dumps aside, with absolute paths. Cheap: nothing is opened.
 * `roots`: the project's folder and those of the projects that it extends.
 */
export function stampInputs(roots: readonly string[]): FileStamp[] {
  const paths = roots.flatMap((root) => [
    ...rootFiles.map((name) => join(root, name)),
    ...filesBelow(join(root, 'models'), /\.(sql|yml)$/),
    ...filesBelow(join(root, 'metrics'), /\.(csv|yml)$/),
    ...filesBelow(join(root, 'seeds'), /\.csv$/),
  ]);
  return paths.map(stampFile);
}

export function stampFile(path: string): FileStamp {
  const stat = statSync(path, { throwIfNoEntry: false });
  return {
    path: resolve(path),
    bytes: stat?.size ?? -1,
    modifiedMs: stat?.mtimeMs ?? 0,
    changedMs: stat?.ctimeMs ?? 0,
  };
}

function filesBelow(folder: string, pattern: RegExp): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => pattern.test(name))
    .map((name) => join(folder, name))
    .sort();
}
