import type { ColumnTrace } from '../build/column-trace.ts';

type Named = { readonly table: string; readonly column: string };

/** A column's lineage for a terminal: what makes it up, what decides which rows there are, and what it feeds. */
export function formatTrace(trace: ColumnTrace, draw: (drawing: ColumnTrace['above']) => string): string {
  const { comesFrom, feeds, above, below } = trace;
  return [
    section('made of', above.edges.length === 0 ? 'nothing that is known: it comes from outside\n' : draw(above)),
    listed('which rows there are is also decided by', byTable(comesFrom.filters)),
    listed(
      'not known beyond',
      comesFrom.unknown.map(({ table, column, reason }) => `${table}.${column}: ${reason}`),
    ),
    section('feeds', below.edges.length === 0 ? 'no other column\n' : draw(below)),
    listed(
      'decides on rows of',
      feeds.filters.map(({ table }) => table),
    ),
  ]
    .filter((text) => text !== '')
    .join('\n');
}

function byTable(columns: readonly Named[]): string[] {
  const tables = new Map<string, string[]>();
  for (const { table, column } of columns) tables.set(table, [...(tables.get(table) ?? []), column]);
  return [...tables]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([table, names]) => `${table}: ${names.sort().join(', ')}`);
}

function listed(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : section(title, lines.map((line) => `${line}\n`).join(''));
}

function section(title: string, text: string): string {
  return `${title}\n${text.replace(/^(?=.)/gm, '  ')}`;
}
