import type { ColumnSpec } from '../project/model-file.ts';
import { quoteIdentifier, quoteLiteral } from '../warehouse/warehouse.ts';
import { checkRowRules, type RowRule } from './row-rule.ts';
import { type ContractResult, presentColumns, type Rule } from './rule.ts';

/** A column with `accepted_values` holds one of them, or nothing. */
export const acceptedValues: Rule = async (context) => {
  const results: ContractResult[] = [];
  for (const model of context.project.models) {
    const rules = presentColumns(context, model).flatMap(toRule);
    results.push(...(await checkRowRules(context.warehouse, model, rules)));
  }
  return results;
};

function toRule(column: ColumnSpec): RowRule[] {
  const values = column.acceptedValues;
  if (values === undefined || values.length === 0) return [];
  const text = `cast(${quoteIdentifier(column.name)} as varchar)`;
  return [
    {
      rule: `accepted-values(${column.name})`,
      breaks: `${text} not in (${values.map(quoteLiteral).join(', ')})`,
      shows: `'"' || ${text} || '"'`,
      expected: `one of ${values.join(', ')}`,
      path: ['columns', column.name, 'accepted_values'],
    },
  ];
}
