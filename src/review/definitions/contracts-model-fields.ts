import type { ModelFile } from '../../project/model-file.ts';
import { type Asked, askedField } from './contracts-asked.ts';
import { code, listed, quoted } from './definition-change.ts';
import type { Field } from './fields.ts';
import type { SqlForms } from './sql-forms.ts';

/**
 * What a model promises its readers: its grain, its columns' rules and its contract. Which columns it has, and of which
 * types they are, is compared apart; here is what the .yml says that they must be.
 */
export function modelRuleFields({ grain, columns, contract }: ModelFile, forms: SqlForms): Field[] {
  const key = grain.map((name) => name.toLowerCase()).sort();
  return [
    ...(grain.length === 0
      ? []
      : [askedField('grain', 'grain', error(key), `${listed(grain.map(code))} ${one(grain)} unique and never empty`)]),
    ...columns.flatMap(({ name, type, notNull, unique, acceptedValues }) => {
      const path = `columns.${name}`;
      const values = [...(acceptedValues ?? [])].sort();
      return [
        ...(type === undefined
          ? []
          : [
              askedField(`${path}.type`, 'columns.type', error(type.toUpperCase()), `${code(name)} is a ${code(type)}`),
            ]),
        ...(notNull
          ? [askedField(`${path}.not_null`, 'columns.not_null', error(true), `${code(name)} is never empty`)]
          : []),
        ...(unique ? [askedField(`${path}.unique`, 'columns.unique', error(true), `${code(name)} is unique`)] : []),
        ...(acceptedValues === undefined
          ? []
          : [
              askedField(
                `${path}.accepted_values`,
                'columns.accepted_values',
                { ...error(values), strictness: { of: '', bounds: [], allowed: values } },
                `${code(name)} is one of ${listed(
                  values.map((value) => quoted(value)),
                  12,
                )}`,
              ),
            ]),
      ];
    }),
    ...(contract.isEnforced
      ? [askedField('enforced', 'enforced', error(true), 'its columns are those listed, none else and none less')]
      : []),
    ...contract.relationships.map(({ columns: from, to, toColumns, severity }) => {
      const pairs = from.map((name, index) => `${name} = ${toColumns[index]}`.toLowerCase()).sort();
      const asTo = from.join() === toColumns.join() ? '' : ` as ${listed(toColumns.map(code))}`;
      return askedField(
        `relationships.${from.join(',')}.${to}`,
        'relationships',
        { ...error(pairs), severity },
        `${listed(from.map(code))} of every row ${one(from)} found in ${code(to)}${asTo}`,
      );
    }),
    ...contract.expressions.map(({ name, that, severity }) => {
      const conditions = forms
        .conditionsOf(that)
        .map((condition) => ({ ...condition, text: '' }))
        .sort((left, right) => (left.form < right.form ? -1 : 1));
      return askedField(
        `expressions.${name}`,
        'expressions',
        { severity, says: conditions.map(({ form }) => form), strictness: { of: '', bounds: [], conditions } },
        `${code(that)} holds for every row (${quoted(name)})`,
      );
    }),
  ];
}

function one(names: readonly string[]): string {
  return names.length === 1 ? 'is' : 'are';
}

function error(says: unknown): Asked {
  return { severity: 'error', says, strictness: { of: '', bounds: [] } };
}
