import type { Context } from './context.ts';
import { columnExpression, unknown } from './expressions.ts';
import { resolveExpression } from './resolve-expression.ts';
import { type From, resolveFrom } from './resolve-from.ts';
import type { Expression, JoinType } from './resolved.ts';
import { findColumn, type Merged, type Scope, type Sight } from './scope.ts';
import { isNode, positionOf, type SyntaxNode, textsOf } from './tree.ts';

const joinTypes: ReadonlyMap<unknown, JoinType> = new Map([
  ['INNER', 'inner'],
  ['LEFT', 'left'],
  ['RIGHT', 'right'],
  ['OUTER', 'full'],
  ['FULL', 'full'],
  ['SEMI', 'semi'],
  ['ANTI', 'anti'],
]);

/** Resolves a join of any kind. The right side may read columns of the left (LATERAL, said or not). */
export function resolveJoin(node: SyntaxNode, scope: Scope, context: Context): From {
  const left = resolveFrom(isNode(node.left) ? node.left : {}, scope, context);
  const sideways: Scope = { ...scope, ...both(scope, left.sight) };
  const right = resolveFrom(isNode(node.right) ? node.right : {}, sideways, context);
  const type = joinTypes.get(node.join_type) ?? 'full';
  const names = sharedNames(node, left.sight, right.sight);
  const merged = names.map((name) => mergeColumn(name, left.sight, right.sight, type));
  const inSight = both(left.sight, right.sight, new Map(merged.map(({ name, merge }) => [name, merge])));
  const equalities = merged.map(({ equality }, index) =>
    isAsofBound(node, index, names) ? inequality(equality) : equality,
  );
  const written = isNode(node.condition)
    ? [resolveExpression(node.condition, { ...scope, ...inSight, aliases: new Map() }, context)]
    : [];
  const keepsRight = type !== 'semi' && type !== 'anti';
  const { relation } = left;
  return {
    sight: keepsRight ? inSight : left.sight,
    relation: {
      kind: 'join',
      type,
      match: node.ref_type === 'ASOF' ? 'asof' : node.ref_type === 'POSITIONAL' ? 'positional' : 'regular',
      left: relation,
      right: right.relation,
      condition: allOf([...equalities, ...written]),
      columns: keepsRight ? [...relation.columns, ...right.relation.columns] : relation.columns,
      open: relation.open ?? (keepsRight ? right.relation.open : undefined),
      position: positionOf(node) ?? right.relation.position,
    },
  };
}

function both(left: Sight, right: Sight, merged: ReadonlyMap<string, Merged> = new Map()): Sight {
  return {
    bindings: [...left.bindings, ...right.bindings],
    merged: new Map([...left.merged, ...right.merged, ...merged]),
  };
}

function allOf(conditions: readonly Expression[]): Expression | undefined {
  if (conditions.length < 2) return conditions[0];
  return { kind: 'and', parts: conditions, position: undefined };
}

/** The columns of USING, or those that both sides of a NATURAL join have. */
function sharedNames(node: SyntaxNode, left: Sight, right: Sight): readonly string[] {
  if (node.ref_type !== 'NATURAL') return textsOf(node.using_columns).map((name) => name.toLowerCase());
  const names = left.bindings.flatMap((binding) => binding.columns.map((column) => column.name?.toLowerCase() ?? ''));
  const shared = names.filter(
    (name) =>
      name !== '' &&
      right.bindings.some(({ columns }) => columns.some((column) => column.name?.toLowerCase() === name)),
  );
  return [...new Set(shared)];
}

/** The last column of an ASOF join's USING is compared with >=. */
function isAsofBound(node: SyntaxNode, index: number, names: readonly string[]): boolean {
  return node.ref_type === 'ASOF' && index === names.length - 1;
}

function inequality({ parts, position }: Expression): Expression {
  return { kind: 'call', name: 'COMPARE_GREATERTHANOREQUALTO', parts, passes: [], position };
}

function mergeColumn(
  name: string,
  left: Sight,
  right: Sight,
  type: JoinType,
): { name: string; equality: Expression; merge: Merged } {
  const [ours, theirs] = [side(name, left), side(name, right)];
  const equality: Expression = {
    kind: 'equal',
    matchesNulls: false,
    parts: [ours.value, theirs.value],
    position: undefined,
  };
  const coalesced: Expression = { kind: 'coalesce', parts: [ours.value, theirs.value], position: undefined };
  const value = type === 'full' ? coalesced : type === 'right' ? theirs.value : ours.value;
  return { name, equality, merge: { value, columns: new Set([...ours.columns, ...theirs.columns]) } };
}

function side(name: string, sight: Sight): Merged {
  const merged = sight.merged.get(name);
  if (merged !== undefined) return merged;
  const found = findColumn(sight, name);
  if (found === undefined) return { value: unknown(`no column "${name}" to join on`), columns: new Set() };
  if ('doubt' in found) return { value: unknown(found.doubt), columns: new Set() };
  if ('expression' in found) return { value: found.expression, columns: new Set() };
  return { value: columnExpression(found.column), columns: new Set([found.column]) };
}
