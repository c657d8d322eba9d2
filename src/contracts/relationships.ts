import type { RelationshipSpec } from '../project/model-contract.ts';
import type { ModelFile } from '../project/model-file.ts';
import { quoteIdentifier } from '../warehouse/warehouse.ts';
import { type Reference, type RowRule, type RowRules, showColumns } from './row-rule.ts';
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
    return [{ ...own, ...referenceRule(model, target, spec) }];
  });

type ReferenceSpec = Omit<RelationshipSpec, 'severity'>;

/** The model that a reference names; undefined where it cannot be joined. */
export function targetOf(context: ContractContext, model: ModelFile, spec: ReferenceSpec): ModelFile | undefined {
  const target = context.project.models.find(({ name }) => name.toLowerCase() === spec.to.toLowerCase());
  return target !== undefined && canJoin(context, model, target, spec) ? target : undefined;
}

/** `lead_id to lead_cycles`. */
export function references({ columns, toColumns }: ReferenceSpec, target: ModelFile): string {
  return `${columns.join(', ')} to ${foundIn(columns, toColumns, target)}`;
}

function foundIn(columns: readonly string[], toColumns: readonly string[], target: ModelFile): string {
  return columns.join() === toColumns.join() ? target.name : `${target.name}(${toColumns.join(', ')})`;
}

/** What a rule looks at that asks whether what rows of a model name is there: all rows, or those of a condition. */
export function referenceRule(
  model: ModelFile,
  target: ModelFile,
  { columns, toColumns }: ReferenceSpec,
  condition?: string,
): Omit<RowRule, 'rule' | 'severity' | 'place'> {
  const reference = { columns, target: target.name, toColumns, ...(condition === undefined ? {} : { condition }) };
  const table = `main.${quoteIdentifier(model.name)}`;
  const rows = condition === undefined ? table : `(select * from ${table} where ${condition})`;
  const from = unmatched(rows, reference);
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
    scope: { kind: 'reference', ...reference },
  };
}

/** SQL: `from` those of some rows, called `child`, that name something which is not there. */
export function unmatched(rows: string, { columns, target, toColumns }: Reference): string {
  const isNamed = columns.map((name) => `child.${quoteIdentifier(name)} is not null`).join(' and ');
  const meets = columns
    .map((name, position) => `child.${quoteIdentifier(name)} = parent.${quoteIdentifier(toColumns[position] ?? name)}`)
    .join(' and ');
  // An anti join: the same as `not exists` costs three times as much.
  return `from ${rows} as child
    anti join main.${quoteIdentifier(target)} as parent on ${meets}
    where ${isNamed}`;
}

function canJoin(context: ContractContext, model: ModelFile, target: ModelFile, spec: ReferenceSpec): boolean {
  return (
    target.materialized !== 'ephemeral' &&
    spec.columns.length === spec.toColumns.length &&
    spec.columns.every((name) => hasColumn(context, model, name)) &&
    spec.toColumns.every((name) => hasColumn(context, target, name))
  );
}
