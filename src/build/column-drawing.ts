import type { Drawing } from '../models/graph-drawing.ts';
import type { Lineages } from '../models/lineage/trace.ts';

interface ColumnName {
  readonly table: string;
  readonly column: string;
}

type Next = (name: ColumnName) => readonly ColumnName[];

/** What makes up a column's value, and what it makes up, each as a drawing that ends in the column. Pure. */
export function drawColumn(lineages: Lineages, column: ColumnName): { above: Drawing; below: Drawing } {
  const fedBy = new Map<string, ColumnName[]>();
  const feeding = new Map<string, ColumnName[]>();
  for (const [table, { columns }] of lineages) {
    for (const { name, from } of columns) {
      fedBy.set(keyOf({ table, column: name }), [...from]);
      for (const source of from) {
        const key = keyOf(source);
        feeding.set(key, [...(feeding.get(key) ?? []), { table, column: name }]);
      }
    }
  }
  const isModel = (table: string): boolean => lineages.has(table);
  return {
    above: draw(column, (name) => fedBy.get(keyOf(name)) ?? [], isModel),
    below: draw(column, (name) => feeding.get(keyOf(name)) ?? [], isModel),
  };
}

/** The column asked about is read by nothing here, and so the one end of the flow. */
function draw(start: ColumnName, next: Next, isModel: (table: string) => boolean): Drawing {
  const found = new Map([[keyOf(start), start]]);
  const edges: { from: string; to: string }[] = [];
  for (const name of found.values()) {
    for (const other of next(name)) {
      edges.push({ from: keyOf(other), to: keyOf(name) });
      if (!found.has(keyOf(other))) found.set(keyOf(other), other);
    }
  }
  const isStart = (key: string): boolean => key === keyOf(start);
  return {
    nodes: [...found].map(([key, { table }]) => ({
      name: key,
      kind: isModel(table) ? 'model' : 'table',
      selected: isModel(table) || isStart(key),
    })),
    edges,
  };
}

function keyOf({ table, column }: ColumnName): string {
  return `${table}.${column.toLowerCase()}`;
}
