import type { Catalogue } from './catalogue-schema.ts';
import type { WarehouseFiles } from './files.ts';
import { readJson, writeJson } from './json-file.ts';
import type { Manifest } from './manifest-schema.ts';
import { type RunResults, runResultsSchema } from './run-results-schema.ts';

export type { Catalogue } from './catalogue-schema.ts';
export { type Manifest, manifestSchema } from './manifest-schema.ts';
export { type ModelResult, type ModelStatus, type RunResults, runResultsSchema } from './run-results-schema.ts';

/** What became of the last run; undefined when none is recorded, or by a version that wrote it otherwise. */
export function readRunResults({ runResults }: Pick<WarehouseFiles, 'runResults'>): RunResults | undefined {
  const parsed = runResultsSchema.safeParse(readJson(runResults));
  return parsed.success ? parsed.data : undefined;
}

/** Replaces target/run-results.json in one step. */
export function writeRunResults({ runResults }: Pick<WarehouseFiles, 'runResults'>, results: RunResults): void {
  writeJson(runResults, results, 2);
}

/** Replaces target/manifest.json in one step. */
export function writeManifest({ manifest }: Pick<WarehouseFiles, 'manifest'>, value: Manifest): void {
  writeJson(manifest, value, 2);
}

/** Replaces target/catalogue.json in one step. */
export function writeCatalogue({ catalogue }: Pick<WarehouseFiles, 'catalogue'>, value: Catalogue): void {
  writeJson(catalogue, value, 2);
}
