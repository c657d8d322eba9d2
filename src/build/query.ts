import { existsSync } from 'node:fs';
import { DiagnosticsError } from '../diagnostics/diagnostic.ts';
import { queryMetrics } from '../metrics/query.ts';
import type { MetricRequest, MetricRow, QueryResult } from '../metrics/query-request.ts';
import { type WarehouseFiles, warehouseFiles } from '../state/files.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { nothingBuilt } from './nothing-built.ts';
import { openOrExplain } from './open-work.ts';

export type { MetricChange, MetricRow, MetricValue, QueriedMetric, QueryResult } from '../metrics/query-request.ts';

/** Whose numbers are wanted: a project, or the folder in which its handover.yml lies. */
export type Queried = string | { readonly root: string };

/** Which values of which metrics are wanted, and where they lie. */
export interface QueryRequest<
  By extends string = string,
  Compare extends 'previous' | undefined = 'previous' | undefined,
> extends MetricRequest<By, Compare> {
  /** The published file; absent: target/handover.duckdb in the project's folder. */
  readonly warehouse?: string;
}

/**
 * Values of metrics by period and, with `by`, by part: as they were published or, for several dimensions and under a
 * condition, computed from the published tables by the same definitions. Reads nothing but the published file and
 * changes nothing.
 * @throws DiagnosticsError when nothing was published yet, or naming everything in the request that is unknown or wrong.
 */
export async function query<const By extends string = never, const Compare extends 'previous' | undefined = undefined>(
  project: Queried,
  request: QueryRequest<By, Compare>,
): Promise<QueryResult<MetricRow<By, Compare>>> {
  return readPublished(project, request, (warehouse) => queryMetrics(warehouse, request));
}

/** Opens the published file for reading alone: from it SQL reaches no other file, network or setting. */
export async function readPublished<T>(
  project: Queried,
  { warehouse: file }: Pick<QueryRequest, 'warehouse'>,
  read: (warehouse: Warehouse, files: WarehouseFiles) => Promise<T>,
): Promise<T> {
  const files = warehouseFiles(typeof project === 'string' ? project : project.root, file);
  if (!existsSync(files.published)) throw new DiagnosticsError([nothingBuilt]);
  const warehouse = await openOrExplain(files.published, { readOnly: true });
  try {
    await warehouse.lock();
    return await read(warehouse, files);
  } finally {
    warehouse.close();
  }
}
