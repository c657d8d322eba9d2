import { columnExpression, shapeOf } from './expressions.ts';
import { resolveName } from './resolve-name.ts';
import type { Column, Expression } from './resolved.ts';
import { type Binding, findBinding, type Scope } from './scope.ts';
import { entriesOf, isNode, nodesOf, type SyntaxNode, textOf, textsOf } from './tree.ts';

/** A column that a select list makes. */
export interface Item {
  readonly name: string | undefined;
  readonly value: Expression;
}

/** What a star stands for; `open` is why there may be more. */
export interface Starred {
  readonly items: readonly Item[];
  readonly open?: string;
}

interface Candidate extends Item {
  /** Of the relation that it comes from. */
  readonly relation: string;
}

/**
 * The columns of `*`, `t.*` and `columns(…)`, with what they exclude, replace and rename. `resolve` gives the
 * expressions that replace a column.
 */
export function starColumns(node: SyntaxNode, scope: Scope, resolve?: (node: SyntaxNode) => Expression): Starred {
  const { items, open } = candidates(textOf(node.relation_name), scope);
  const kept = items.filter((item) => !isExcluded(item, node));
  const chosen = choose(kept, node);
  if (chosen === undefined) return { items: [], open: 'columns(…) chooses by more than names' };
  const changed = chosen.map((item) => renamed(replaced(item, node, resolve), node));
  return open === undefined ? { items: changed } : { items: changed, open };
}

function candidates(relation: string, scope: Scope): { items: readonly Candidate[]; open?: string | undefined } {
  if (relation === '') {
    const open = scope.bindings.find((binding) => binding.open !== undefined)?.open;
    return { items: withoutRepeats(scope), open };
  }
  const binding = findBinding(scope, relation);
  if (binding !== undefined)
    return { items: binding.columns.map((column) => candidate(column, binding)), open: binding.open };
  const struct = resolveName([relation], undefined, scope);
  const fields = shapeOf(struct)?.fields;
  if (fields === undefined) return { items: [], open: `the fields of "${relation}" are not known` };
  return {
    items: fields.map(({ name }) => ({
      name,
      relation,
      value: { kind: 'field', name, parts: [struct], position: undefined },
    })),
  };
}

/** All columns in sight; those that USING made one come once, where the first of them stands. */
function withoutRepeats(scope: Scope): readonly Candidate[] {
  const seen = new Set<string>();
  return scope.bindings.flatMap((binding) =>
    binding.columns.flatMap((column) => {
      const name = column.name?.toLowerCase() ?? '';
      const merged = scope.merged.get(name);
      if (merged === undefined || !merged.columns.has(column)) return [candidate(column, binding)];
      if (seen.has(name)) return [];
      seen.add(name);
      return [{ name: column.name, relation: binding.name, value: merged.value }];
    }),
  );
}

function candidate(column: Column, binding: Binding): Candidate {
  return { name: column.name, relation: binding.name, value: columnExpression(column) };
}

function isExcluded(item: Candidate, node: SyntaxNode): boolean {
  if (textsOf(node.exclude_list).some((name) => sameName(name, item.name))) return true;
  return nodesOf(node.qualified_exclude_list).some((name) => isNamed(item, name));
}

/** `{ table, column }`, the table being empty when it is not named. */
function isNamed(item: Candidate, name: SyntaxNode): boolean {
  const table = textOf(name.table);
  return sameName(textOf(name.column), item.name) && (table === '' || sameName(table, item.relation));
}

/** The items that `columns('pattern')` or `columns([names])` takes; undefined when it cannot be told. */
function choose(items: readonly Candidate[], node: SyntaxNode): readonly Candidate[] | undefined {
  if (!isNode(node.expr)) return items;
  const pattern = constantText(node.expr);
  if (pattern !== undefined) {
    const expression = asExpression(pattern);
    return expression && items.flatMap((item) => matched(item, expression, textOf(node.alias)));
  }
  const names = nodesOf(node.expr.children).map(constantText);
  if (node.expr.function_name !== 'list_value' || names.includes(undefined)) return undefined;
  return names.flatMap((name) => items.filter((item) => name !== undefined && sameName(name, item.name)));
}

/** A pattern of DuckDB's (RE2) as one of JavaScript's, when both read it the same way. */
function asExpression(pattern: string): RegExp | undefined {
  if (/\(\?|\\[^dDwWsSbB.\\^$*+?()[\]{}|/-]|\[\[:/.test(pattern)) return undefined;
  try {
    return new RegExp(pattern);
  } catch {
    return undefined;
  }
}

/** The alias may hold `\1` for the first group of the pattern. */
function matched(item: Candidate, pattern: RegExp, alias: string): readonly Candidate[] {
  const match = pattern.exec(item.name ?? '');
  if (match === null) return [];
  if (!alias.includes('\\')) return [item];
  return [{ ...item, name: alias.replace(/\\(\d)/g, (_, group: string) => match[Number(group)] ?? '') }];
}

function replaced(item: Candidate, node: SyntaxNode, resolve?: (node: SyntaxNode) => Expression): Candidate {
  const entry = entriesOf(node.replace_list).find(({ key }) => sameName(textOf(key), item.name));
  return entry !== undefined && isNode(entry.value) && resolve !== undefined
    ? { ...item, value: resolve(entry.value) }
    : item;
}

function renamed(item: Candidate, node: SyntaxNode): Item {
  const entry = entriesOf(node.rename_list).find(({ key }) => isNode(key) && isNamed(item, key));
  return { name: entry === undefined ? item.name : textOf(entry.value), value: item.value };
}

function sameName(left: string, right: string | undefined): boolean {
  return left.toLowerCase() === right?.toLowerCase();
}

function constantText(node: SyntaxNode): string | undefined {
  const value = node.class === 'CONSTANT' && isNode(node.value) ? node.value.value : undefined;
  return typeof value === 'string' ? value : undefined;
}
