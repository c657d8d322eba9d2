import type { Context } from './context.ts';
import { aggregates, everyPart } from './expressions.ts';
import { resolveModifiers } from './modifiers.ts';
import { resolveExpression } from './resolve-expression.ts';
import { resolveFrom } from './resolve-from.ts';
import type { Expression, Select } from './resolved.ts';
import type { Scope } from './scope.ts';
import { placeIn, resolveSelectList } from './select-list.ts';
import { expressionsBelow, isNode, nodesOf, positionOf, type SyntaxNode, textsOf } from './tree.ts';

/** Resolves one SELECT. */
export function resolveSelect(node: SyntaxNode, outer: Scope, context: Context): Select {
  const { relation, sight } = resolveFrom(
    isNode(node.from_table) ? node.from_table : { type: 'EMPTY' },
    outer,
    context,
  );
  const list = resolveSelectList(nodesOf(node.select_list), { ...outer, ...sight }, context);
  const columns = list.items.map(({ name, value }) => ({ name, value }));
  const values = list.items.map(({ value }) => value);
  const clause = (part: unknown) => (isNode(part) ? resolveExpression(part, list.scope, context) : undefined);
  const having = withAliases(node.having, clause(node.having), list.scope);
  const qualify = clause(node.qualify);
  const modifiers = resolveModifiers(nodesOf(node.modifiers), columns, values, list.scope, context);
  const groups = groupsOf(node, values, [having, qualify, ...modifiers.orders], (part) => clause(part));
  return {
    kind: 'select',
    from: relation,
    where: clause(node.where_clause),
    groups,
    groupingSets: groupingSets(node, groups ?? []),
    having,
    qualify,
    isSampled: isNode(node.sample),
    values,
    columns,
    open: list.open,
    position: positionOf(node) ?? relation.position,
    ...modifiers,
  };
}

/** In HAVING an alias wins over a column that is not grouped by: both are taken to decide. */
function withAliases(node: unknown, having: Expression | undefined, scope: Scope): Expression | undefined {
  if (having === undefined || !isNode(node)) return having;
  const aliases = namesIn(node).flatMap((name) => scope.aliases.get(name) ?? []);
  return aliases.length === 0 ? having : { kind: 'and', parts: [having, ...aliases], position: having.position };
}

function namesIn(node: SyntaxNode): readonly string[] {
  const names = textsOf(node.column_names);
  const own = names.length === 1 ? names.map((name) => name.toLowerCase()) : [];
  return [...own, ...expressionsBelow(node).flatMap(namesIn)];
}

/** Undefined when the rows are not grouped; empty when all of them are one group. */
function groupsOf(
  node: SyntaxNode,
  values: readonly Expression[],
  others: readonly (Expression | undefined)[],
  resolve: (node: SyntaxNode) => Expression | undefined,
): readonly Expression[] | undefined {
  if (node.aggregate_handling === 'FORCE_AGGREGATES') return values.filter(isGroupedByAll);
  const written = nodesOf(node.group_expressions);
  if (written.length > 0) return written.flatMap((group) => values[(placeIn(group) ?? 0) - 1] ?? resolve(group) ?? []);
  const holdsAggregate = [...values, ...others].some((value) => value !== undefined && aggregates(value));
  return holdsAggregate || isNode(node.having) ? [] : undefined;
}

/** GROUP BY ALL takes what neither aggregates nor looks at other rows. */
function isGroupedByAll(value: Expression): boolean {
  return !everyPart(value).some((part) => part.kind === 'aggregate' || part.kind === 'window');
}

function groupingSets(node: SyntaxNode, groups: readonly Expression[]): readonly (readonly number[])[] {
  const written = Array.isArray(node.group_sets) ? node.group_sets : [];
  const sets = written.map((set) => (Array.isArray(set) ? set.filter((place) => typeof place === 'number') : []));
  return sets.length > 0 && node.aggregate_handling !== 'FORCE_AGGREGATES' ? sets : [groups.map((_, index) => index)];
}
