import type { PlannedModel } from './plan.ts';

export interface DrawnNode {
  /** A model's name, or schema.table. */
  readonly name: string;
  /** `source`: raw.*. `table`: one that the runner makes, of agreements say. */
  readonly kind: 'model' | 'source' | 'seed' | 'table';
  /** Whether it is of the selection, and not only read by what is. */
  readonly selected: boolean;
}

/** What of the graph of models is to be shown: those selected, and what they read. */
export interface Drawing {
  /** What is read comes before its readers. */
  readonly nodes: readonly DrawnNode[];
  /** From what is read to its reader. */
  readonly edges: readonly { readonly from: string; readonly to: string }[];
}

/** The part of the graph that a selection means. Pure. */
export function drawingOf(planned: readonly PlannedModel[], selected: ReadonlySet<string>): Drawing {
  const shown = planned.filter(({ file }) => selected.has(file.name));
  const tables = new Set(shown.flatMap(({ readsTables }) => readsTables));
  const read = new Set(shown.flatMap(({ reads }) => reads));
  return {
    nodes: [
      ...[...tables].sort().map((name) => ({ name, kind: kindOf(name), selected: false })),
      ...planned
        .filter(({ file: { name } }) => selected.has(name) || read.has(name))
        .map(({ file: { name } }) => ({ name, kind: 'model' as const, selected: selected.has(name) })),
    ],
    edges: shown.flatMap(({ file, reads, readsTables }) =>
      [...readsTables, ...reads].map((from) => ({ from, to: file.name })),
    ),
  };
}

function kindOf(table: string): 'source' | 'seed' | 'table' {
  if (table.startsWith('raw.')) return 'source';
  return table.startsWith('seeds.') ? 'seed' : 'table';
}
