import { existsSync, realpathSync, statSync } from 'node:fs';
import { isAbsolute, relative } from 'node:path';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { SourceConfig } from '../project/config-file.ts';
import type { CrmLayout, TableLayout } from '../project/layout-file.ts';
import { type FileKind, kindByName } from './file-kind.ts';
import { glob } from './glob.ts';
import { fileProblem } from './problems.ts';
import { tableOfFile } from './table-of-file.ts';

/** A dump's file, not opened yet. */
export interface FoundFile {
  readonly source: SourceConfig;
  readonly absolute: string;
  /** Relative to the project's root when it lies below it. */
  readonly path: string;
  readonly bytes: number;
  readonly modifiedMs: number;
  readonly changedMs: number;
  readonly kind: FileKind;
  /** The table of the CRM's export that the file belongs to; absent for events and tables. */
  readonly layout?: TableLayout;
  /** The table of schema raw that its rows go into. */
  readonly table: string;
}

/**
 * The files of one source in order of path, each once however many globs match it. `override` replaces the source's
 * own globs. A glob without a file, a folder and an unknown kind of name become problems. Of a CRM's export, files of
 * tables that nothing reads are left out, and named in a warning.
 */
export function findFiles(
  root: string,
  source: SourceConfig,
  override: string | undefined,
  layout: CrmLayout | undefined,
  problems: Diagnostic[],
): FoundFile[] {
  const files = new Map<string, FoundFile>();
  const ignored: string[] = [];
  for (const [index, pattern] of (override === undefined ? source.files : [override]).entries()) {
    const matches = glob(root, pattern).filter((path) => !isIncidentalFolder(path, pattern));
    if (matches.length === 0) problems.push(noMatch(source, pattern, override === undefined ? index : undefined));
    for (const absolute of matches) {
      if (!existsSync(absolute)) {
        problems.push(fileProblem('no-file', displayPath(root, absolute), 'is a link to a file that is not there'));
        continue;
      }
      const identity = realpathSync(absolute);
      if (files.has(identity)) continue;
      const table = layout === undefined ? undefined : tableOfFile(layout, displayPath(root, absolute));
      if (layout !== undefined && table === undefined && !statSync(absolute).isDirectory()) {
        ignored.push(displayPath(root, absolute));
        continue;
      }
      const file = describeFile(root, source, absolute, problems);
      if (file === undefined) continue;
      files.set(
        identity,
        table === undefined ? file : { ...file, layout: table, table: `${source.kind}_${table.name}` },
      );
    }
  }
  if (ignored.length > 0) problems.push(ignoredFiles(source, ignored));
  if (layout !== undefined) problems.push(...missingTables(source, layout, [...files.values()]));
  return [...files.values()].sort((left, right) => (left.path < right.path ? -1 : 1));
}

/** `dumps/*` also matches sub-folders: only one that is named outright, or like a data file, was meant as a file. */
function isIncidentalFolder(path: string, pattern: string): boolean {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  return isFolder && /[*?[{]/.test(pattern) && kindByName(path) === undefined;
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
        expected: 'a name ending in .csv, .ndjson, .jsonl or .json, plain or with .gz or .zst, or in .parquet',
        fix: `Rename it, or give "format:" for the source "${source.name}".`,
      }),
    );
    return undefined;
  }
  return {
    source,
    absolute,
    path,
    bytes: stat.size,
    modifiedMs: stat.mtimeMs,
    changedMs: stat.ctimeMs,
    kind,
    table: rawTableOf(source),
  };
}

function rawTableOf(source: SourceConfig): string {
  return source.kind === 'events' ? 'events' : source.name;
}

function ignoredFiles(source: SourceConfig, paths: readonly string[]): Diagnostic {
  const some = paths.slice(0, 5).join(', ');
  return {
    code: 'ignored-file',
    severity: 'warning',
    message: `source "${source.name}": ${paths.length} ${paths.length === 1 ? 'file is' : 'files are'} named like no table that is read: ${some}${paths.length > 5 ? ', …' : ''}`,
    ...source.at(['files']),
    fix: `models/staging/${source.kind}/sources.yml says which names are read; rename a file that should be.`,
  };
}

/** Groups of tables of which none has a file. */
function missingTables(source: SourceConfig, layout: CrmLayout, files: readonly FoundFile[]): Diagnostic[] {
  const found = new Set(files.map((file) => file.layout?.name));
  return layout.needs
    .filter((group) => !group.some((table) => found.has(table)))
    .map((group) => ({
      code: 'missing-table',
      severity: 'error',
      message: `source "${source.name}" has no file of ${group.map((table) => `"${table}"`).join(' or ')}`,
      ...source.at(['files']),
      expected: `a file named ${group.join(' or ')}, such as ${group[0]}.csv or ${group[0]}-2026-11-23.ndjson.gz`,
    }));
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
