import type { Context } from './context.ts';
import { shapeOf } from './expressions.ts';
import { resolveExpression } from './resolve-expression.ts';
import type { Expression } from './resolved.ts';
import type { Scope } from './scope.ts';
import { type Item, type Starred, starColumns } from './star.ts';
import { expressionsBelow, isNode, nodesOf, type SyntaxNode, textOf, textsOf } from './tree.ts';

/** What a select list makes, and the scope in which its aliases may be used. */
export interface SelectList extends Starred {
  readonly scope: Scope;
}

/** Resolves a select list from left to right: an expression may use the aliases before it. */
export function resolveSelectList(nodes: readonly SyntaxNode[], scope: Scope, context: Context): SelectList {
  const items: Item[] = [];
  const doubts: string[] = [];
  let current = scope;
  for (const node of nodes) {
    const made = resolveItem(node, current, context);
    items.push(...made.items);
    if (made.open !== undefined) doubts.push(made.open);
    const alias = textOf(node.alias).toLowerCase();
    const [only] = made.items;
    if (alias !== '' && made.items.length === 1 && only !== undefined && !current.aliases.has(alias)) {
      current = { ...current, aliases: new Map([...current.aliases, [alias, only.value]]) };
    }
  }
  const [open] = doubts;
  return { items, scope: current, ...(open === undefined ? {} : { open }) };
}

function resolveItem(node: SyntaxNode, scope: Scope, context: Context): Starred {
  const resolve = (part: SyntaxNode) => resolveExpression(part, scope, context);
  if (node.class === 'STAR') {
    const starred = starColumns(node, scope, resolve);
    const alias = textOf(node.alias);
    if (alias === '' || alias.includes('\\')) return starred;
    return { ...starred, items: starred.items.map((item) => ({ ...item, name: alias })) };
  }
  const star = starWithin(node);
  if (star !== undefined) return forEachColumn(node, star, scope, context);
  const value = resolve(node);
  if (value.kind === 'unnest') return unnested(node, value);
  return { items: [{ name: nameOf(node), value }] };
}

/** `max(columns(*))` is one expression for each column. */
function forEachColumn(node: SyntaxNode, star: SyntaxNode, scope: Scope, context: Context): Starred {
  if (star.columns !== true) return { items: [], open: 'a star that is filtered by name is not followed' };
  const { items, open } = starColumns(star, scope, (part) => resolveExpression(part, scope, context));
  const alias = textOf(node.alias);
  const made = items.map((item) => ({
    name: alias === '' ? item.name : alias,
    value: resolveExpression(node, { ...scope, star: item.value }, context),
  }));
  return open === undefined ? { items: made } : { items: made, open };
}

/** The star in an expression, unless it is unpacked into arguments or belongs to a subquery. */
function starWithin(node: SyntaxNode): SyntaxNode | undefined {
  if (node.class === 'STAR') return node;
  if (node.class === 'SUBQUERY' || node.type === 'OPERATOR_UNPACK') return undefined;
  for (const part of expressionsBelow(node)) {
    const star = starWithin(part);
    if (star !== undefined) return star;
  }
  return undefined;
}

/** A struct, or a list of structs that is taken apart to the bottom, becomes a column for each field. */
function unnested(node: SyntaxNode, value: Expression): Starred {
  const options = nodesOf(node.children).slice(1);
  const isRecursive = options.some((option) => textOf(option.alias).toLowerCase() === 'recursive');
  const shape = shapeOf(value.parts[0]);
  if (shape === undefined && isRecursive) return { items: [], open: 'the fields that unnest takes out are not known' };
  const isStruct = shape !== undefined && !shape.list;
  if (shape?.fields === undefined || !(isStruct || isRecursive)) {
    return { items: [{ name: textOf(node.alias) || undefined, value }] };
  }
  const of: Expression = isStruct && value.parts[0] !== undefined ? value.parts[0] : value;
  return { items: shape.fields.flatMap((field) => taken(field.name, field.value, of, isRecursive)) };
}

function taken(name: string, example: Expression, of: Expression, isRecursive: boolean): readonly Item[] {
  const value: Expression = { kind: 'field', name, parts: [of], position: of.position };
  const inner = isRecursive ? shapeOf(example) : undefined;
  if (inner?.fields === undefined || inner.list) return [{ name, value }];
  return inner.fields.flatMap((field) => taken(field.name, field.value, value, true));
}

/** An expression without an alias is called by its column or field, else by a text that only DuckDB knows. */
function nameOf(node: SyntaxNode): string | undefined {
  const column = node.class === 'COLUMN_REF' ? textsOf(node.column_names).at(-1) : undefined;
  return textOf(node.alias) || column;
}

/** The place in a select list that `group by 1` or `order by 1` means; undefined for any other expression. */
export function placeIn(node: SyntaxNode): number | undefined {
  const value = node.class === 'CONSTANT' && isNode(node.value) ? node.value.value : undefined;
  return typeof value === 'number' && Number.isInteger(value) ? value : undefined;
}
