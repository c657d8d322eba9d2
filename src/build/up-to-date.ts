import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { glob } from '../load/glob.ts';
import { isStillBuilt, readBuilt } from '../state/built.ts';
import { warehouseFiles } from '../state/files.ts';
import type { BuildOptions } from './build.ts';

/**
 * What the last build said, when another one would find nothing to do. Neither the project nor a warehouse is opened;
 * files are read only where their size or time changed.
 */
export function saidWhenUpToDate(root: string, options: BuildOptions): string | undefined {
  if (options.isFullRefresh || options.select !== undefined) return undefined;
  const files = warehouseFiles(root, options.warehouse);
  const record = readBuilt(files);
  if (record === undefined || record.call === '' || !existsSync(files.published)) return undefined;
  const run = { call: callOf(options), now: options.now, glob: globOf(root).matches };
  return isStillBuilt(record, run) ? record.said : undefined;
}

/** The runner and the options that decide what a build gives, as text to compare. */
export function callOf({ tool, asOf, sources, salt, keepRejects }: BuildOptions): string {
  const secret = salt === undefined ? null : createHash('sha256').update(salt).digest('hex');
  return JSON.stringify([tool ?? null, asOf ?? null, [...(sources ?? [])], secret, keepRejects ?? false]);
}

/** Paths as a project's globs count them. */
export function globOf(root: string) {
  return {
    matches: (pattern: string): string[] => glob(root, pattern),
    absolute: (path: string): string => (isAbsolute(path) ? path : join(root, path)),
  };
}
