import { DiagnosticsError } from '../diagnostics/diagnostic.ts';
import { readRunResults } from '../state/artefacts.ts';
import { warehouseFiles } from '../state/files.ts';
import { nothingBuilt } from './nothing-built.ts';

/**
 * The models that the last build could not run; none when all ran and something else kept it from publishing. Undefined
 * when it published.
 * @throws DiagnosticsError when there was no build.
 */
export function unfinished(root: string, warehouse: string | undefined): readonly string[] | undefined {
  const results = readRunResults(warehouseFiles(root, warehouse));
  if (results === undefined) throw new DiagnosticsError([nothingBuilt]);
  if (results.outcome === 'published') return undefined;
  return results.models.filter(({ status }) => status === 'failed' || status === 'skipped').map(({ name }) => name);
}
