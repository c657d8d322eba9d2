import type { RelationshipSpec } from '../project/model-contract.ts';
import type { ModelFile } from '../project/model-file.ts';
import { quoteIdentifier } from '../warehouse/warehouse.ts';
import { type RowRule, type RowRules, showColumns } from './row-rule.ts';
import { type ContractContext, hasColumn } from './rule.ts';

/** What a row names of another model is there. A row where any of the columns is null names nothing. */
export const relationships: RowRules = (context, model) =>
  model.contract.relationships.flatMap((spec, index) => {
    const target = context.project.models.find(({ name }) => name.toLowerCase() === spec.to.toLowerCase());
    return target !== undefined && canJoin(context, model, target, spec)
      ? [toRule(model, target, { spec, index })]
      : [];
  });

function toRule(
  model: ModelFile,
  target: ModelFile,
  { spec, index }: { spec: RelationshipSpec; index: number },
): RowRule {
  const { columns, toColumns, severity } = spec;
  const isNamed = columns.map((name) => `child.${quoteIdentifier(name)} is not null`).join(' and ');
  const meets = columns
    .map((name, position) => `child.${quoteIdentifier(name)} = parent.${quoteIdentifier(toColumns[position] ?? name)}`)
    .join(' and ');
  // An anti join: the same as `not exists` costs three times as much.
  const from = `from main.${quoteIdentifier(model.name)} as child
    anti join main.${quoteIdentifier(target.name)} as parent on ${meets}
    where ${isNamed}`;
  const found = columns.join() === toColumns.join() ? target.name : `${target.name}(${toColumns.join(', ')})`;
  return {
    model: model.name,
    rule: `relationship(${columns.join(', ')} to ${found})`,
    severity,
    signs: [],
    broken: `select child.* ${from}`,
    evidence: `select ${showColumns(columns)} as shown ${from}`,
    noun: 'row',
    trouble: `without a match in ${target.name}`,
    holds: 'every row has its match',
    expected: `${columns.join(', ')} to be found in ${found}`,
    place: model.at(['contract', 'relationships', index]),
    reads: [target.aliasOf ?? target.name],
  };
}

function canJoin(context: ContractContext, model: ModelFile, target: ModelFile, spec: RelationshipSpec): boolean {
  return (
    target.materialized !== 'ephemeral' &&
    spec.columns.length === spec.toColumns.length &&
    spec.columns.every((name) => hasColumn(context, model, name)) &&
    spec.toColumns.every((name) => hasColumn(context, target, name))
  );
}
