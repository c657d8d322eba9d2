import type { Context } from './context.ts';
import { resolveFrom, unknownRelation } from './resolve-from.ts';
import type { Column, Relation } from './resolved.ts';
import { columnOf, type Scope } from './scope.ts';
import { isNode, nodesOf, positionOf, type SyntaxNode, textOf, textsOf } from './tree.ts';

/** UNPIVOT: the columns that stay, then one of names and one or more of values. PIVOT is not followed. */
export function resolveUnpivot(node: SyntaxNode, scope: Scope, context: Context): Relation {
  const { relation: source } = resolveFrom(isNode(node.source) ? node.source : {}, scope, context);
  const position = positionOf(node);
  const [pivot, ...others] = nodesOf(node.pivots);
  const valueNames = textsOf(node.unpivot_names);
  const entries = nodesOf(pivot?.entries).map((entry) => columnsNamed(entry, source));
  const isPlain = valueNames.length > 0 && others.length === 0 && source.open === undefined;
  if (!isPlain || entries.some((columns) => columns.includes(undefined))) {
    return unknownRelation(`${valueNames.length > 0 ? 'this UNPIVOT' : 'PIVOT'} is not followed`, position, [source]);
  }
  const turned = new Set(entries.flat());
  const kept = source.columns.filter((column) => !turned.has(column));
  const feeds = [
    ...kept.map((column) => [column]),
    [],
    ...valueNames.map((_, index) => entries.flatMap((columns) => columns[index] ?? [])),
  ];
  const names = [...kept.map((column) => column.name), ...textsOf(pivot?.unpivot_names), ...valueNames];
  return { kind: 'unpivot', source, feeds, columns: names.map((name) => ({ name })), position };
}

function columnsNamed(entry: SyntaxNode, source: Relation): readonly (Column | undefined)[] {
  const names = nodesOf(entry.values).map(({ value }) => textOf(value));
  const single = isNode(entry.star_expr) ? [undefined] : [];
  return [...names.map((name) => columnOf(source, name)), ...single];
}
