import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

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
}

/** The record beside a published file; undefined when nothing was published yet. */
export function readPublished(file: string): PublishedRecord | undefined {
  if (!existsSync(file)) return undefined;
  // Written by `recordPublished` alone and replaced whole.
  return JSON.parse(readFileSync(file, 'utf8')) as PublishedRecord;
}

/** Replaces the record in one step. */
export function recordPublished(file: string, record: PublishedRecord): void {
  const fresh = `${file}.${process.pid}`;
  writeFileSync(fresh, `${JSON.stringify(record, null, 2)}\n`);
  renameSync(fresh, file);
}
