import { existsSync, statSync } from 'node:fs';
import type { WarehouseFiles } from './files.ts';
import { readJson, writeJson } from './json-file.ts';

/** What a load left in the work file, and the work file as it was then. */
interface LoadedRecord {
  readonly bytes: number;
  readonly modifiedMs: number;
  readonly state: unknown;
}

/**
 * What was loaded, without opening the work file; undefined when that was changed since by anything else than a build
 * that recorded it.
 */
export function readLoaded({ loaded, work }: Pick<WarehouseFiles, 'loaded' | 'work'>): unknown {
  // Written by `recordLoaded` alone.
  const record = readJson(loaded) as LoadedRecord | undefined;
  if (record === undefined || !existsSync(work)) return undefined;
  const { size, mtimeMs } = statSync(work);
  return record.bytes === size && record.modifiedMs === mtimeMs ? record.state : undefined;
}

/** Remembers beside the work file, which must be closed, what was loaded into it. */
export function recordLoaded({ loaded, work }: Pick<WarehouseFiles, 'loaded' | 'work'>, state: unknown): void {
  if (!existsSync(work)) return;
  const { size, mtimeMs } = statSync(work);
  const record: LoadedRecord = { bytes: size, modifiedMs: mtimeMs, state };
  writeJson(loaded, record);
}
