import { isNode, type SyntaxNode } from '../../warehouse/expression-rules.ts';
import { canonical } from './fields.ts';

/**
 * DuckDB's syntax tree of `select (…)`, as JSON → the node of what stands in the parentheses, its numbers as texts.
 * Undefined where that is no single expression.
 */
export function expressionIn(json: string): SyntaxNode | undefined {
  const tree: unknown = JSON.parse(withExactNumbers(json));
  const statements = isNode(tree) ? listOf(tree.statements) : [];
  const [statement] = statements;
  const node = isNode(statement) ? statement.node : undefined;
  if (statements.length !== 1 || !isNode(node)) return undefined;
  const isBare = isNode(node.from_table) && node.from_table.type === 'EMPTY' && node.where_clause === null;
  const [expression, ...others] = listOf(node.select_list);
  return isBare && others.length === 0 && isNode(expression) ? expression : undefined;
}

/** As JavaScript's numbers, long ones would be rounded to each other, and infinity is no JSON. */
function withExactNumbers(json: string): string {
  return json.replace(/"(?:[^"\\]|\\.)*"|-?(?:\d[\d.eE+-]*|Infinity|NaN)/g, (token) =>
    token.startsWith('"') ? token : `"${token}"`,
  );
}

/**
 * A node in one form for all ways of writing it: without places, names in lower case, operands of and, or, = and in-lists
 * in one order.
 */
export function inOneForm(node: SyntaxNode): SyntaxNode {
  const parts = Object.entries(node).filter(([key]) => key !== 'query_location');
  return ordered(Object.fromEntries(parts.map(([key, part]) => [key, rewritten(part)])));
}

function rewritten(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(rewritten);
  return isNode(value) ? inOneForm(value) : value;
}

function ordered(node: SyntaxNode): SyntaxNode {
  switch (node.class) {
    case 'CONJUNCTION':
      return { ...node, children: inOrder(operandsOf(node)) };
    case 'OPERATOR': {
      if (node.type !== 'COMPARE_IN' && node.type !== 'COMPARE_NOT_IN') return node;
      const [sought, ...list] = childrenOf(node);
      return { ...node, children: [sought, ...inOrder(list)] };
    }
    case 'COMPARISON':
      return comparison(node);
    case 'COLUMN_REF':
      return { ...node, column_names: listOf(node.column_names).map((name) => String(name).toLowerCase()) };
    case 'FUNCTION':
      return { ...node, function_name: String(node.function_name).toLowerCase() };
    default:
      return node;
  }
}

const symmetric = ['COMPARE_EQUAL', 'COMPARE_NOTEQUAL', 'COMPARE_DISTINCT_FROM', 'COMPARE_NOT_DISTINCT_FROM'];
const mirrored: Readonly<Record<string, string>> = {
  COMPARE_GREATERTHAN: 'COMPARE_LESSTHAN',
  COMPARE_GREATERTHANOREQUALTO: 'COMPARE_LESSTHANOREQUALTO',
};

function comparison(node: SyntaxNode): SyntaxNode {
  const type = String(node.type);
  const swapped = { ...node, left: node.right, right: node.left };
  if (symmetric.includes(type)) return canonical(node.left) <= canonical(node.right) ? node : swapped;
  const mirror = mirrored[type];
  return mirror === undefined ? node : { ...swapped, type: mirror };
}

/** What an `and`, or an `or`, joins, however it is bracketed; of anything else the node itself. */
export function operandsOf(node: SyntaxNode, type = node.type): SyntaxNode[] {
  if (node.class !== 'CONJUNCTION' || node.type !== type) return [node];
  return childrenOf(node).flatMap((child) => operandsOf(child, type));
}

export function childrenOf(node: SyntaxNode): SyntaxNode[] {
  return listOf(node.children).filter(isNode);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function inOrder(nodes: readonly SyntaxNode[]): SyntaxNode[] {
  return nodes
    .map((node) => ({ node, form: canonical(node) }))
    .sort((left, right) => (left.form < right.form ? -1 : left.form > right.form ? 1 : 0))
    .map(({ node }) => node);
}

/** Whether it is the constant `true`, which DuckDB's parser writes as a cast. */
export function isTrue(node: SyntaxNode): boolean {
  const { child, cast_type: type } = node;
  if (node.class !== 'CAST' || !isNode(child) || !isNode(type) || type.id !== 'BOOLEAN') return false;
  return isNode(child.value) && child.value.value === 't';
}
