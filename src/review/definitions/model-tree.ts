import { isNode, nodesOf, type SyntaxNode, textOf, textsOf } from '../../models/lineage/tree.ts';
import { canonical } from './fields.ts';

/** A tree without places: what a query says, however it is written. Names of tables may be read as others. */
export function withoutPlaces(tree: unknown, names: ReadonlyMap<string, string> = new Map()): unknown {
  if (Array.isArray(tree)) return tree.map((part) => withoutPlaces(part, names));
  if (!isNode(tree)) return tree;
  const entries = Object.entries(tree).filter(([key]) => key !== 'query_location');
  return Object.fromEntries(entries.map(([key, part]) => [key, withoutPlaces(renamed(tree, key, part, names), names)]));
}

function renamed(node: SyntaxNode, key: string, part: unknown, names: ReadonlyMap<string, string>): unknown {
  const newName = (name: unknown) => names.get(textOf(name).toLowerCase()) ?? name;
  if (key === 'table_name' && node.type === 'BASE_TABLE' && ['', 'main'].includes(textOf(node.schema_name))) {
    return newName(part);
  }
  if (key === 'column_names' && node.class === 'COLUMN_REF' && Array.isArray(part) && part.length > 1) {
    return [newName(part[0]), ...part.slice(1)];
  }
  return key === 'relation_name' && node.class === 'STAR' ? newName(part) : part;
}

/** Whether two trees say the same, places aside. */
export function sameTree(before: unknown, after: unknown): boolean {
  return canonical(withoutPlaces(before)) === canonical(withoutPlaces(after));
}

/** Every node of a tree, the outer before the inner. */
export function everyNode(tree: unknown): SyntaxNode[] {
  if (Array.isArray(tree)) return tree.flatMap(everyNode);
  return isNode(tree) ? [tree, ...Object.values(tree).flatMap(everyNode)] : [];
}

/** The nodes of an expression, less those of the queries that it holds. */
export function ownNodes(expression: unknown): SyntaxNode[] {
  if (Array.isArray(expression)) return expression.flatMap(ownNodes);
  if (!isNode(expression)) return [];
  const { subquery: _, ...rest } = expression;
  return [expression, ...Object.values(rest).flatMap(ownNodes)];
}

/** Whether it holds numbers that JavaScript rounds, so that two that differ could look the same. */
export function holdsRoundedNumbers(tree: unknown): boolean {
  if (typeof tree === 'number') return Number.isInteger(tree) && !Number.isSafeInteger(tree);
  if (Array.isArray(tree)) return tree.some(holdsRoundedNumbers);
  if (!isNode(tree)) return false;
  return Object.entries(tree).some(([key, part]) => key !== 'query_location' && holdsRoundedNumbers(part));
}

/** Whether a query takes columns by their place and not only by name: `union`, `t(a, b)`, `#1`, `order by 1`. */
export function countsPlaces(tree: unknown): boolean {
  return everyNode(tree).some(
    (node) =>
      node.type === 'SET_OPERATION_NODE' ||
      node.type === 'RECURSIVE_CTE_NODE' ||
      node.class === 'POSITIONAL_REFERENCE' ||
      textsOf(node.column_name_alias).length > 0 ||
      textsOf(node.aliases).length > 0 ||
      ordersByPlace(node),
  );
}

/** `group by 1`, `order by 2`, `distinct on (1)`. */
export function ordersByPlace(node: SyntaxNode): boolean {
  const orders = nodesOf(node.modifiers).flatMap((modifier) => [
    ...nodesOf(modifier.orders).map(({ expression }) => expression),
    ...nodesOf(modifier.distinct_on_targets),
  ]);
  return [...nodesOf(node.group_expressions), ...orders].some((part) => isNode(part) && part.class === 'CONSTANT');
}
