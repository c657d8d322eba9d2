import type { Context, Known } from './context.ts';
import { resolveModifiers } from './modifiers.ts';
import { overQuery } from './resolve-from.ts';
import { resolveSelect } from './resolve-select.ts';
import type { Column, Query, Recursion, SetOperation } from './resolved.ts';
import { type CommonTable, innerScope, type Scope } from './scope.ts';
import { entriesOf, isNode, nodesOf, positionOf, type SyntaxNode, textOf, textsOf } from './tree.ts';

/**
 * Resolves every name of a query: one statement of `json_serialize_sql`. Names that mean nothing, or more than one
 * thing, become expressions of kind `unknown`; nothing is thrown. Pure.
 */
export function resolveStatement(statement: unknown, known: Known): Query {
  const inPlace = new Map<string, Query>();
  const resolve = (of: unknown) => resolveQuery(nodeIn(of), innerScope(undefined), context);
  const context: Context = {
    ...known,
    resolveQuery: (inner, scope) => resolveQuery(inner, scope, context),
    inPlace: (model) => {
      const found = inPlace.get(model);
      const of = known.statementOf?.(model);
      if (found !== undefined || of === undefined) return found;
      const query = resolve(of);
      inPlace.set(model, query);
      return query;
    },
  };
  return resolve(statement);
}

function nodeIn(statement: unknown): SyntaxNode {
  return isNode(statement) && isNode(statement.node) ? statement.node : {};
}

function resolveQuery(node: SyntaxNode, scope: Scope, context: Context): Query {
  const inner = withCommonTables(node, scope, context);
  switch (node.type) {
    case 'SET_OPERATION_NODE':
      return setOperation(node, inner, context);
    case 'RECURSIVE_CTE_NODE':
      return recursion(node, inner, context);
    default:
      return resolveSelect(node, inner, context);
  }
}

/** Each common table expression sees those before it; a recursive one sees itself too (see recursion). */
function withCommonTables(node: SyntaxNode, scope: Scope, context: Context): Scope {
  const tables = new Map<string, CommonTable>(scope.tables);
  for (const { key, value } of entriesOf(isNode(node.cte_map) ? node.cte_map.map : [])) {
    const holder = isNode(value) && isNode(value.query) ? value.query : {};
    const query = resolveQuery(
      isNode(holder.node) ? holder.node : {},
      { ...innerScope(scope), tables: new Map(tables) },
      context,
    );
    tables.set(textOf(key).toLowerCase(), { query, columnNames: textsOf(isNode(value) ? value.aliases : []) });
  }
  return { ...scope, tables };
}

function setOperation(node: SyntaxNode, scope: Scope, context: Context): SetOperation {
  const side = (part: unknown) => resolveQuery(isNode(part) ? part : {}, innerScope(scope), context);
  const [left, right] = [side(node.left), side(node.right)];
  const isByName = node.setop_type === 'UNION_BY_NAME';
  const places = isByName ? placesByName(left, right) : left.columns.map((_, index) => ({ left: index, right: index }));
  const columns = places.map((place) => ({
    name: (left.columns[place.left ?? -1] ?? right.columns[place.right ?? -1])?.name,
  }));
  const unnamed = isByName && [...left.columns, ...right.columns].some((column) => column.name === undefined);
  const open = left.open ?? right.open ?? (unnamed ? 'UNION BY NAME over a column without a name' : undefined);
  const position = positionOf(node);
  return {
    kind: 'set',
    operation: node.setop_type === 'EXCEPT' ? 'except' : node.setop_type === 'INTERSECT' ? 'intersect' : 'union',
    keepsDuplicates: node.setop_all === true,
    left,
    right,
    places,
    columns,
    open,
    position,
    ...resolveModifiers(
      nodesOf(node.modifiers),
      columns,
      [],
      { ...scope, bindings: [{ name: '', columns, open }] },
      context,
    ),
  };
}

function placesByName(left: Query, right: Query): SetOperation['places'] {
  const placeIn = (query: Query, column: Column) => {
    const place = query.columns.findIndex(({ name }) => name?.toLowerCase() === column.name?.toLowerCase());
    return place < 0 ? undefined : place;
  };
  const ours = left.columns.map((column, index) => ({ left: index, right: placeIn(right, column) }));
  const theirs = right.columns.map((column, index) => ({ left: placeIn(left, column), right: index }));
  return [...ours, ...theirs.filter((place) => place.left === undefined)];
}

function recursion(node: SyntaxNode, scope: Scope, context: Context): Recursion {
  const first = resolveQuery(isNode(node.left) ? node.left : {}, innerScope(scope), context);
  const names = textsOf(node.aliases);
  const columns = overQuery(first, names, undefined).columns.map(({ name }) => ({ name }));
  const query: { -readonly [Key in keyof Recursion]: Recursion[Key] } = {
    kind: 'recursion',
    first,
    step: first,
    keepsDuplicates: node.union_all === true,
    replacesRows: nodesOf(node.key_targets).length > 0,
    columns,
    open: first.open,
    position: positionOf(node),
  };
  const tables = new Map([...scope.tables, [textOf(node.cte_name).toLowerCase(), { query, columnNames: [] }]]);
  query.step = resolveQuery(isNode(node.right) ? node.right : {}, { ...innerScope(scope), tables }, context);
  return query;
}
