import type { FileStamp } from '../project/input-files.ts';
import { readJson, writeJson } from './json-file.ts';

/** What lies in the published file. */
export interface PublishedRecord {
  readonly format: 1;
  readonly project: string;
  /** ISO instants. */
  readonly asOf: string;
  readonly publishedAt: string;
  readonly bytes: number;
  /** Table → rows. */
  readonly tables: Readonly<Record<string, number>>;
  /** Absent where the file was not written by a build, or by one of an earlier version: it is then written whole. */
  readonly made?: PublishedOrigin;
}

/** What must be found again for the next build to change the file's copy in place of writing all of it. */
export interface PublishedOrigin {
  /** Hash of the work file's identity, the runner, and what may be stored. */
  readonly from: string;
  /** The file as it was left. */
  readonly file: Pick<FileStamp, 'bytes' | 'modifiedMs' | 'changedMs'>;
  /** Model → what its table holds, as a hash. */
  readonly outputs: Readonly<Record<string, string>>;
}

/** The record beside a published file; undefined when nothing was published yet. */
export function readPublished(file: string): PublishedRecord | undefined {
  // Written by `recordPublished` alone.
  return readJson(file) as PublishedRecord | undefined;
}

/** Replaces the record in one step. */
export function recordPublished(file: string, record: PublishedRecord): void {
  writeJson(file, record, 2);
}
