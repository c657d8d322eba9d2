import { conjuncts } from '../lineage/expressions.ts';
import type { Expression, Relation } from '../lineage/resolved.ts';
import type { Checker } from './checker.ts';
import { joinedKeys } from './join-keys.ts';
import { areTied, isPinned, type Keys, type Outer, pin, type Rows, refused, together, whole } from './keys.ts';
import { reasons } from './problems.ts';
import { relationRows } from './relation-rows.ts';

type Join = Extract<Relation, { kind: 'join' }>;

/** What is known of the rows of a join. `filters` hold for all rows that are kept of it. */
export function joinedRows(join: Join, filters: readonly Expression[], outer: Outer, checker: Checker): Rows {
  return isPlainInner(join) ? innerRows(join, filters, outer, checker) : pairRows(join, filters, outer, checker);
}

function isPlainInner(relation: Relation): relation is Join {
  return relation.kind === 'join' && relation.type === 'inner' && relation.match === 'regular';
}

/** Inner and cross joins side by side: the order in which they are written does not matter, nor where conditions stand. */
function innerRows(join: Join, filters: readonly Expression[], outer: Outer, checker: Checker): Rows {
  const { relations, conditions } = flatten(join);
  const all = [...filters, ...conditions];
  let inSight = outer;
  const found: { rows: Rows; relation: Relation }[] = [];
  for (const relation of relations) {
    const rows = relationRows(relation, all, inSight, checker);
    found.push({ rows: rows.kind === 'keyed' ? pin(rows, all, outer) : rows, relation });
    inSight = together(inSight, rows);
  }
  const chosen = checker.conditions(conditions, inSight);
  if (chosen.kind === 'refused' || found.some(({ rows }) => rows.kind === 'refused')) return refused;
  return tieAll(found, all, chosen, checker);
}

function flatten(relation: Relation): { relations: readonly Relation[]; conditions: readonly Expression[] } {
  if (!isPlainInner(relation)) return { relations: [relation], conditions: [] };
  const [left, right] = [flatten(relation.left), flatten(relation.right)];
  return {
    relations: [...left.relations, ...right.relations],
    conditions: [...left.conditions, ...right.conditions, ...conjuncts(relation.condition)],
  };
}

/** Relation after relation is added to those that are tied to the first; what is left over meets other partitions. */
function tieAll(
  found: readonly { readonly rows: Rows; readonly relation: Relation }[],
  conditions: readonly Expression[],
  chosen: Rows,
  checker: Checker,
): Rows {
  const keyed = found.flatMap(({ rows, relation }) => (rows.kind === 'keyed' ? [{ keys: rows, relation }] : []));
  const [first, ...others] = keyed;
  if (first === undefined) return chosen;
  let tied: Keys = first.keys;
  let waiting = others;
  for (;;) {
    const next = waiting.find(({ keys }) => areTied(tied, keys, conditions));
    if (next === undefined) break;
    tied = joinedKeys('inner', tied, next.keys);
    waiting = waiting.filter((other) => other !== next);
  }
  const [loose] = waiting;
  if (loose !== undefined) return checker.refuseJoin(tied, loose.keys, loose.relation.position);
  return { kind: 'keyed', ...tied };
}

/** Outer, semi, anti, ASOF and POSITIONAL joins: which side is which matters. */
function pairRows(join: Join, filters: readonly Expression[], outer: Outer, checker: Checker): Rows {
  const conditions = conjuncts(join.condition);
  const keepsLeft = join.type !== 'right' && join.type !== 'full';
  const left = relationRows(join.left, keepsLeft ? filters : [], outer, checker);
  const right = relationRows(join.right, join.type === 'right' ? filters : [], together(outer, left), checker);
  const chosen = checker.conditions(conditions, together(outer, left, right));
  if (left.kind === 'refused' || right.kind === 'refused' || chosen.kind === 'refused') return refused;
  if (left.kind === 'whole' && right.kind === 'whole') return chosen;
  if (join.match === 'positional') return checker.refuse(reasons.positional, join.position);
  // A full join keeps rows of both sides that meet no condition.
  const ours = left.kind === 'keyed' ? pin(left, keepsLeft ? filters : [], outer) : left;
  const hold = join.type === 'right' ? filters : join.type === 'full' ? [] : conditions;
  const theirs = right.kind === 'keyed' ? pin(right, hold, outer) : right;
  if (ours.kind === 'keyed' && theirs.kind === 'keyed') {
    if (!areTied(ours, theirs, conditions)) return checker.refuseJoin(ours, theirs, join.position);
    return { kind: 'keyed', ...joinedKeys(join.type, ours, theirs) };
  }
  return ours.kind === 'keyed' ? keyedFirst(join, ours, outer, checker) : wholeFirst(join, theirs, outer, checker);
}

/** A keyed relation with one that is not cut. */
function keyedFirst(join: Join, left: Keys, outer: Outer, checker: Checker): Rows {
  const preservesRight = join.type === 'right' || join.type === 'full';
  if (!preservesRight) return { kind: 'keyed', ...left };
  if (isPinned(left, outer)) return { kind: 'keyed', sets: [], loose: left.loose, pins: left.pins };
  return checker.refuse(reasons.preserved(checker.keyName(left)), join.position);
}

/** A relation that is not cut with one that is: only what matches may be kept. */
function wholeFirst(join: Join, right: Rows, outer: Outer, checker: Checker): Rows {
  if (right.kind !== 'keyed') return whole;
  if (join.match === 'regular' && (join.type === 'right' || join.type === 'inner')) return right;
  if (isPinned(right, outer)) return { kind: 'keyed', sets: [], loose: right.loose, pins: right.pins };
  const key = checker.keyName(right);
  if (join.type === 'semi' || join.type === 'anti') return checker.refuse(reasons.semi(key), join.position);
  return checker.refuse(join.match === 'asof' ? reasons.asof(key) : reasons.preserved(key), join.position);
}
