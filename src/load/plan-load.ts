import type { SourceConfig } from '../project/config-file.ts';
import type { CrmLayout } from '../project/layout-file.ts';
import { hashOf } from '../state/hash.ts';
import type { FoundFile } from './find-files.ts';
import type { KnownFile, LoadState } from './ledger.ts';
import type { Privacy } from './personal.ts';
import { hashFile } from './survey.ts';

/** To be raised when the same files would be read otherwise than before. */
const loaderVersion = 4;

/** A source as this load reads it. */
export interface LoadSource {
  readonly config: SourceConfig;
  /** What the CRM's export holds; undefined for events and tables. */
  readonly layout: CrmLayout | undefined;
  readonly privacy: Privacy;
  /** Salted hashes of leads that stay forgotten. */
  readonly forgotten: readonly string[];
  readonly files: readonly FoundFile[];
}

/** What is to be done so that the raw tables hold what the files hold. */
export interface LoadPlan {
  readonly read: readonly FoundFile[];
  /** Files whose rows stay as they are. */
  readonly kept: readonly KnownFile[];
  /** Files whose rows go: they are not there any more, or are read anew. */
  readonly gone: readonly KnownFile[];
  /** How each source is read, as text to compare. */
  readonly declarations: ReadonlyMap<string, string>;
  /** Whether a source is read as it was at the last load. */
  isSameReading(source: string): boolean;
}

/** Everything that decides how a source's files are read. */
function declarationOf({ config, layout, privacy, forgotten }: LoadSource): string {
  const { kind, timeZone, format, columns, recordedAt } = config;
  const { salt, ...stored } = privacy;
  // As a hash, so that neither a salt nor the whole of a layout is written down.
  return hashOf([
    loaderVersion,
    kind,
    timeZone,
    format ?? null,
    columns ?? null,
    recordedAt ?? null,
    layout?.tables ?? null,
    stored,
    // Another salt makes other hashes; without hashes it does not matter.
    stored.hashed.length + forgotten.length > 0 ? salt : null,
    forgotten,
  ]);
}

/**
 * Compares the files that were found with those of the last load. A file of the same size and time is not read; one
 * that was only touched is compared by its hash. Rows that then lay in the future, and no longer do, are read again.
 */
export async function planLoad(
  sources: readonly LoadSource[],
  state: LoadState | undefined,
  now: string,
): Promise<LoadPlan> {
  const declarations = new Map(sources.map((source) => [source.config.name, declarationOf(source)]));
  const isSameReading = (source: string): boolean => declarations.get(source) === state?.declarations[source];
  const read: FoundFile[] = [];
  const kept: KnownFile[] = [];
  for (const source of sources) {
    const before = state !== undefined && isSameReading(source.config.name) ? state.files : [];
    const own = before.filter((file) => file.source === source.config.name);
    const pairs: { file: FoundFile; same: KnownFile | undefined }[] = [];
    for (const file of source.files) pairs.push({ file, same: await sameAsBefore(file, own, now) });
    const isWhole = pairs.length === own.length && pairs.every(({ same }) => same !== undefined);
    for (const { file, same } of pairs) {
      // The types of a table's columns are told by all its values, so a table is read whole.
      if (same === undefined || (source.config.kind === 'table' && !isWhole)) read.push(file);
      else kept.push({ ...same, modifiedMs: file.modifiedMs, changedMs: file.changedMs });
    }
  }
  const keptIds = new Set(kept.map((file) => file.id));
  return {
    read,
    kept,
    gone: (state?.files ?? []).filter((file) => !keptIds.has(file.id)),
    declarations,
    isSameReading,
  };
}

async function sameAsBefore(
  file: FoundFile,
  before: readonly KnownFile[],
  now: string,
): Promise<KnownFile | undefined> {
  const known = before.find((candidate) => candidate.path === file.path);
  if (known === undefined || known.bytes !== file.bytes || known.table !== file.table || !isStillNow(known, now)) {
    return undefined;
  }
  if (known.modifiedMs === file.modifiedMs && known.changedMs === file.changedMs) return known;
  return (await hashFile(file.absolute)) === known.sha256 ? known : undefined;
}

/** Whether the same rows lie in the future as then. */
function isStillNow({ newestInstant, nextDueAt }: KnownFile, now: string): boolean {
  const instant = Date.parse(now);
  const hasTurnedBack = newestInstant !== null && Date.parse(newestInstant) > instant;
  return !hasTurnedBack && (nextDueAt === null || Date.parse(nextDueAt) > instant);
}
