import type { Query, Recursion, SetOperation } from '../lineage/resolved.ts';
import type { Checker } from './checker.ts';
import { isPinned, type Keys, type Outer, pinsTo, type Rows, refused, whole } from './keys.ts';
import { modifiedRows } from './modified-rows.ts';
import { reasons } from './problems.ts';
import { selectRows } from './select-rows.ts';

/** What is known of the rows of a query, by its own columns. */
export function queryRows(query: Query, outer: Outer, checker: Checker): Rows {
  switch (query.kind) {
    case 'select':
      return selectRows(query, outer, checker);
    case 'set': {
      const inside = checker.expressions([...query.orders, ...query.limits], outer);
      const rows = setRows(query, outer, checker);
      return inside.kind === 'refused' ? refused : modifiedRows(query, rows, outer, checker);
    }
    case 'recursion':
      return recursionRows(query, outer, checker);
  }
}

function setRows(set: SetOperation, outer: Outer, checker: Checker): Rows {
  const [left, right] = [checker.query(set.left, outer), checker.query(set.right, outer)];
  if (left.kind === 'refused' || right.kind === 'refused') return refused;
  if (left.kind === 'whole' && right.kind === 'whole') return whole;
  const common = set.operation === 'union' ? sharedKeys(set, left, right) : leftKeys(set, left, right);
  const isSafe = [left, right].every((rows) => rows.kind === 'whole' || isPinned(rows, outer));
  if (isSafe) return { kind: 'keyed', ...common, pins: pinsOf([left, right], outer) };
  const named = checker.keyName(left.kind === 'keyed' ? left : right.kind === 'keyed' ? right : common);
  const holdsWhole = left.kind === 'whole' || (right.kind === 'whole' && set.operation === 'union');
  if (holdsWhole) return checker.refuse(reasons.unionWithWhole(named), set.position);
  if (common.sets.length === 0) return checker.refuse(reasons.union(named), set.position);
  return { kind: 'keyed', ...common };
}

function pinsOf(all: readonly Rows[], outer: Outer): Keys['pins'] {
  return new Set(all.flatMap((rows) => (rows.kind === 'keyed' ? [...pinsTo(rows, outer)] : [])));
}

/** Columns that are the key in both sides, wherever these have them. */
function sharedKeys(set: SetOperation, left: Rows, right: Rows): Keys {
  const sides = [
    { rows: left, query: set.left, side: 'left' as const },
    { rows: right, query: set.right, side: 'right' as const },
  ];
  const shared = set.columns.filter((_, index) =>
    sides.every(({ rows, query, side }) => isKeyAt(rows, query, set.places[index]?.[side])),
  );
  return { sets: shared.map((column) => new Set([column])), loose: new Set(), pins: new Set() };
}

/** EXCEPT and INTERSECT keep rows of the left side, and compare all columns: the key among them. */
function leftKeys(set: SetOperation, left: Rows, right: Rows): Keys {
  return right.kind === 'keyed'
    ? sharedKeys(set, left, right)
    : {
        sets: set.columns.flatMap((column, index) => (isKeyAt(left, set.left, index) ? [new Set([column])] : [])),
        loose: new Set(),
        pins: new Set(),
      };
}

export function isKeyAt(rows: Rows, query: Query, place: number | undefined): boolean {
  const column = query.columns[place ?? -1];
  return rows.kind === 'keyed' && column !== undefined && rows.sets.some((set) => set.size === 1 && set.has(column));
}

/**
 * By induction: while the rows of one round are keyed at some places, the step has to make rows keyed at the same
 * places. Places that the step does not keep are given up one after another.
 */
function recursionRows(recursion: Recursion, outer: Outer, checker: Checker): Rows {
  const first = checker.query(recursion.first, outer);
  if (first.kind === 'refused') return refused;
  const keyedBy = (places: readonly number[]): Rows =>
    first.kind === 'whole'
      ? whole
      : {
          kind: 'keyed',
          sets: places.flatMap((place) => {
            const column = recursion.columns[place];
            return column === undefined ? [] : [new Set([column])];
          }),
          loose: new Set(),
          pins: new Set(),
        };
  let places: readonly number[] = recursion.columns.flatMap((_, index) =>
    isKeyAt(first, recursion.first, index) ? [index] : [],
  );
  let step = checker.assuming(recursion.step, [recursion, keyedBy(places)], outer);
  for (
    let kept = keptBy(step, recursion, places);
    kept.length < places.length;
    kept = keptBy(step, recursion, places)
  ) {
    if (step.kind === 'refused' || kept.length === 0) break;
    places = kept;
    step = checker.assuming(recursion.step, [recursion, keyedBy(places)], outer);
  }
  if (step.kind === 'refused') return refused;
  if (first.kind === 'whole' && step.kind === 'whole') return whole;
  const key = checker.keyName(first.kind === 'keyed' ? first : step.kind === 'keyed' ? step : outer);
  if (first.kind === 'whole') return checker.refuse(reasons.unionWithWhole(key), recursion.position);
  if (recursion.replacesRows) return checker.refuse(reasons.replaces, recursion.position);
  if (keptBy(step, recursion, places).length === 0) return checker.refuse(reasons.recursion(key), recursion.position);
  return keyedBy(places);
}

function keptBy(step: Rows, recursion: Recursion, places: readonly number[]): readonly number[] {
  return places.filter((place) => isKeyAt(step, recursion.step, place));
}
