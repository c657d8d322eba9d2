import type { SourceConfig } from '../project/config-file.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import type { FoundFile } from './find-files.ts';
import { fileKey, type LoadState, readState } from './ledger.ts';
import { hashFile } from './survey.ts';

/** To be raised when the same files would be read otherwise than before. */
const loaderVersion = 1;

/** Everything that decides how files are read, as text to compare. */
export function declarationOf(sources: readonly SourceConfig[]): string {
  return JSON.stringify([
    loaderVersion,
    sources.map(({ name, kind, timeZone, format, columns, recordedAt }) => [
      name,
      kind,
      timeZone,
      format ?? null,
      columns ?? null,
      recordedAt ?? null,
    ]),
  ]);
}

/**
 * The last load's state when loading the files again would change nothing, else undefined. A file whose size and time
 * are the same is not read; one that was only touched is compared by its hash.
 */
export async function readUnchanged(
  warehouse: Warehouse,
  declaration: string,
  files: readonly FoundFile[],
  now: string,
): Promise<LoadState | undefined> {
  const state = await readState(warehouse);
  if (state === undefined || state.declaration !== declaration || !isStillNow(state, now)) return undefined;
  if (state.files.length !== files.length) return undefined;
  const known = new Map(state.files.map((file) => [fileKey(file), file]));
  const pairs = files.map((file) => ({
    file,
    before: known.get(fileKey({ source: file.source.name, path: file.path })),
  }));
  if (pairs.some(({ file, before }) => before?.bytes !== file.bytes)) return undefined;
  for (const { file, before } of pairs) {
    if (before?.modifiedMs !== file.modifiedMs && (await hashFile(file.absolute)) !== before?.sha256) return undefined;
  }
  return state;
}

/** Whether the same rows lie in the future as then. */
function isStillNow({ newestInstant, nextDueAt }: LoadState, now: string): boolean {
  const instant = Date.parse(now);
  const hasTurnedBack = newestInstant !== null && Date.parse(newestInstant) > instant;
  return !hasTurnedBack && (nextDueAt === null || Date.parse(nextDueAt) > instant);
}
