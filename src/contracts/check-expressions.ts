import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { ModelFile } from '../project/model-file.ts';
import type { Place, YamlPath } from '../project/yaml-file.ts';
import { checkExpression } from '../warehouse/check-expression.ts';
import type { FunctionKinds } from '../warehouse/functions.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import type { ModelColumns } from './rule.ts';

/** Expressions of a contract are conditions over one row of the model; each has a name of its own. */
export async function checkExpressions(
  warehouse: Warehouse,
  model: ModelFile,
  { columns, functions }: { readonly columns: ModelColumns; readonly functions: FunctionKinds },
): Promise<Diagnostic[]> {
  const problems = checkNames(model);
  const subject = { name: model.name, columns };
  for (const [index, { name, that }] of model.contract.expressions.entries()) {
    const path = ['contract', 'expressions', index, 'that'];
    const checked = await checkExpression(warehouse, that, { subject, functions });
    for (const { offset, message, ...problem } of checked.problems) {
      const place = placeIn(model, { text: that, path, offset });
      problems.push({ severity: 'error', message: `${name}: ${message}`, ...place, ...problem });
    }
    if (checked.type !== undefined && checked.type !== 'BOOLEAN') {
      problems.push({
        code: 'wrong-type',
        severity: 'error',
        message: `${name}: the expression is ${checked.type}`,
        ...model.at(path),
        expected: 'BOOLEAN: whether the row is right',
      });
    }
  }
  return problems;
}

function checkNames(model: ModelFile): Diagnostic[] {
  const names = model.contract.expressions.map(({ name }) => name);
  return names.flatMap((name, index): Diagnostic[] =>
    names.indexOf(name) === index
      ? []
      : [
          {
            code: 'duplicate-name',
            severity: 'error',
            message: `a second expression named "${name}"`,
            ...model.at(['contract', 'expressions', index, 'name']),
            fix: 'Rename one of them.',
          },
        ],
  );
}

/** The place of a character of an expression; the start of its YAML value when that is folded over lines. */
function placeIn(model: ModelFile, use: { text: string; path: YamlPath; offset: number }): Place {
  const start = model.at(use.path);
  const line = start.source.split('\n')[start.line - 1] ?? '';
  const column = line.indexOf(use.text, start.column - 1);
  return column < 0 ? start : { ...start, column: column + 1 + use.offset };
}
