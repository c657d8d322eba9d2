import type { ModelFile } from '../project/model-file.ts';
import type { YamlPath } from '../project/yaml-file.ts';
import { quoteIdentifier } from '../warehouse/warehouse.ts';
import type { RowRule, RowRules } from './row-rule.ts';
import { type ContractContext, hasColumn, presentColumns, typeOf } from './rule.ts';

/** No two rows share the grain, nor a column that says `unique`. Nulls are the business of not-null. */
export const unique: RowRules = (context, model) => {
  const isWhole = model.grain.length > 0 && model.grain.every((name) => hasColumn(context, model, name));
  return [
    ...(isWhole ? [keyRule(context, model, { names: model.grain, path: ['grain'] })] : []),
    ...presentColumns(context, model)
      .filter((column) => column.unique)
      .map(({ name }) => keyRule(context, model, { names: [name], path: ['columns', name, 'unique'] })),
  ];
};

function keyRule(
  context: ContractContext,
  model: ModelFile,
  { names, path }: { readonly names: readonly string[]; readonly path: YamlPath },
): RowRule {
  const rows = `main.${quoteIdentifier(model.name)}`;
  return {
    rule: `unique(${names.join(', ')})`,
    severity: 'error',
    place: model.at(path),
    ...onceRule(context, model, { names, rows }),
  };
}

/** What a rule looks at that asks whether no two of some rows of a model share a key. */
export function onceRule(
  context: ContractContext,
  model: ModelFile,
  { names, rows }: { readonly names: readonly string[]; readonly rows: string },
): Omit<RowRule, 'rule' | 'severity' | 'place'> {
  const columns = names.map(quoteIdentifier);
  const isFilled = columns.map((column) => `${column} is not null`).join(' and ');
  const from = `from ${rows}`;
  const repeated = `${from} where ${isFilled} group by ${columns.join(', ')} having count(*) > 1`;
  const shown = columns.map((column) => `cast(${column} as varchar)`).join(` || ', ' || `);
  return {
    model: model.name,
    // Of all rows, so that it is counted once: where none of them repeats, no part of them does.
    signs: [
      `count(*) filter (where ${isFilled}) - count(distinct ${keyOf(context, model, names)}) filter (where ${isFilled})`,
    ],
    broken: `${from} semi join (select ${columns.join(', ')} ${repeated}) using (${columns.join(', ')})`,
    evidence: `select ${shown} || ' (' || count(*) || ' rows)' as shown ${repeated}`,
    noun: 'key',
    trouble: 'more than once',
    holds: 'every key once',
    expected: `one row per ${names.join(', ')}`,
    scope: { kind: 'key', columns: names },
  };
}

/** Types of which two values that are equal have one hash. */
const hashable = /^(VARCHAR|BOOLEAN|DATE|UUID|TIMESTAMP( WITH TIME ZONE)?|U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?)$/;

/** SQL that is the same for rows of one key, and hardly ever for others: a hash takes half the time of the key and memory. */
function keyOf(context: ContractContext, model: ModelFile, names: readonly string[]): string {
  const columns = names.map(quoteIdentifier).join(', ');
  const types = names.map((name) => typeOf(context.columns.get(model.name) ?? new Map(), name));
  if (types.every((type) => hashable.test(type ?? ''))) return `hash(${columns})`;
  return names.length === 1 ? columns : `(${columns})`;
}
