import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { inputsOf, isOfRows, type MetricSpec, modelsOf, type RowSpec } from '../project/metric.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { specOf } from './query-definitions.ts';
import { calledIn, type Wanted } from './query-names.ts';

/**
 * The metrics of rows that a metric is made of in the end; itself where it is one. Values are taken from all versions,
 * rows over several periods from the highest.
 */
export function rootsOf(spec: MetricSpec, specs: readonly MetricSpec[]): readonly RowSpec[] {
  if (isOfRows(spec)) return [spec];
  const inputs = new Set(inputsOf(spec));
  const versions = specs.filter(({ name }) => inputs.has(name));
  const highest = Math.max(...versions.map(({ version }) => version));
  const used = spec.type === 'cumulative' ? versions.filter(({ version }) => version === highest) : versions;
  const roots = used.flatMap((input) => rootsOf(input, specs));
  return [...new Set(roots)];
}

/** Models that are not among the published tables: of their metrics nothing can be computed that was not published. */
export async function unpublishedModels(
  warehouse: Warehouse,
  { wanted, specs }: { readonly wanted: readonly Wanted[]; readonly specs: readonly MetricSpec[] },
): Promise<Diagnostic[]> {
  const tables = await warehouse.rows<{ name: string }>(
    `select lower(table_name) as name from information_schema.tables where table_schema = 'main'`,
  );
  const published = new Set(tables.map(({ name }) => name));
  return wanted.flatMap((metric) =>
    metric.definitions.flatMap((definition) => {
      const models = new Set(rootsOf(specOf(definition), specs).flatMap(modelsOf));
      const missing = [...models].filter((model) => !published.has(model.toLowerCase()));
      return missing.map((model) => notPublished(calledIn(metric, definition), model));
    }),
  );
}

function notPublished(called: string, model: string): Diagnostic {
  return {
    code: 'unpublished-model',
    severity: 'error',
    message: `${called} is computed from "${model}", which is not published`,
    expected: 'no condition and one dimension at most: such values were computed when it was built',
    fix: `Publish the model: "public: true" in ${model}.yml.`,
  };
}
