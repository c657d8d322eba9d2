import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type FileStamp, stampFile, stampInputs } from '../project/input-files.ts';
import type { WarehouseFiles } from './files.ts';
import { readJson, writeJson } from './json-file.ts';

/** A file with its hash; `sha256` is empty when it could not be told what was read. */
export interface HashedFile extends FileStamp {
  readonly sha256: string;
}

/** From what the last complete build was made, so that the next can see that it has nothing to do. */
export interface BuiltRecord {
  readonly format: 1;
  /** The runner, and the options that matter, as text to compare. */
  readonly call: string;
  readonly roots: readonly string[];
  readonly inputs: readonly HashedFile[];
  readonly dumps: readonly HashedFile[];
  /** Each source's globs, counted from the project's root, and all that they matched. */
  readonly globs: readonly { readonly pattern: string; readonly matches: readonly string[] }[];
  /** It holds for runs that start from `from` (null: whenever) to before `until`. */
  readonly from: string | null;
  readonly until: string | null;
  readonly work: FileStamp;
  readonly published: FileStamp;
  /** What the build said at its end. */
  readonly said: string;
}

/** The record of the last complete build; undefined when there is none that this version can read. */
export function readBuilt({ built }: Pick<WarehouseFiles, 'built'>): BuiltRecord | undefined {
  // Written by `recordBuilt` alone.
  const record = readJson(built) as Partial<BuiltRecord> | undefined;
  return record?.format === 1 ? (record as BuiltRecord) : undefined;
}

/** Remembers a complete build; the work file and the published file must be closed. */
export function recordBuilt(
  files: Pick<WarehouseFiles, 'built' | 'work' | 'published'>,
  record: Omit<BuiltRecord, 'format' | 'work' | 'published'>,
): void {
  const whole: BuiltRecord = {
    format: 1,
    ...record,
    work: stampFile(files.work),
    published: stampFile(files.published),
  };
  writeJson(files.built, whole);
}

/** Hashes files that are still as they were stamped; of the others it cannot be told what was read. */
export function hashStamps(stamps: readonly FileStamp[]): HashedFile[] {
  return stamps.map((stamp) => ({ ...stamp, sha256: isSame(stamp) && stamp.bytes >= 0 ? hashOf(stamp.path) : '' }));
}

/**
 * Whether a build at `now` would find everything as the recorded one did: the same files, warehouses and instant. Files
 * are read again only where size or time changed.
 */
export function isStillBuilt(
  record: BuiltRecord,
  run: { readonly call: string; readonly now: string; readonly glob: (pattern: string) => readonly string[] },
): boolean {
  const now = Date.parse(run.now);
  return (
    record.call === run.call &&
    (record.from === null || Date.parse(record.from) <= now) &&
    (record.until === null || now < Date.parse(record.until)) &&
    isSame(record.work) &&
    isSame(record.published) &&
    haveSameContent(record.inputs, stampInputs(record.roots)) &&
    record.globs.every(({ pattern, matches }) => areEqual(matches, run.glob(pattern))) &&
    haveSameContent(
      record.dumps,
      record.dumps.map(({ path }) => stampFile(path)),
    )
  );
}

function haveSameContent(before: readonly HashedFile[], after: readonly FileStamp[]): boolean {
  return before.length === after.length && after.every((stamp, index) => hasSameContent(before[index], stamp));
}

function hasSameContent(before: HashedFile | undefined, after: FileStamp): boolean {
  if (before === undefined || before.path !== after.path || before.bytes !== after.bytes) return false;
  if (after.bytes < 0) return true;
  if (before.sha256 === '') return false;
  return (
    (before.modifiedMs === after.modifiedMs && before.changedMs === after.changedMs) ||
    before.sha256 === hashOf(after.path)
  );
}

function areEqual(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((text, index) => text === right[index]);
}

function isSame(stamp: FileStamp): boolean {
  const { bytes, modifiedMs } = stampFile(stamp.path);
  return bytes === stamp.bytes && modifiedMs === stamp.modifiedMs;
}

function hashOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}
