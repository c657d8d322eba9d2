import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import type { RelationshipSpec } from '../project/model-contract.ts';
import type { ModelFile } from '../project/model-file.ts';
import type { YamlPath } from '../project/yaml-file.ts';
import { requireColumn } from './check-declared.ts';
import { type ModelColumns, typeOf } from './rule.ts';

interface Known {
  readonly models: readonly ModelFile[];
  readonly columns: ReadonlyMap<string, ModelColumns>;
}

/** The model whose rows name those of another one, and the places of what says so. */
type Child = Pick<ModelFile, 'name' | 'at'>;
type Reference = Omit<RelationshipSpec, 'severity'>;

/** A relationship names columns of two models that can be compared. */
export function checkRelationships(model: ModelFile, known: Known): Diagnostic[] {
  return model.contract.relationships.flatMap((spec, index) =>
    checkReference(model, spec, { path: ['contract', 'relationships', index], known }),
  );
}

/** The same of one reference, whose parts stand below `path`. */
export function checkReference(
  child: Child,
  spec: Reference,
  { path, known }: { readonly path: YamlPath; readonly known: Known },
): Diagnostic[] {
  const own = known.columns.get(child.name) ?? new Map<string, string>();
  const target = known.models.find(({ name }) => name.toLowerCase() === spec.to.toLowerCase());
  const problems = spec.columns.flatMap((name, position) =>
    requireColumn(child, own, { name, path: [...path, 'columns', position] }),
  );
  if (target === undefined) return [...problems, unknownModel(child, spec, { path, known })];
  if (target.materialized === 'ephemeral') return [...problems, ephemeral(child, spec, path)];
  const theirs = known.columns.get(target.name);
  return theirs === undefined ? problems : [...problems, ...checkTarget(child, spec, { path, own, theirs })];
}

function checkTarget(
  model: Child,
  spec: Reference,
  { path, own, theirs }: { path: YamlPath; own: ModelColumns; theirs: ModelColumns },
): Diagnostic[] {
  if (spec.columns.length !== spec.toColumns.length) return [otherCount(model, spec, path)];
  return spec.toColumns.flatMap((name, position) => {
    const at = [...path, 'to_columns', position];
    const unknown = requireColumn(model, theirs, { name, path: at, of: spec.to });
    const column = spec.columns[position] ?? name;
    const types = { own: typeOf(own, column), theirs: typeOf(theirs, name) };
    if (types.own === undefined || types.theirs === undefined || areComparable(types.own, types.theirs)) return unknown;
    return [
      {
        code: 'wrong-type',
        severity: 'error',
        message: `"${column}" is ${types.own}, "${name}" of ${spec.to} is ${types.theirs}`,
        ...model.at(at),
        expected: 'columns of one type',
        fix: 'Cast one of them in its model.',
      },
    ];
  });
}

const number = /^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|FLOAT|DOUBLE|DECIMAL\(.*\))$/;

/** Numbers of any kind are compared by their value; of all else a cast might fail, or find a match that is none. */
function areComparable(left: string, right: string): boolean {
  return left === right || (number.test(left) && number.test(right));
}

function unknownModel(model: Child, { to }: Reference, { path, known }: { path: YamlPath; known: Known }): Diagnostic {
  const fix = didYouMean(
    to,
    known.models.map(({ name }) => name),
  );
  return {
    code: 'unknown-model',
    severity: 'error',
    message: `unknown model "${to}"`,
    ...model.at([...path, 'to']),
    ...(fix === undefined ? { expected: 'a model under models/' } : { fix }),
  };
}

function ephemeral(model: Child, { to }: Reference, path: YamlPath): Diagnostic {
  return {
    code: 'contract-on-ephemeral',
    severity: 'error',
    message: `"${to}" is ephemeral: no table or view of it is there to be looked at`,
    ...model.at([...path, 'to']),
    fix: `Write "materialized: view" in ${to}.yml.`,
  };
}

function otherCount(model: Child, { columns, toColumns, to }: Reference, path: YamlPath): Diagnostic {
  return {
    code: 'invalid-value',
    severity: 'error',
    message: `${columns.length} columns cannot match ${toColumns.length} of ${to}`,
    ...model.at([...path, 'to_columns']),
    expected: 'as many to_columns as columns, in the same order',
  };
}
