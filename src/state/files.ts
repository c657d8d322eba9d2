import { join, parse } from 'node:path';

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
}

/** The files that belong to a published file; the default is target/handover.duckdb in the project's root. */
export function warehouseFiles(root: string, published?: string): WarehouseFiles {
  const file = published ?? join(root, 'target', 'handover.duckdb');
  const { dir, name } = parse(file);
  return {
    published: file,
    work: join(dir, `${name}.work.duckdb`),
    record: join(dir, `${name}.published.json`),
    loaded: join(dir, `${name}.loaded.json`),
  };
}
