import type { ModelFile } from '../project/model-file.ts';
import type { YamlPath } from '../project/yaml-file.ts';
import { quoteIdentifier } from '../warehouse/warehouse.ts';
import {
  type ContractContext,
  type ContractResult,
  counted,
  hasColumn,
  presentColumns,
  type Rule,
  sampleSize,
} from './rule.ts';

/** No two rows share the grain, nor a column that says `unique`. Nulls are the business of not-null. */
export const unique: Rule = async (context) => {
  const results: ContractResult[] = [];
  for (const model of context.project.models) {
    const isWhole = model.grain.length > 0 && model.grain.every((name) => hasColumn(context, model, name));
    if (isWhole) results.push(await checkKey(context, model, { columns: model.grain, path: ['grain'] }));
    for (const column of presentColumns(context, model).filter((spec) => spec.unique)) {
      const path = ['columns', column.name, 'unique'];
      results.push(await checkKey(context, model, { columns: [column.name], path }));
    }
  }
  return results;
};

async function checkKey(
  { warehouse }: ContractContext,
  model: ModelFile,
  key: { readonly columns: readonly string[]; readonly path: YamlPath },
): Promise<ContractResult> {
  const columns = key.columns.map(quoteIdentifier);
  const shown = columns.map((column) => `cast(${column} as varchar)`).join(` || ', ' || `);
  const [found] = await warehouse.rows<{ keys: number; sample: string[] | null }>(`
    select count(*) as keys, min(shown, ${sampleSize}) as sample
    from (
        select ${shown} || ' (' || count(*) || ' rows)' as shown
        from main.${quoteIdentifier(model.name)}
        where ${columns.map((column) => `${column} is not null`).join(' and ')}
        group by ${columns.join(', ')}
        having count(*) > 1
    )`);
  const keys = found?.keys ?? 0;
  const sample = keys === 0 ? null : (found?.sample ?? []).join('; ');
  return {
    metric: null,
    model: model.name,
    rule: `unique(${key.columns.join(', ')})`,
    severity: 'error',
    passed: keys === 0,
    observed: keys === 0 ? 'every key once' : `${counted(keys, 'key')} more than once: ${sample}`,
    expected: `one row per ${key.columns.join(', ')}`,
    sample,
    place: model.at(key.path),
  };
}
