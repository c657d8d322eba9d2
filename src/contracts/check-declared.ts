import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import type { ColumnSpec } from '../project/model-columns.ts';
import type { ModelFile } from '../project/model-file.ts';
import type { YamlPath } from '../project/yaml-file.ts';
import { type ModelColumns, typeOf } from './rule.ts';
import type { TypeNames } from './types.ts';

/** What a model's .yml says of its grain and its columns must be something that can be checked. */
export function checkDeclared(model: ModelFile, columns: ModelColumns, types: TypeNames): Diagnostic[] {
  const grain = model.grain.flatMap((name, index) => requireColumn(model, columns, { name, path: ['grain', index] }));
  return [...grain, ...checkTypes(model, types), ...checkColumnRules(model, columns)];
}

/** A column that is not there, with what may have been meant. */
export function requireColumn(
  model: Pick<ModelFile, 'name' | 'at'>,
  columns: ModelColumns,
  use: { readonly name: string; readonly path: YamlPath; readonly of?: string },
): Diagnostic[] {
  if (typeOf(columns, use.name) !== undefined) return [];
  const fix = didYouMean(use.name, columns.keys());
  return [
    {
      code: 'unknown-column',
      severity: 'error',
      message: `unknown column "${use.name}" in model "${use.of ?? model.name}"`,
      ...model.at(use.path),
      ...(fix === undefined ? { expected: `one of ${[...columns.keys()].join(', ')}` } : { fix }),
    },
  ];
}

function checkTypes(model: ModelFile, types: TypeNames): Diagnostic[] {
  if (model.contract.isEnforced && model.columns.length === 0) {
    return [
      {
        code: 'missing-key',
        severity: 'error',
        message: `the contract of "${model.name}" is enforced and declares no columns`,
        ...model.at(['contract', 'enforced']),
        expected: 'every column under "columns:", with its type',
      },
    ];
  }
  return model.columns.flatMap(({ name, type }): Diagnostic[] => {
    if (type === undefined && model.contract.isEnforced) return [untyped(model, name)];
    return type === undefined || types.get(type) !== undefined ? [] : [unknownType(model, name, type)];
  });
}

function untyped(model: ModelFile, name: string): Diagnostic {
  return {
    code: 'missing-key',
    severity: 'error',
    message: `column "${name}" has no type, and the contract of "${model.name}" is enforced`,
    ...model.at(['columns', name]),
    fix: 'Add "type:", or write "enforced: false".',
  };
}

function unknownType(model: ModelFile, name: string, type: string): Diagnostic {
  return {
    code: 'unknown-type',
    severity: 'error',
    message: `column "${name}": DuckDB knows no type "${type}"`,
    ...model.at(['columns', name, 'type']),
    expected: 'a type of DuckDB, such as varchar, bigint, double, boolean, date or timestamptz',
  };
}

/** Where the contract is enforced, a missing column is a difference already. */
function checkColumnRules(model: ModelFile, columns: ModelColumns): Diagnostic[] {
  if (model.contract.isEnforced) return [];
  return model.columns.flatMap((column) => {
    const [key] = rulesOf(column);
    return key === undefined
      ? []
      : requireColumn(model, columns, { name: column.name, path: ['columns', column.name, key] });
  });
}

/** What the .yml wants checked of a column's values, as its keys. */
function rulesOf({ notNull, unique, acceptedValues }: ColumnSpec): string[] {
  return [
    ...(notNull ? ['not_null'] : []),
    ...(unique ? ['unique'] : []),
    ...(acceptedValues === undefined ? [] : ['accepted_values']),
  ];
}

/** An ephemeral model is kept nowhere: there is nothing that a rule could look at. */
export function checkEphemeral(model: ModelFile): Diagnostic[] {
  if (model.materialized !== 'ephemeral' || model.aliasOf !== undefined) return [];
  const { isEnforced, relationships, expressions } = model.contract;
  const hasContract = isEnforced || relationships.length > 0 || expressions.length > 0;
  const rules = model.columns.flatMap((column) =>
    rulesOf(column).map((key): YamlPath => ['columns', column.name, key]),
  );
  const [first] = hasContract ? [['contract']] : rules;
  if (first === undefined) return [];
  return [
    {
      code: 'contract-on-ephemeral',
      severity: 'error',
      message: `"${model.name}" is ephemeral: no table or view of it is there to be checked`,
      ...model.at(first),
      fix: 'Write "materialized: view" to check it, or remove the rule.',
    },
  ];
}
