import { type FunctionKinds, isVolatile } from './functions.ts';

/** A node of DuckDB's own syntax tree. */
export type SyntaxNode = Readonly<Record<string, unknown>>;

export function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Why a node may not stand in an expression. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly expected?: string;
}

const refusedClasses: Readonly<Record<string, Refusal>> = {
  SUBQUERY: {
    code: 'forbidden-expression',
    message: 'a subquery',
    expected: 'join in the model and read its column here',
  },
  WINDOW: { code: 'forbidden-expression', message: 'a window function', expected: 'compute it in the model' },
  STAR: { code: 'forbidden-expression', message: '"*"', expected: 'columns by their names' },
  PARAMETER: { code: 'forbidden-expression', message: 'a parameter', expected: 'the value itself' },
};

/** An expression of a metric or a contract looks at one row, reads nothing else and has the same value in every run. */
export function refusalOf(node: SyntaxNode, functions: FunctionKinds): Refusal | undefined {
  return node.class === 'FUNCTION' ? functionRefusal(node, functions) : refusedClasses[String(node.class)];
}

export function volatileRefusal(name: string): Refusal {
  return {
    code: 'volatile-function',
    message: `${name} has another value in the next run`,
    expected: 'a column that the model derives from run.clock',
  };
}

function functionRefusal(node: SyntaxNode, functions: FunctionKinds): Refusal | undefined {
  const name = String(node.function_name).toLowerCase();
  const kinds = functions.get(name);
  if (kinds === undefined) {
    return node.is_operator === true ? undefined : { code: 'unknown-function', message: `unknown function "${name}"` };
  }
  if (isVolatile(name, functions)) return volatileRefusal(name);
  if (kinds.some(({ kind }) => kind === 'scalar' || kind === 'macro')) return undefined;
  const isAggregate = kinds.some(({ kind }) => kind === 'aggregate');
  return isAggregate
    ? {
        code: 'forbidden-expression',
        message: `the aggregate ${name}()`,
        expected: 'what holds for one row',
      }
    : { code: 'forbidden-expression', message: `the table function ${name}()`, expected: 'a column of the model' };
}
