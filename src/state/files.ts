import { join, parse, resolve } from 'node:path';

/** Where a build keeps its data. */
export interface WarehouseFiles {
  /** What readers open: complete and audited, replaced whole. */
  readonly published: string;
  /** Raw data and models, changed in place; readers never see it. */
  readonly work: string;
  /** What was published, when and from what, as JSON. */
  readonly record: string;
  /** What was loaded into the work file, as JSON. */
  readonly loaded: string;
  /** From what the last complete build was made, as JSON. */
  readonly built: string;
  /** Held by a build for as long as it runs. */
  readonly lock: string;
  /** What the project consists of, and what became of it in the last run, as JSON for other tools (docs/artefacts.md). */
  readonly manifest: string;
  readonly runResults: string;
  /** Everything that is known of each metric, likewise (docs/catalogue.md). */
  readonly catalogue: string;
  /** What the site's draft agreement would have made of the last quarter, and what that was told by, as JSON. */
  readonly draft: string;
}

/** The files that belong to a published file; the default is target/handover.duckdb in the project's root. */
export function warehouseFiles(root: string, published?: string): WarehouseFiles {
  const usual = join(root, 'target', 'handover.duckdb');
  const file = published ?? usual;
  const { dir, name } = parse(file);
  // The usual ones have the names that other tools look for.
  const prefix = resolve(file) === resolve(usual) ? '' : `${name}.`;
  return {
    published: file,
    work: join(dir, `${name}.work.duckdb`),
    record: join(dir, `${name}.published.json`),
    loaded: join(dir, `${name}.loaded.json`),
    built: join(dir, `${name}.built.json`),
    lock: join(dir, `${name}.lock`),
    manifest: join(dir, `${prefix}manifest.json`),
    runResults: join(dir, `${prefix}run-results.json`),
    catalogue: join(dir, `${prefix}catalogue.json`),
    draft: join(dir, `${name}.draft.json`),
  };
}
