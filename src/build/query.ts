import { existsSync } from 'node:fs';
import { DiagnosticsError } from '../diagnostics/diagnostic.ts';
import { type MetricRequest, type QueryResult, queryMetrics } from '../metrics/query.ts';
import { warehouseFiles } from '../state/files.ts';
import { Warehouse } from '../warehouse/warehouse.ts';
import { nothingBuilt } from './show.ts';

/**
 * Values of metrics as they were published.
 * @throws DiagnosticsError when nothing was published yet, or naming everything in the request that is unknown.
 */
export async function query(
  root: string,
  request: MetricRequest & { readonly warehouse?: string },
): Promise<QueryResult> {
  const { published } = warehouseFiles(root, request.warehouse);
  if (!existsSync(published)) throw new DiagnosticsError([nothingBuilt]);
  const warehouse = await Warehouse.open(published, { readOnly: true });
  try {
    return await queryMetrics(warehouse, request);
  } finally {
    warehouse.close();
  }
}
