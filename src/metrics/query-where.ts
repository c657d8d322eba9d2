import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { MetricSpec, RowSpec } from '../project/metric.ts';
import type { SourceText } from '../project/yaml-file.ts';
import { bindExpression, type ExpressionProblem, parseExpression } from '../warehouse/expression.ts';
import { volatileRefusal } from '../warehouse/expression-rules.ts';
import { readFunctionKinds } from '../warehouse/functions.ts';
import { quoteIdentifier, type Warehouse } from '../warehouse/warehouse.ts';
import { specOf } from './query-definitions.ts';
import { calledIn, unknownDimension, type Wanted } from './query-names.ts';
import { rootsOf } from './query-roots.ts';

/**
 * Whether a condition is one expression, true or false, over dimensions that all the metrics have; everything that is
 * wrong with it otherwise, with its place in the condition. Reads no rows.
 */
export async function checkWhere(
  warehouse: Warehouse,
  text: string,
  { wanted, specs }: { readonly wanted: readonly Wanted[]; readonly specs: readonly MetricSpec[] },
): Promise<Diagnostic[]> {
  const file: SourceText = { path: 'where', text };
  const parsed = await parseExpression(warehouse, text, await readFunctionKinds(warehouse));
  const problems = [...parsed.problems.map((problem) => placed(file, problem)), ...absentValues(file)];
  const versions = wanted.flatMap((metric) =>
    metric.definitions.map((definition) => ({ definition, called: calledIn(metric, definition) })),
  );
  for (const { name, offset, isVolatile } of parsed.columns) {
    const [dimension = name] = name.split('.');
    for (const { definition, called } of versions) {
      if (has(definition.dimensions, dimension)) continue;
      const problem = isVolatile
        ? placed(file, { ...volatileRefusal(name), offset })
        : quotedText(unknownDimension(called, dimension, definition.dimensions), text, offset);
      problems.push({ ...problem, ...placeIn(file, offset) });
    }
  }
  if (problems.length > 0) return distinct(problems);
  for (const { definition } of versions) {
    for (const root of rootsOf(specOf(definition), specs)) {
      const problem = await bind(warehouse, file, root, definition.dimensions);
      if (problem !== undefined) problems.push(problem);
    }
  }
  return distinct(problems);
}

/** Double quotes are around names: a text that stands in them is read as one. */
function quotedText(problem: Diagnostic, text: string, offset: number): Diagnostic {
  const quoted = /^"([^"]*)"/.exec(text.slice(offset))?.[1];
  if (quoted === undefined || problem.fix !== undefined) return problem;
  return { ...problem, fix: `If it is a text, write '${quoted}': double quotes are around names.` };
}

/** As it is shown it would compare with nothing, and nothing would be counted. */
function absentValues(file: SourceText): Diagnostic[] {
  const offset = file.text.indexOf("'(none)'");
  if (offset < 0) return [];
  const message = "'(none)' is how a row shows that there is no value";
  return [{ code: 'no-value', severity: 'error', message, ...placeIn(file, offset), fix: 'Ask for "is null".' }];
}

async function bind(
  warehouse: Warehouse,
  file: SourceText,
  { model }: RowSpec,
  dimensions: readonly string[],
): Promise<Diagnostic | undefined> {
  const columns = await warehouse.columns(`from main.${quoteIdentifier(model)}`);
  const usable = columns.filter(({ name }) => has(dimensions, name)).map(({ name, type }) => [name, type] as const);
  const bound = await bindExpression(warehouse, file.text, { name: model, columns: new Map(usable) });
  if ('code' in bound) return placed(file, bound);
  if (bound.type === 'BOOLEAN') return undefined;
  return placed(file, {
    code: 'wrong-type',
    message: `the condition is ${bound.type}, not true or false`,
    offset: 0,
    expected: `a comparison, such as ${usable[0]?.[0] ?? 'team'} is not null`,
  });
}

/** What is asked of an expression in a file of the project is put otherwise here. */
function placed(file: SourceText, { code, message, offset, expected }: ExpressionProblem): Diagnostic {
  const own = code === 'invalid-expression' ? "one condition over dimensions, such as country = 'DK'" : expected;
  const asked = code === 'forbidden-expression' || code === 'volatile-function' ? 'dimensions and fixed values' : own;
  return {
    code,
    severity: 'error',
    message: messageOf(code, message),
    ...placeIn(file, offset),
    ...(asked === undefined ? {} : { expected: asked }),
  };
}

function messageOf(code: string, message: string): string {
  if (code === 'forbidden-expression') return `${message} cannot stand in a condition`;
  // What stands around the condition when it is parsed is not the asker's.
  if (/at or near "\)"$/.test(message)) return 'the condition ends too early, or has a parenthesis too many';
  return message.replace(/\n\)/, '');
}

/** `offset` is in UTF-16 units from 0. */
function placeIn({ path, text }: SourceText, offset: number) {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  const column = [...before.slice(lineStart)].length + 1;
  return { file: path, line: before.split('\n').length, column, source: text };
}

/** Names are compared as DuckDB does. */
function has(dimensions: readonly string[], wanted: string): boolean {
  return dimensions.some((dimension) => dimension.toLowerCase() === wanted.toLowerCase());
}

function distinct(problems: readonly Diagnostic[]): Diagnostic[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}
