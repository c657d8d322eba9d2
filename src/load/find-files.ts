import { realpathSync, statSync } from 'node:fs';
import { isAbsolute, relative } from 'node:path';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { SourceConfig } from '../project/config-file.ts';
import { type FileKind, kindByName } from './file-kind.ts';
import { glob } from './glob.ts';
import { fileProblem } from './problems.ts';

/** A dump's file, not opened yet. */
export interface FoundFile {
  readonly source: SourceConfig;
  readonly absolute: string;
  /** Relative to the project's root when it lies below it. */
  readonly path: string;
  readonly bytes: number;
  readonly modifiedMs: number;
  readonly kind: FileKind;
}

/**
 * The files of one source in order of path, each once however many globs match it. `override` replaces the source's
 * own globs. A glob without a file, a folder and an unknown kind of name become problems.
 */
export function findFiles(
  root: string,
  source: SourceConfig,
  override: string | undefined,
  problems: Diagnostic[],
): FoundFile[] {
  const files = new Map<string, FoundFile>();
  for (const [index, pattern] of (override === undefined ? source.files : [override]).entries()) {
    const matches = glob(root, pattern).filter((path) => !isIncidentalFolder(path, pattern));
    if (matches.length === 0) problems.push(noMatch(source, pattern, override === undefined ? index : undefined));
    for (const absolute of matches) {
      const identity = realpathSync(absolute);
      if (files.has(identity)) continue;
      const file = describeFile(root, source, absolute, problems);
      if (file !== undefined) files.set(identity, file);
    }
  }
  return [...files.values()].sort((left, right) => (left.path < right.path ? -1 : 1));
}

/** `dumps/*` also matches sub-folders: only one that is named outright, or like a data file, was meant as a file. */
function isIncidentalFolder(path: string, pattern: string): boolean {
  return statSync(path).isDirectory() && /[*?[{]/.test(pattern) && kindByName(path) === undefined;
}

function describeFile(
  root: string,
  source: SourceConfig,
  absolute: string,
  problems: Diagnostic[],
): FoundFile | undefined {
  const path = displayPath(root, absolute);
  const stat = statSync(absolute);
  if (stat.isDirectory()) {
    problems.push(
      fileProblem('not-a-file', path, 'is a folder, not a file', { fix: `Use "${path}/*" for the files in it.` }),
    );
    return undefined;
  }
  const kind = kindByName(path, source.format);
  if (kind === undefined) {
    problems.push(
      fileProblem('unknown-format', path, 'has a name that does not tell its format', {
        expected: 'a name ending in .csv, .ndjson, .jsonl or .parquet, each plain or with .gz or .zst',
        fix: `Rename it, or give "format:" for the source "${source.name}".`,
      }),
    );
    return undefined;
  }
  return { source, absolute, path, bytes: stat.size, modifiedMs: stat.mtimeMs, kind };
}

function noMatch(source: SourceConfig, pattern: string, index: number | undefined): Diagnostic {
  const given = index === undefined ? `--source ${source.name}=${pattern}` : `source "${source.name}"`;
  return {
    code: 'no-file',
    severity: 'error',
    message: `${given}: no file matches "${pattern}"`,
    ...(index === undefined ? {} : source.at(['files', index])),
    fix: isAbsolute(pattern) ? 'Check the path.' : 'Check the path; it counts from the folder of handover.yml.',
  };
}

function displayPath(root: string, absolute: string): string {
  const path = relative(root, absolute);
  return path.startsWith('..') || isAbsolute(path) ? absolute : path;
}
