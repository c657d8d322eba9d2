import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Project } from '../project/project.ts';
import { readFunctionKinds } from '../warehouse/functions.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { checkDeclared, checkEphemeral } from './check-declared.ts';
import { checkExpressions } from './check-expressions.ts';
import { checkRelationships } from './check-relationships.ts';
import { isChecked, type ModelColumns } from './rule.ts';
import { canonicalTypes } from './types.ts';

/**
 * What can be said of the models' contracts once their columns are known, before a model runs: columns and
 * models that are not there, columns without a type, expressions that are not one. What differs between an enforced
 * contract and the columns themselves is told by `contractDifferences`.
 * @param warehouse any open one; nothing is read from it but DuckDB's parser and binder.
 * @param columns of every model that could be inspected; of others nothing is said.
 */
export async function checkModelContracts(
  warehouse: Warehouse,
  project: Pick<Project, 'models'>,
  columns: ReadonlyMap<string, ModelColumns>,
): Promise<Diagnostic[]> {
  const functions = await readFunctionKinds(warehouse);
  const types = await canonicalTypes(warehouse, project.models);
  const problems = project.models.flatMap(checkEphemeral);
  for (const model of project.models.filter(isChecked)) {
    const found = columns.get(model.name);
    if (found === undefined) continue;
    problems.push(
      ...checkDeclared(model, found, types),
      ...checkRelationships(model, { models: project.models, columns }),
    );
    problems.push(...(await checkExpressions(warehouse, model, { columns: found, functions })));
  }
  return once(problems);
}

/** Versions of a model share its .yml: what is wrong there is told once. */
function once(problems: readonly Diagnostic[]): Diagnostic[] {
  const told = new Map(
    problems.map((problem) => [`${problem.file}:${problem.line}:${problem.column} ${problem.message}`, problem]),
  );
  return [...told.values()];
}
