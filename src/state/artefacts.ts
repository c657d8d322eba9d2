import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { WarehouseFiles } from './files.ts';
import type { Manifest } from './manifest-schema.ts';
import { type RunResults, runResultsSchema } from './run-results-schema.ts';

export { type Manifest, manifestSchema } from './manifest-schema.ts';
export { type ModelResult, type ModelStatus, type RunResults, runResultsSchema } from './run-results-schema.ts';

/** What became of the last run; undefined when none is recorded, or by a version that wrote it otherwise. */
export function readRunResults({ runResults }: Pick<WarehouseFiles, 'runResults'>): RunResults | undefined {
  if (!existsSync(runResults)) return undefined;
  const parsed = runResultsSchema.safeParse(readJson(runResults));
  return parsed.success ? parsed.data : undefined;
}

/** Replaces target/run-results.json in one step. */
export function writeRunResults({ runResults }: Pick<WarehouseFiles, 'runResults'>, results: RunResults): void {
  replace(runResults, results);
}

/** Replaces target/manifest.json in one step. */
export function writeManifest({ manifest }: Pick<WarehouseFiles, 'manifest'>, value: Manifest): void {
  replace(manifest, value);
}

function replace(file: string, value: Manifest | RunResults): void {
  mkdirSync(dirname(file), { recursive: true });
  const fresh = `${file}.${process.pid}`;
  writeFileSync(fresh, `${JSON.stringify(value, null, 2)}\n`);
  renameSync(fresh, file);
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
