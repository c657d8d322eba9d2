import type { Metric } from '../../project/metric.ts';
import { currentMetrics } from '../../project/metric-inputs.ts';
import type { ModelFile } from '../../project/model-file.ts';
import type { DefinitionChange, Reach, ReachedMetric, ReachedModel, Side } from '../types.ts';
import { drawReach } from './diagram.ts';
import type { Pages } from './pages.ts';
import { reachedContracts } from './reach-contracts.ts';
import { edgesOf } from './reach-edges.ts';
import { reachedMetrics } from './reach-metrics.ts';
import { type Extents, spread } from './reach-models.ts';
import { reachedPages } from './reach-pages.ts';
import { joinStarts, type Starts, startsOf } from './reach-starts.ts';

interface Changed {
  readonly changes: readonly DefinitionChange[];
  /** Model → the columns that its own SQL makes otherwise; null: any of them. */
  readonly columns: ReadonlyMap<string, readonly string[] | null>;
  readonly base: Side;
  readonly head: Side;
  readonly pages: Pages;
}

/**
 * What is built on the definitions that changed, in the base or in the head: models column by column where that is
 * known, metrics, contracts and pages. Where it cannot be told whether something is reached, it is. Changes of wording
 * reach nothing. Pure.
 */
export function reachOf({ changes, columns, base, head, pages: site }: Changed): Reach {
  const sides = [base, head];
  const projects = sides.map(({ project }) => project);
  const starts = startsOf(changes, { base, head, columns });
  const joined = joinStarts(starts, { base, head, columns });
  const extents = spread(joined.extents, sides);
  const names = reachedMetrics(
    projects.flatMap(({ metrics }) => metrics),
    { starts: joined.metrics, extents, promised: promisedIn(sides) },
  );
  const definitions = { models: modelsOfBoth(base, head), metrics: metricsOfBoth(base, head) };
  const models = definitions.models.flatMap((file) => toModel(file, joined, { extents, sides }));
  const metrics = definitions.metrics
    .filter(({ name }) => names.has(name))
    .map((metric) =>
      toMetric(
        metric,
        starts.some(({ change }) => isOf(change, metric.name)),
      ),
    );
  const contracts = reachedContracts(definitions, { extents, metrics: names, contracts: joined.contracts });
  const pages = reachedPages(site, projects, {
    extents,
    models: new Set(models.map(({ name }) => name)),
    metrics: names,
    hasContracts: contracts.length > 0,
  });
  const isReached = models.length + metrics.length + pages.length > 0;
  const { nodes, edges } = edgesOf({ starts, models, metrics, pages, extents, sides, site });
  const { text, leftOut } = isReached ? drawReach(nodes, edges) : { text: '', leftOut: 0 };
  return { models, metrics, contracts, pages, diagram: text, leftOut };
}

function isOf({ kind, name, previousName }: DefinitionChange, metric: string): boolean {
  return kind === 'metric' && (name === metric || previousName === metric);
}

/** The head's in the order in which they run, then those that only the base has. */
function modelsOfBoth(base: Side, head: Side): ModelFile[] {
  const found = new Map<string, ModelFile>();
  for (const { planned = [], project } of [head, base]) {
    for (const file of [...planned.map((model) => model.file), ...project.models]) {
      if (!found.has(file.name)) found.set(file.name, file);
    }
  }
  return [...found.values()];
}

/** By name; of each the newest version, of the head where it is there. */
function metricsOfBoth(base: Side, head: Side): Metric[] {
  const current = new Map([...currentMetrics(base.project.metrics), ...currentMetrics(head.project.metrics)]);
  return [...current.values()].sort((left, right) => (left.name < right.name ? -1 : 1));
}

function promisedIn(sides: readonly Side[]): ReadonlySet<string> {
  return new Set(
    sides.flatMap(({ project }) => project.agreements.flatMap(({ promises }) => promises.map(({ metric }) => metric))),
  );
}

function toModel(
  { name, isPublic }: ModelFile,
  { models }: Starts,
  { extents, sides }: { readonly extents: Extents; readonly sides: readonly Side[] },
): ReachedModel[] {
  const extent = extents.get(name);
  if (extent === undefined) return [];
  const written = sides.flatMap(({ inspected }) => [...(inspected?.columns.get(name)?.keys() ?? [])]);
  const nameOf = (column: string): string => written.find((known) => known.toLowerCase() === column) ?? column;
  const columns = extent === null ? null : [...extent].map(nameOf).sort();
  return [{ name, isPublic, isChanged: models.has(name), columns }];
}

function toMetric({ name, label, owner }: Metric, isChanged: boolean): ReachedMetric {
  return { name, label, owner, isChanged };
}
