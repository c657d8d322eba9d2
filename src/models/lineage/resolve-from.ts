import type { Context } from './context.ts';
import { constant } from './expressions.ts';
import { tableFunctions } from './functions.ts';
import { resolveExpression } from './resolve-expression.ts';
import { resolveJoin } from './resolve-join.ts';
import { resolveUnpivot } from './resolve-unpivot.ts';
import type { Column, Expression, Query, Relation } from './resolved.ts';
import { innerScope, nothingInSight, type Scope, type Sight } from './scope.ts';
import { isNode, nodesOf, positionOf, type SyntaxNode, textOf, textsOf } from './tree.ts';

/** A relation of a FROM clause with what it brings into sight. */
export interface From {
  readonly relation: Relation;
  readonly sight: Sight;
}

/** Resolves what stands in a FROM clause; `scope` is what it may read sideways and from around. */
export function resolveFrom(node: SyntaxNode, scope: Scope, context: Context): From {
  const from = unsampled(node, scope, context);
  if (!isNode(node.sample)) return from;
  const { columns, open, position } = from.relation;
  return { ...from, relation: { kind: 'sample', of: from.relation, columns, open, position } };
}

function unsampled(node: SyntaxNode, scope: Scope, context: Context): From {
  switch (node.type) {
    case 'EMPTY':
      return { relation: { kind: 'nothing', columns: [], position: undefined }, sight: nothingInSight };
    case 'BASE_TABLE':
      return named(node, baseTable(node, scope, context), textOf(node.table_name));
    case 'SUBQUERY':
      return named(node, subquery(node, scope, context));
    case 'JOIN':
      return resolveJoin(node, scope, context);
    case 'TABLE_FUNCTION':
      return named(
        node,
        tableFunction(node, scope, context),
        textOf(isNode(node.function) ? node.function.function_name : ''),
      );
    case 'EXPRESSION_LIST':
      return named(node, values(node, scope, context));
    case 'PIVOT':
      return named(node, resolveUnpivot(node, scope, context));
    default:
      return named(node, unknownRelation(`${textOf(node.type)} in FROM is not followed`, positionOf(node)));
  }
}

export function unknownRelation(
  reason: string,
  position: number | undefined,
  sources: readonly Relation[] = [],
): Relation {
  return { kind: 'unknown', reason, sources, columns: [], open: reason, position };
}

function named(node: SyntaxNode, relation: Relation, ownName = ''): From {
  const name = (textOf(node.alias) || ownName).toLowerCase();
  return {
    relation,
    sight: { bindings: [{ name, columns: relation.columns, open: relation.open }], merged: new Map() },
  };
}

function baseTable(node: SyntaxNode, scope: Scope, context: Context): Relation {
  const position = positionOf(node);
  const schema = textOf(node.schema_name).toLowerCase();
  const table = textOf(node.table_name).toLowerCase();
  const common = schema === '' ? scope.tables.get(table) : undefined;
  const aliases = textsOf(node.column_name_alias);
  if (common !== undefined) {
    return overQuery(common.query, [...aliases, ...common.columnNames.slice(aliases.length)], position);
  }
  const inPlace = schema === '' ? context.inPlace(table) : undefined;
  if (inPlace !== undefined) {
    return { ...overQuery(inPlace, aliases, position), model: table };
  }
  const keys = schema === '' || schema === 'main' ? [table, `main.${table}`] : [`${schema}.${table}`];
  const key = keys.find((name) => context.columnsOf(name) !== undefined) ?? keys[0] ?? table;
  const known = context.columnsOf(key);
  const names = known ?? [];
  return {
    kind: 'table',
    table: key,
    isBare: schema === '' && textOf(node.catalog_name) === '',
    names,
    columns: names.map((name, index) => ({ name: aliases[index] ?? name })),
    open: known === undefined ? `the columns of ${key} are not known` : undefined,
    position,
  };
}

function subquery(node: SyntaxNode, scope: Scope, context: Context): Relation {
  const inner = isNode(node.subquery) && isNode(node.subquery.node) ? node.subquery.node : {};
  const query = context.resolveQuery(inner, innerScope(scope));
  return overQuery(query, textsOf(node.column_name_alias), positionOf(node));
}

/** A query as a relation; a name that comes twice gets a number, as DuckDB gives it. */
export function overQuery(
  query: Query,
  names: readonly string[],
  position: number | undefined,
): Extract<Relation, { kind: 'query' }> {
  const taken = new Set<string>();
  const columns = query.columns.map((column, index): Column => {
    const name = names[index] ?? column.name;
    const value: Expression = { kind: 'column', column, parts: [], position: undefined };
    return name === undefined ? { name, value } : { name: untaken(name, taken), value };
  });
  return { kind: 'query', query, columns, open: query.open, position };
}

function untaken(name: string, taken: Set<string>): string {
  let free = name;
  for (let count = 1; taken.has(free.toLowerCase()); count++) free = `${name}_${count}`;
  taken.add(free.toLowerCase());
  return free;
}

function tableFunction(node: SyntaxNode, scope: Scope, context: Context): Relation {
  const call = isNode(node.function) ? node.function : {};
  const name = textOf(call.function_name).toLowerCase();
  const position = positionOf(node) ?? positionOf(call);
  const own = tableFunctions.get(name);
  if (own === undefined) return unknownRelation(`the table function ${name} is not followed`, position);
  const parts = nodesOf(call.children).map((part) => resolveExpression(part, innerScope(scope), context));
  const aliases = textsOf(node.column_name_alias);
  const hasOrdinal = node.with_ordinality === 'WITH_ORDINALITY';
  const names = [...own.map((column, index) => aliases[index] ?? column), ...aliases.slice(own.length)];
  if (hasOrdinal && names.length === own.length) names.push('ordinality');
  const [list] = parts;
  const made: Expression | undefined =
    name === 'unnest' && list !== undefined ? { kind: 'unnest', parts: [list], position } : undefined;
  const columns = names.map((column) => (made === undefined ? { name: column } : { name: column, value: made }));
  return {
    kind: 'rows',
    name,
    cells: columns.map(() => (made === undefined ? parts : [made])),
    arguments: parts,
    columns,
    position,
  };
}

function values(node: SyntaxNode, scope: Scope, context: Context): Relation {
  const rows = Array.isArray(node.values) ? node.values.map(nodesOf) : [];
  const resolved = rows.map((row) => row.map((cell) => resolveExpression(cell, innerScope(scope), context)));
  const aliases = textsOf(node.column_name_alias);
  const columns = (resolved[0] ?? []).map((_, index) => ({ name: aliases[index] ?? `col${index}` }));
  const cells = columns.map((_, index) => resolved.map((row) => row[index] ?? constant()));
  return { kind: 'rows', name: 'values', cells, arguments: resolved.flat(), columns, position: positionOf(node) };
}
