import type { PlannedModel } from './plan.ts';

/** Model → the models on the other end of its edges. */
export type Edges = ReadonlyMap<string, readonly string[]>;

/** Who reads whom, both ways. */
export interface ModelGraph {
  /** Model → the models that it reads. */
  readonly reads: Edges;
  /** Model → the models that read it. */
  readonly readBy: Edges;
}

/** The graph of planned models; edges in the planned order. Pure. */
export function graphOf(planned: readonly PlannedModel[]): ModelGraph {
  const reads = new Map(planned.map(({ file, reads: read }) => [file.name, read]));
  const readBy = new Map<string, string[]>(planned.map(({ file }) => [file.name, []]));
  for (const model of planned) {
    for (const read of model.reads) readBy.get(read)?.push(model.file.name);
  }
  return { reads, readBy };
}

/** What lies within so many steps of the starting models, themselves included. */
export function within(edges: Edges, from: Iterable<string>, steps: number): ReadonlySet<string> {
  const found = new Set(from);
  let border: readonly string[] = [...found];
  for (let step = 0; step < steps && border.length > 0; step++) {
    border = border.flatMap((name) => edges.get(name) ?? []).filter((name) => !found.has(name));
    for (const name of border) found.add(name);
  }
  return found;
}
