import { quoteIdentifier, quoteLiteral } from '../warehouse/warehouse.ts';
import { type RowRule, type RowRules, rowRule } from './row-rule.ts';
import { presentColumns } from './rule.ts';

/** A column with `accepted_values` holds one of them, or nothing. */
export const acceptedValues: RowRules = (context, model) =>
  presentColumns(context, model).flatMap(({ name, acceptedValues: values = [] }): RowRule[] => {
    if (values.length === 0) return [];
    const text = `cast(${quoteIdentifier(name)} as varchar)`;
    return [
      rowRule(model, {
        rule: `accepted-values(${name})`,
        breaks: `${text} not in (${values.map(quoteLiteral).join(', ')})`,
        shows: `'"' || ${text} || '"'`,
        expected: `one of ${values.join(', ')}`,
        at: ['columns', name, 'accepted_values'],
      }),
    ];
  });
