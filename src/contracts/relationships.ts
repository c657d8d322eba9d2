import type { RelationshipSpec } from '../project/model-contract.ts';
import type { ModelFile } from '../project/model-file.ts';
import { quoteIdentifier } from '../warehouse/warehouse.ts';
import { type RowRule, type RowRules, showColumns } from './row-rule.ts';
import { type ContractContext, hasColumn } from './rule.ts';

/** What a row names of another model is there. A row where any of the columns is null names nothing. */
export const relationships: RowRules = (context, model) =>
  model.contract.relationships.flatMap((spec, index) => {
    const target = targetOf(context, model, spec);
    if (target === undefined) return [];
    const own = {
      rule: `relationship(${references(spec, target)})`,
      severity: spec.severity,
      place: model.at(['contract', 'relationships', index]),
    };
    return [{ ...own, ...referenceRule(model, target, { spec, rows: `main.${quoteIdentifier(model.name)}` }) }];
  });

type Reference = Omit<RelationshipSpec, 'severity'>;

/** The model that a reference names; undefined where it cannot be joined. */
export function targetOf(context: ContractContext, model: ModelFile, spec: Reference): ModelFile | undefined {
  const target = context.project.models.find(({ name }) => name.toLowerCase() === spec.to.toLowerCase());
  return target !== undefined && canJoin(context, model, target, spec) ? target : undefined;
}

/** `lead_id to lead_cycles`. */
export function references({ columns, toColumns }: Reference, target: ModelFile): string {
  return `${columns.join(', ')} to ${foundIn(columns, toColumns, target)}`;
}

function foundIn(columns: readonly string[], toColumns: readonly string[], target: ModelFile): string {
  return columns.join() === toColumns.join() ? target.name : `${target.name}(${toColumns.join(', ')})`;
}

/** What a rule looks at that asks whether what `rows` of a model name is there. */
export function referenceRule(
  model: ModelFile,
  target: ModelFile,
  { spec, rows }: { readonly spec: Reference; readonly rows: string },
): Omit<RowRule, 'rule' | 'severity' | 'place'> {
  const { columns, toColumns } = spec;
  const isNamed = columns.map((name) => `child.${quoteIdentifier(name)} is not null`).join(' and ');
  const meets = columns
    .map((name, position) => `child.${quoteIdentifier(name)} = parent.${quoteIdentifier(toColumns[position] ?? name)}`)
    .join(' and ');
  // An anti join: the same as `not exists` costs three times as much.
  const from = `from ${rows} as child
    anti join main.${quoteIdentifier(target.name)} as parent on ${meets}
    where ${isNamed}`;
  return {
    model: model.name,
    signs: [],
    broken: `select child.* ${from}`,
    evidence: `select ${showColumns(columns)} as shown ${from}`,
    noun: 'row',
    trouble: `without a match in ${target.name}`,
    holds: 'every row has its match',
    expected: `${columns.join(', ')} to be found in ${foundIn(columns, toColumns, target)}`,
    reads: [target.aliasOf ?? target.name],
  };
}

function canJoin(context: ContractContext, model: ModelFile, target: ModelFile, spec: Reference): boolean {
  return (
    target.materialized !== 'ephemeral' &&
    spec.columns.length === spec.toColumns.length &&
    spec.columns.every((name) => hasColumn(context, model, name)) &&
    spec.toColumns.every((name) => hasColumn(context, target, name))
  );
}
