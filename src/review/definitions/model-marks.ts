import { isNode, nodesOf, type SyntaxNode, textOf, textsOf } from '../../models/lineage/tree.ts';
import { canonical } from './fields.ts';
import { changesRows, mayAggregate, surelyAggregates } from './model-functions.ts';
import {
  countsPlaces,
  everyNode,
  holdsRoundedNumbers,
  ordersByPlace,
  ownNodes,
  sameTree,
  withoutPlaces,
} from './model-tree.ts';

/** The table that a marked expression is made to read; no SQL of a project can name it. */
export const markTable = 'handover.changed expressions';
export const markColumn = 'changed';

interface Pair {
  readonly before: unknown;
  readonly after: unknown;
}

interface Place {
  /** Nothing reads its columns by their place. */
  readonly canShift: boolean;
  readonly isRoot: boolean;
}

/**
 * Two statements in which each expression of a select list that the other lacks, or has otherwise, also reads the table
 * `markTable`: what reads that table by way of them may differ. Undefined when anything else differs. Pure.
 */
export function markChanges(before: unknown, after: unknown): Pair | undefined {
  if (holdsRoundedNumbers(before) || holdsRoundedNumbers(after)) return undefined;
  if (!isNode(before) || !isNode(after)) return undefined;
  const canShift = !countsPlaces(before) && !countsPlaces(after);
  const { node: old, ...rest } = before;
  const { node, ...others } = after;
  if (!sameTree(rest, others)) return undefined;
  const marked = mark(old, node, { canShift, isRoot: true });
  return marked && { before: { ...rest, node: marked.before }, after: { ...others, node: marked.after } };
}

function mark(before: unknown, after: unknown, place: Place): Pair | undefined {
  if (Array.isArray(before) && Array.isArray(after)) {
    if (before.length !== after.length) return undefined;
    const pairs = before.map((part, index) => mark(part, after[index], { ...place, isRoot: false }));
    return joined(pairs, (parts) => parts);
  }
  if (!isNode(before) || !isNode(after)) return before === after ? { before, after } : undefined;
  const keys = Object.keys(after);
  if (keys.length !== Object.keys(before).length || !keys.every((key) => key in before)) return undefined;
  // What an expression makes of a query goes by the query's columns in their order.
  const inner = { canShift: place.canShift && before.class !== 'SUBQUERY', isRoot: false };
  const pairs = keys.map((key) => {
    if (key === 'query_location') return { before: before[key], after: after[key] };
    const isList = key === 'select_list' && after.type === 'SELECT_NODE' && before.type === 'SELECT_NODE';
    return isList ? markList(before, after, place) : mark(before[key], after[key], inner);
  });
  return joined(pairs, (parts) => Object.fromEntries(keys.map((key, index) => [key, parts[index]])));
}

function joined(pairs: readonly (Pair | undefined)[], join: (parts: readonly unknown[]) => unknown): Pair | undefined {
  const found = pairs.filter((pair) => pair !== undefined);
  if (found.length < pairs.length) return undefined;
  return { before: join(found.map((pair) => pair.before)), after: join(found.map((pair) => pair.after)) };
}

/** Pairs the items of two select lists by name. */
function markList(before: SyntaxNode, after: SyntaxNode, { canShift, isRoot }: Place): Pair | undefined {
  const [old, now] = [nodesOf(before.select_list), nodesOf(after.select_list)];
  const [oldKeys, keys] = [old.map(keyOf), now.map(keyOf)];
  if (canonical(oldKeys.map(placeKey)) === canonical(keys.map(placeKey))) {
    const marked = now.map((item, index) => markPair(old[index] ?? item, item, before, after));
    return joined(marked, (items) => items);
  }
  const counted = [before, after].some(ordersByPlace);
  const unique = [oldKeys, keys].every((names) => new Set(names).size === names.length);
  if (!unique || counted || !(canShift || isRoot)) return undefined;
  const [common, again] = [oldKeys.filter((key) => keys.includes(key)), keys.filter((key) => oldKeys.includes(key))];
  const isReordered = canonical(common) !== canonical(again);
  const stars = [old, now].map((items) => items.filter(holdsStar).length);
  if (stars.some((count) => count > (isReordered ? 0 : 1))) return undefined;
  const shared = common.filter((key) => sameTree(old[oldKeys.indexOf(key)], now[keys.indexOf(key)]));
  const stays = old.some((item, index) => shared.includes(oldKeys[index] ?? '') && surelyAggregates(item));
  const side = (items: readonly SyntaxNode[], names: readonly string[], select: SyntaxNode) =>
    items.map((item, index) => {
      const key = names[index] ?? '';
      // In another order an alias may be read before it is made, and then means something else.
      if (shared.includes(key)) return isReordered && readsAlias(item, items) ? markItem(item, select, stays) : item;
      return markItem(item, select, stays);
    });
  const [left, right] = [side(old, oldKeys, before), side(now, keys, after)];
  if (left.includes(undefined) || right.includes(undefined)) return undefined;
  const pairs = common.map((key) => markPair(old[oldKeys.indexOf(key)], now[keys.indexOf(key)], before, after));
  return pairs.includes(undefined) ? undefined : { before: left, after: right };
}

/** Two items of one name. */
function markPair(
  old: SyntaxNode | undefined,
  now: SyntaxNode | undefined,
  before: SyntaxNode,
  after: SyntaxNode,
): Pair | undefined {
  if (old === undefined || now === undefined) return undefined;
  if (sameTree(old, now)) return { before: old, after: now };
  // Without groups one aggregate makes a single row of all.
  const isSame = surelyAggregates(old) ? surelyAggregates(now) : !mayAggregate(old) && !mayAggregate(now);
  const [left, right] = [markItem(old, before, isSame), markItem(now, after, isSame)];
  return left === undefined || right === undefined ? undefined : { before: left, after: right };
}

/** `isSettled`: whether the select aggregates does not hang on this item. */
function markItem(item: SyntaxNode, select: SyntaxNode, isSettled: boolean): SyntaxNode | undefined {
  if (holdsStar(item) || changesRows(item)) return undefined;
  const isGrouped = nodesOf(select.group_expressions).length > 0 || select.aggregate_handling === 'FORCE_AGGREGATES';
  if (!isGrouped && !isSettled && mayAggregate(item)) return undefined;
  return { class: 'OPERATOR', type: 'HANDOVER_CHANGED', alias: nameOf(item), children: [item, markQuery] };
}

const [markSchema, markName] = markTable.split('.');

const markQuery: SyntaxNode = {
  class: 'SUBQUERY',
  subquery_type: 'SCALAR',
  subquery: {
    node: {
      type: 'SELECT_NODE',
      select_list: [{ class: 'COLUMN_REF', column_names: [markColumn] }],
      from_table: { type: 'BASE_TABLE', schema_name: markSchema, table_name: markName, alias: '' },
    },
  },
};

function nameOf(item: SyntaxNode): string {
  return textOf(item.alias) || (item.class === 'COLUMN_REF' ? (textsOf(item.column_names).at(-1) ?? '') : '');
}

/** What an item of a select list is known by; one without a name by all that it says. */
function keyOf(item: SyntaxNode): string {
  if (item.class === 'STAR') return `* ${textOf(item.relation_name).toLowerCase()}`;
  const name = nameOf(item);
  return name === '' ? `= ${canonical(withoutPlaces(item))}` : `. ${name.toLowerCase()}`;
}

/** Expressions without a name are known by their place alone. */
function placeKey(key: string): string {
  return key.startsWith('=') ? '=' : key;
}

function holdsStar(item: SyntaxNode): boolean {
  return ownNodes(item).some((node) => node.class === 'STAR');
}

/** Whether an item may mean, by a name, another item of its list. */
function readsAlias(item: SyntaxNode, items: readonly SyntaxNode[]): boolean {
  const aliases = new Set(items.filter((other) => other !== item).map((other) => textOf(other.alias).toLowerCase()));
  return everyNode(item).some(
    (node) => node.class === 'COLUMN_REF' && aliases.has((textsOf(node.column_names)[0] ?? '').toLowerCase()),
  );
}
