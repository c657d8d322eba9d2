import type { Context } from './context.ts';
import { constant } from './expressions.ts';
import { passesFirst, takesLambda } from './functions.ts';
import { resolveName } from './resolve-name.ts';
import type { Expression } from './resolved.ts';
import { innerScope, type Scope } from './scope.ts';
import { starColumns } from './star.ts';
import { expressionsBelow, isNode, nodesOf, positionOf, type SyntaxNode, textOf, textsOf } from './tree.ts';

/** An expression of the syntax tree with its names resolved. */
export function resolveExpression(node: SyntaxNode, scope: Scope, context: Context): Expression {
  const position = positionOf(node);
  const below = (nodes: readonly SyntaxNode[]) => nodes.map((part) => resolveExpression(part, scope, context));
  switch (node.class) {
    case 'COLUMN_REF':
      return resolveName(textsOf(node.column_names), position, scope);
    case 'CONSTANT':
    case 'PARAMETER':
    case 'DEFAULT':
      return constant(position);
    case 'CONJUNCTION':
      return { kind: node.type === 'CONJUNCTION_AND' ? 'and' : 'or', parts: below(expressionsBelow(node)), position };
    case 'COMPARISON':
      return comparison(node, below(expressionsBelow(node)));
    case 'CASE':
      return choice(node, scope, context);
    case 'OPERATOR':
      // A star that is unpacked into arguments is one of its own.
      if (node.type === 'OPERATOR_UNPACK' && scope.star !== undefined) {
        return resolveExpression(node, { ...scope, star: undefined }, context);
      }
      return operator(node, below(nodesOf(node.children)));
    case 'FUNCTION':
      return call(node, scope, context);
    case 'WINDOW':
      return window(node, scope, context);
    case 'SUBQUERY':
      return subquery(node, scope, context);
    case 'STAR':
      // Where it makes several columns, resolve-select has put one in its place: this is one that all columns feed.
      return (
        scope.star ?? { kind: 'call', name: 'columns', parts: allColumns(node, scope, context), passes: [], position }
      );
    case 'POSITIONAL_REFERENCE': {
      const column = starColumns({ class: 'STAR' }, scope).items[Number(node.index) - 1];
      return column?.value ?? { kind: 'unknown', reason: `#${node.index} is no column`, parts: [], position };
    }
    default:
      return general(textOf(node.type), below(expressionsBelow(node)), position);
  }
}

function general(name: string, parts: readonly Expression[], position: number | undefined): Expression {
  return { kind: 'call', name, parts, passes: [], position };
}

function allColumns(node: SyntaxNode, scope: Scope, context: Context): readonly Expression[] {
  const { items, open } = starColumns(node, scope, (part) => resolveExpression(part, scope, context));
  const doubt: Expression[] =
    open === undefined ? [] : [{ kind: 'unknown', reason: open, parts: [], position: positionOf(node) }];
  return [...items.map((item) => item.value), ...doubt];
}

function comparison(node: SyntaxNode, parts: readonly Expression[]): Expression {
  const position = positionOf(node);
  if (node.type === 'COMPARE_EQUAL') return { kind: 'equal', matchesNulls: false, parts, position };
  if (node.type === 'COMPARE_NOT_DISTINCT_FROM') return { kind: 'equal', matchesNulls: true, parts, position };
  return general(textOf(node.type), parts, position);
}

/** CASE and if(): the value is that of one branch. */
function choice(node: SyntaxNode, scope: Scope, context: Context): Expression {
  const checks = nodesOf(node.case_checks);
  const resolve = (value: unknown) => (isNode(value) ? [resolveExpression(value, scope, context)] : []);
  const tests = checks.flatMap((check) => resolve(check.when_expr));
  const passes = [...checks.flatMap((check) => resolve(check.then_expr)), ...resolve(node.else_expr)];
  return { kind: 'call', name: 'case', parts: [...tests, ...passes], passes, position: positionOf(node) };
}

function operator(node: SyntaxNode, parts: readonly Expression[]): Expression {
  const position = positionOf(node);
  if (node.type === 'OPERATOR_COALESCE') return { kind: 'coalesce', parts, position };
  const [of, key] = nodesOf(node.children);
  const [struct] = parts;
  const name = constantText(key);
  const isField = node.type === 'STRUCT_EXTRACT' || node.type === 'ARRAY_EXTRACT';
  if (of !== undefined && struct !== undefined && isField && name !== undefined) {
    return { kind: 'field', name, parts: [struct], position };
  }
  return general(textOf(node.type), parts, position);
}

function call(node: SyntaxNode, scope: Scope, context: Context): Expression {
  const position = positionOf(node);
  const name = textOf(node.function_name).toLowerCase();
  const children = nodesOf(node.children);
  const parts = children.map((child) => argument(child, name, scope, context));
  const [first] = parts;
  if (name === 'struct_pack') {
    return { kind: 'struct', names: children.map(nameOf), parts, position };
  }
  if (name === 'list_value') return { kind: 'list', parts, position };
  if (name === 'unnest' && first !== undefined) return { kind: 'unnest', parts: [first], position };
  const field = name === 'struct_extract' ? constantText(children[1]) : undefined;
  if (field !== undefined && first !== undefined) return { kind: 'field', name: field, parts: [first], position };
  const passes = passesFirst.has(name) && first !== undefined ? [first] : [];
  if (!context.isAggregate(name)) return { kind: 'call', name, parts, passes, position };
  const deciding = [node.filter, node.order_bys].flatMap((value) => (isNode(value) ? withNode(value) : []));
  const others = deciding.map((part) => resolveExpression(part, scope, context));
  return { kind: 'aggregate', name, parts: [...parts, ...others], passes, position };
}

/** A lambda's parameters hide columns of the same name; everywhere else `a -> b` looks into JSON. */
function argument(node: SyntaxNode, functionName: string, scope: Scope, context: Context): Expression {
  const isLambda = node.class === 'LAMBDA' && takesLambda.test(functionName);
  if (!isLambda || !isNode(node.lhs) || !isNode(node.expr)) return resolveExpression(node, scope, context);
  const names = [node.lhs, ...expressionsBelow(node.lhs)].flatMap((part) => textsOf(part.column_names));
  const parameters = new Set([...scope.parameters, ...names.map((name) => name.toLowerCase())]);
  return resolveExpression(node.expr, { ...scope, parameters }, context);
}

function window(node: SyntaxNode, scope: Scope, context: Context): Expression {
  const name = textOf(node.function_name).toLowerCase();
  const resolve = (part: SyntaxNode) => resolveExpression(part, scope, context);
  const partitions = nodesOf(node.partitions).map(resolve);
  const children = nodesOf(node.children).map(resolve);
  const rest = expressionsBelow({ ...node, children: [], partitions: [] }).map(resolve);
  const passes = passesFirst.has(name) ? children.slice(0, 1) : [];
  return {
    kind: 'window',
    name,
    partitions,
    passes,
    parts: [...children, ...partitions, ...rest],
    position: positionOf(node),
  };
}

const tests = { SCALAR: 'scalar', EXISTS: 'exists' } as const;

function subquery(node: SyntaxNode, scope: Scope, context: Context): Expression {
  const position = positionOf(node);
  const inner = isNode(node.subquery) && isNode(node.subquery.node) ? node.subquery.node : {};
  const query = context.resolveQuery(inner, innerScope(scope));
  const parts = isNode(node.child) ? [resolveExpression(node.child, scope, context)] : [];
  if (node.subquery_type === 'SCALAR' || node.subquery_type === 'EXISTS') {
    return { kind: 'subquery', test: tests[node.subquery_type], query, parts, position };
  }
  const test = node.comparison_type === 'COMPARE_EQUAL' ? 'in' : 'any';
  return { kind: 'subquery', test, query, parts, position };
}

function withNode(node: SyntaxNode): readonly SyntaxNode[] {
  return typeof node.class === 'string' ? [node] : expressionsBelow(node);
}

/** The name of a struct's field: its alias, else that of the column. */
function nameOf(node: SyntaxNode): string {
  return textOf(node.alias) || (textsOf(node.column_names).at(-1) ?? '');
}

function constantText(node: SyntaxNode | undefined): string | undefined {
  const value = node?.class === 'CONSTANT' && isNode(node.value) ? node.value.value : undefined;
  return typeof value === 'string' ? value : undefined;
}
