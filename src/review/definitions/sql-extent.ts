import { isNode, type SyntaxNode } from '../../warehouse/expression-rules.ts';
import { childrenOf, isTrue } from './sql-tree.ts';

/** Which values of an expression (told by its form) a condition lets through. */
export type Extent =
  /** Between two edges; one that is missing is open. */
  | { readonly kind: 'range'; readonly of: string; readonly low?: Edge; readonly high?: Edge }
  /** One of a list, or none of it; forms. */
  | { readonly kind: 'among' | 'except'; readonly of: string; readonly forms: readonly string[] };

interface Edge {
  /** A number; a day or instant as ISO text. */
  readonly value: number | string;
  /** Itself not in it. */
  readonly isOpen: boolean;
}

/** `more`: what the later one lets through holds all that the earlier one did. */
export type Effect = 'more' | 'fewer';

/** The extent of a condition in its one form; undefined where it is not told by constants alone. */
export function extentOf(node: SyntaxNode, formOf: (node: SyntaxNode) => string): Extent | undefined {
  const { type, left, right, input } = node;
  if (node.class === 'CONJUNCTION' && type === 'CONJUNCTION_OR') {
    return { kind: 'among', of: 'or', forms: childrenOf(node).map(formOf) };
  }
  if (type === 'COMPARE_IN' || type === 'COMPARE_NOT_IN') {
    const [sought, ...list] = childrenOf(node);
    if (sought === undefined || !list.every(isConstant)) return undefined;
    return { kind: type === 'COMPARE_IN' ? 'among' : 'except', of: formOf(sought), forms: list.map(formOf) };
  }
  if (type === 'COMPARE_BETWEEN' && isNode(input)) {
    const [low, high] = [edgeOf(node.lower, false), edgeOf(node.upper, false)];
    return low === undefined || high === undefined ? undefined : { kind: 'range', of: formOf(input), low, high };
  }
  if (!isNode(left) || !isNode(right)) return undefined;
  if (type === 'COMPARE_EQUAL' || type === 'COMPARE_NOTEQUAL') {
    const [constant, other] = isConstant(left) ? [left, right] : [right, left];
    if (!isConstant(constant)) return undefined;
    return { kind: type === 'COMPARE_EQUAL' ? 'among' : 'except', of: formOf(other), forms: [formOf(constant)] };
  }
  if (type !== 'COMPARE_LESSTHAN' && type !== 'COMPARE_LESSTHANOREQUALTO') return undefined;
  const isOpen = type === 'COMPARE_LESSTHAN';
  const [low, high] = [edgeOf(left, isOpen), edgeOf(right, isOpen)];
  if (low !== undefined && high === undefined) return { kind: 'range', of: formOf(right), low };
  return high !== undefined && low === undefined ? { kind: 'range', of: formOf(left), high } : undefined;
}

/** What one extent lets through beside the other; undefined where neither holds the other, or they are the same. */
export function effectOf(before: Extent | undefined, after: Extent | undefined): Effect | undefined {
  if (before === undefined || after === undefined || before.of !== after.of) return undefined;
  const [grows, shrinks] = [isWithin(before, after), isWithin(after, before)];
  if (grows === shrinks) return undefined;
  return grows ? 'more' : 'fewer';
}

function isWithin(inner: Extent, outer: Extent): boolean {
  if (inner.kind === 'range' || outer.kind === 'range') {
    if (inner.kind !== 'range' || outer.kind !== 'range') return false;
    return isInside(inner.low, outer.low, 1) && isInside(inner.high, outer.high, -1);
  }
  if (inner.kind !== outer.kind) return false;
  const [part, whole] = inner.kind === 'among' ? [inner, outer] : [outer, inner];
  const forms = new Set(whole.forms);
  return part.forms.every((form) => forms.has(form));
}

/** `sign`: 1 of low edges, -1 of high ones. */
function isInside(inner: Edge | undefined, outer: Edge | undefined, sign: 1 | -1): boolean {
  if (outer === undefined) return true;
  if (inner === undefined || typeof inner.value !== typeof outer.value) return false;
  // Texts of days and instants are in order only when they are written alike.
  if (String(inner.value).length !== String(outer.value).length && typeof inner.value === 'string') return false;
  if (inner.value === outer.value) return inner.isOpen || !outer.isOpen;
  return sign === 1 ? inner.value > outer.value : inner.value < outer.value;
}

function edgeOf(node: unknown, isOpen: boolean): Edge | undefined {
  const value = isNode(node) ? orderedValue(node) : undefined;
  return value === undefined ? undefined : { value, isOpen };
}

/** A constant's value, where it is one that has an order. */
function orderedValue(node: SyntaxNode): number | string | undefined {
  if (node.class === 'CAST') {
    const type = isNode(node.cast_type) ? String(node.cast_type.id) : '';
    const text = /^(DATE|TIMESTAMP)/.test(type) && isNode(node.child) ? orderedValue(node.child) : undefined;
    return typeof text === 'string' ? `${type} ${text}` : undefined;
  }
  if (node.class !== 'CONSTANT' || !isNode(node.value) || !isNode(node.value.type)) return undefined;
  const { value, type } = node.value;
  if (typeof value !== 'string') return undefined;
  if (type.id === 'VARCHAR') return /^\d{4}-\d\d-\d\d(?:$|[ T])/.test(value) ? value : undefined;
  const number = Number(value);
  if (Number.isNaN(number)) return undefined;
  const scale = isNode(type.type_info) ? Number(type.type_info.scale ?? 0) : 0;
  return number / 10 ** scale;
}

function isConstant(node: SyntaxNode): boolean {
  return node.class === 'CONSTANT' || isTrue(node) || (node.class === 'CAST' && orderedValue(node) !== undefined);
}
