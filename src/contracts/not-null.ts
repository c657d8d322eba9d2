import { quoteIdentifier } from '../warehouse/warehouse.ts';
import { type RowRules, rowRule, showKey } from './row-rule.ts';
import { hasColumn, presentColumns } from './rule.ts';

/** The columns of the grain, and those that say `not_null`, are filled in every row. */
export const notNull: RowRules = (context, model) => {
  const declared = presentColumns(context, model)
    .filter((column) => column.notNull)
    .map((column) => ({ name: column.name, at: ['columns', column.name, 'not_null'] }));
  const named = new Set(declared.map(({ name }) => name.toLowerCase()));
  const ofGrain = model.grain
    .map((name, index) => ({ name, at: ['grain', index] }))
    .filter(({ name }) => !named.has(name.toLowerCase()) && hasColumn(context, model, name));
  return [...ofGrain, ...declared].map(({ name, at }) =>
    rowRule(model, {
      rule: `not-null(${name})`,
      breaks: `${quoteIdentifier(name)} is null`,
      shows: showKey(context, model),
      expected: `${name} in every row`,
      at,
    }),
  );
};
