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
