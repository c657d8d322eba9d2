import type { Context } from './context.ts';
import { columnExpression } from './expressions.ts';
import { resolveExpression } from './resolve-expression.ts';
import type { Column, Expression, Modifiers } from './resolved.ts';
import type { Scope } from './scope.ts';
import { placeIn } from './select-list.ts';
import { isNode, nodesOf, type SyntaxNode, textsOf } from './tree.ts';

/**
 * DISTINCT, ORDER BY, LIMIT and OFFSET. A name alone means the query's own column of that name (`values` tell what it is
 * made of, when there are any), a number its place; anything else is read in `scope`.
 */
export function resolveModifiers(
  nodes: readonly SyntaxNode[],
  columns: readonly Column[],
  values: readonly Expression[],
  scope: Scope,
  context: Context,
): Modifiers {
  const own = (index: number): Expression | undefined => {
    const column = columns[index];
    return values[index] ?? (column && columnExpression(column));
  };
  const resolve = (node: SyntaxNode): readonly Expression[] => {
    const place = placeIn(node);
    const name = textsOf(node.column_names);
    const index = place === undefined ? columnNamed(name, columns) : place - 1;
    const found = index === undefined ? undefined : own(index);
    if (found !== undefined) return [found];
    if (node.class === 'STAR') return columns.flatMap((_, at) => own(at) ?? []);
    return [resolveExpression(node, scope, context)];
  };
  const distinct = nodes.find((node) => node.type === 'DISTINCT_MODIFIER');
  const targets = nodesOf(distinct?.distinct_on_targets);
  return {
    distinct: distinct === undefined ? undefined : targets.length === 0 ? 'all' : targets.flatMap(resolve),
    orders: nodes
      .flatMap((node) => nodesOf(node.orders))
      .flatMap(({ expression }) => (isNode(expression) ? resolve(expression) : [])),
    limits: nodes
      .flatMap((node) => [node.limit, node.offset])
      .flatMap((node) => (isNode(node) ? [resolveExpression(node, scope, context)] : [])),
  };
}

function columnNamed(names: readonly string[], columns: readonly Column[]): number | undefined {
  const [name, ...rest] = names;
  if (name === undefined || rest.length > 0) return undefined;
  const index = columns.findIndex((column) => column.name?.toLowerCase() === name.toLowerCase());
  return index < 0 ? undefined : index;
}
