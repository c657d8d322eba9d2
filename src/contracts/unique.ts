import type { ModelFile } from '../project/model-file.ts';
import type { YamlPath } from '../project/yaml-file.ts';
import { quoteIdentifier } from '../warehouse/warehouse.ts';
import type { RowRule, RowRules } from './row-rule.ts';
import { hasColumn, presentColumns } from './rule.ts';

/** No two rows share the grain, nor a column that says `unique`. Nulls are the business of not-null. */
export const unique: RowRules = (context, model) => {
  const isWhole = model.grain.length > 0 && model.grain.every((name) => hasColumn(context, model, name));
  return [
    ...(isWhole ? [keyRule(model, model.grain, ['grain'])] : []),
    ...presentColumns(context, model)
      .filter((column) => column.unique)
      .map(({ name }) => keyRule(model, [name], ['columns', name, 'unique'])),
  ];
};

function keyRule(model: ModelFile, names: readonly string[], path: YamlPath): RowRule {
  const rows = `main.${quoteIdentifier(model.name)}`;
  return {
    rule: `unique(${names.join(', ')})`,
    severity: 'error',
    place: model.at(path),
    ...onceRule(model, names, rows),
  };
}

/** What a rule looks at that asks whether no two of some rows of a model share a key. */
export function onceRule(
  model: ModelFile,
  names: readonly string[],
  rows: string,
): Omit<RowRule, 'rule' | 'severity' | 'place'> {
  const columns = names.map(quoteIdentifier);
  const key = columns.length === 1 ? columns.join() : `(${columns.join(', ')})`;
  const isFilled = columns.map((column) => `${column} is not null`).join(' and ');
  const from = `from ${rows}`;
  const repeated = `${from} where ${isFilled} group by ${columns.join(', ')} having count(*) > 1`;
  const shown = columns.map((column) => `cast(${column} as varchar)`).join(` || ', ' || `);
  return {
    model: model.name,
    // Of all rows, so that it is counted once: where none of them repeats, no part of them does.
    signs: [`count(*) filter (where ${isFilled}) - count(distinct ${key}) filter (where ${isFilled})`],
    broken: `${from} semi join (select ${columns.join(', ')} ${repeated}) using (${columns.join(', ')})`,
    evidence: `select ${shown} || ' (' || count(*) || ' rows)' as shown ${repeated}`,
    noun: 'key',
    trouble: 'more than once',
    holds: 'every key once',
    expected: `one row per ${names.join(', ')}`,
  };
}
