import { quoteIdentifier } from '../warehouse/warehouse.ts';
import { checkRowRules, type RowRule, showKey } from './row-rule.ts';
import { type ContractResult, hasColumn, presentColumns, type Rule } from './rule.ts';

/** The columns of the grain, and those that say `not_null`, are filled in every row. */
export const notNull: Rule = async (context) => {
  const results: ContractResult[] = [];
  for (const model of context.project.models) {
    const declared = presentColumns(context, model)
      .filter((column) => column.notNull)
      .map((column) => ({ name: column.name, path: ['columns', column.name, 'not_null'] }));
    const named = new Set(declared.map(({ name }) => name.toLowerCase()));
    const ofGrain = model.grain
      .map((name, index) => ({ name, path: ['grain', index] }))
      .filter(({ name }) => !named.has(name.toLowerCase()) && hasColumn(context, model, name));
    const shows = model.grain.every((name) => hasColumn(context, model, name)) ? showKey(model) : `'a row'`;
    const rules = [...ofGrain, ...declared].map(
      ({ name, path }): RowRule => ({
        rule: `not-null(${name})`,
        breaks: `${quoteIdentifier(name)} is null`,
        shows,
        expected: `${name} in every row`,
        path,
      }),
    );
    results.push(...(await checkRowRules(context.warehouse, model, rules)));
  }
  return results;
};
