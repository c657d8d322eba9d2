import { isAbsolute, resolve } from 'node:path';
import { type Diagnostic, DiagnosticsError } from '../diagnostics/diagnostic.ts';
import { readConfigLeniently } from './lenient-config.ts';
import { configFileName } from './root.ts';
import { configOf, type FolderFiles, failIfTooMuch, labelOf, mirrored, type TextFile } from './snapshot-files.ts';
import { isWithin } from './snapshot-tree.ts';
import type { Place } from './yaml-file.ts';

/** The text files of a project's folder in one state; undefined where that state may not read it. */
export type OpenFolder = (folder: string) => Promise<FolderFiles | undefined>;

/** A project's folder with its files. */
export interface OpenedFolder extends FolderFiles {
  /** Absolute. */
  readonly folder: string;
}

/**
 * A project's folder and every folder that it extends, directly or not, nearest first. What a handover.yml extends is
 * told here exactly as it is told when the project is opened.
 * @throws DiagnosticsError when one leads where its state may not read.
 */
export async function collect(
  start: string,
  options: { readonly side: 'base' | 'head'; readonly top: string; readonly mirror: string; readonly open: OpenFolder },
): Promise<OpenedFolder[]> {
  const { side, top, mirror, open } = options;
  const opened: OpenedFolder[] = [];
  const isOpen = (path: string): boolean => opened.some(({ folder }) => folder === path);
  for (let folder: string | undefined = start; folder !== undefined && !isOpen(folder); ) {
    const found: FolderFiles | undefined = await open(folder);
    opened.push({ folder, files: found?.files ?? [], leftOut: found?.leftOut ?? [] });
    failIfTooMuch(opened.flatMap(({ files }) => files.map(({ bytes }) => bytes.length)));
    const extended: Extended | undefined = found && extendedBy(folder, configOf(folder, found), start);
    if (extended === undefined) break;
    const { path, written, place }: Extended = extended;
    if (opened.length > mostExtended) throw failure(tooDeep(side, place));
    if (isAbsolute(written) && isWithin(top, path)) throw failure(absolute(side, written, place));
    if ((await open(path)) === undefined) throw failure(outside(side, written, place));
    // Opened, it is read where it lies.
    if (isAbsolute(written)) break;
    // Above the root of the disk is the root again; above that of the mirror is not.
    if (resolve(mirrored(mirror, folder), written) !== mirrored(mirror, path)) {
      throw failure(outside(side, written, place));
    }
    folder = path;
  }
  return opened;
}

/** Projects of which each extends the next; more keep somebody busy. */
const mostExtended = 20;

/** Parsing takes long where keys are many, and nobody writes so many. */
const mostConfigBytes = 64 * 1024;

interface Extended {
  /** Absolute. */
  readonly path: string;
  readonly written: string;
  readonly place: Place;
}

function extendedBy(folder: string, config: TextFile | undefined, start: string): Extended | undefined {
  if (config === undefined) return undefined;
  if (config.bytes.length > mostConfigBytes) throw failure(tooLong(labelOf(start, config.path)));
  const text = config.bytes.toString('utf8').replace(/^\uFEFF/, '');
  const read = readConfigLeniently({ path: labelOf(start, config.path), text }, []);
  if (read.extends === undefined) return undefined;
  return { path: resolve(folder, read.extends), written: read.extends, place: read.at(['extends']) };
}

function outside(side: 'base' | 'head', written: string, place: Place): Diagnostic {
  return {
    code: 'extends-outside',
    severity: 'error',
    message: `the ${side} extends ${JSON.stringify(written)}, which lies outside of the repository`,
    ...place,
    expected: 'a folder of the repository, or the one that the base extends too',
    fix: `Merge the line of ${configFileName} that names it first, by itself; then compare.`,
  };
}

function absolute(side: 'base' | 'head', written: string, place: Place): Diagnostic {
  return {
    code: 'extends-absolute',
    severity: 'error',
    message: `the ${side} extends ${JSON.stringify(written)}, a place on this disk that has no history`,
    ...place,
    expected: 'a path relative to handover.yml',
  };
}

function tooDeep(side: 'base' | 'head', place: Place): Diagnostic {
  return {
    code: 'extends-too-deep',
    severity: 'error',
    message: `the ${side} extends a project that extends one, and so on for more than ${mostExtended} times`,
    ...place,
  };
}

function tooLong(file: string): Diagnostic {
  return {
    code: 'snapshot-too-large',
    severity: 'error',
    message: `${configFileName} is too long to be one`,
    file,
    expected: `at most ${mostConfigBytes / 1024} KB`,
  };
}

function failure(diagnostic: Diagnostic): DiagnosticsError {
  return new DiagnosticsError([diagnostic]);
}
