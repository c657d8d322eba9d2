import { inputsOf, isOfRows, type Metric, modelsOf } from '../../project/metric.ts';
import type { ReachedMetric, ReachedModel, ReachedPage, Side } from '../types.ts';
import type { ReachEdge, ReachNode } from './diagram.ts';
import type { Pages } from './pages.ts';
import { looksAt } from './reach-metrics.ts';
import { type Extents, readsOf, tableKey } from './reach-models.ts';
import type { Start } from './reach-starts.ts';

interface Drawn {
  readonly starts: readonly Start[];
  readonly models: readonly ReachedModel[];
  readonly metrics: readonly ReachedMetric[];
  readonly pages: readonly ReachedPage[];
  readonly extents: Extents;
  readonly sides: readonly Side[];
  /** With what each page shows. */
  readonly site: Pages;
}

/** What is drawn of a reach: what changed and what is reached, and what leads from one to the other. Pure. */
export function edgesOf(reach: Drawn): { readonly nodes: readonly ReachNode[]; readonly edges: readonly ReachEdge[] } {
  const definitions = reach.starts.filter(({ change }) => change.kind !== 'model' && change.kind !== 'metric');
  const begun = definitions.flatMap((start) => fromDefinition(start, reach));
  const edges = [...begun, ...between(reach), ...intoMetrics(reach), ...intoPages(reach)];
  const nodes = [...definitionNodes(definitions), ...reachedNodes(reach, edges)];
  return { nodes, edges: [...edges, ...unexplained(definitions, reach, edges)] };
}

const keys = {
  definition: ({ change }: Start) => `definition ${change.kind} ${change.name}`,
  model: (name: string) => `model ${name}`,
  metric: (name: string) => `metric ${name}`,
  page: (address: string) => `page ${address}`,
};

function definitionNodes(definitions: readonly Start[]): ReachNode[] {
  return definitions.map((start) => ({
    key: keys.definition(start),
    kind: 'definition',
    label: start.change.title,
    mark: start.change.change,
    rank: 0,
  }));
}

function reachedNodes({ starts, models, metrics, pages }: Drawn, edges: readonly ReachEdge[]): ReachNode[] {
  const shows = new Set(edges.filter(({ to }) => !to.startsWith('model ')).map(({ from }) => from));
  const markOf = (kind: 'model' | 'metric', name: string): string => {
    const own = starts.find(
      ({ change }) => change.kind === kind && (change.name === name || change.previousName === name),
    );
    return own?.change.change ?? 'changed';
  };
  return [
    ...models.map(({ name, isPublic, isChanged }): ReachNode => {
      const key = keys.model(name);
      const rank = shows.has(key) ? 0 : isPublic ? 1 : 2;
      return { key, kind: 'model', label: name, rank, ...(isChanged ? { mark: markOf('model', name) } : {}) };
    }),
    ...metrics.map(
      ({ name, label, isChanged }): ReachNode => ({
        key: keys.metric(name),
        kind: 'metric',
        label: label.en,
        rank: 0,
        ...(isChanged ? { mark: markOf('metric', name) } : {}),
      }),
    ),
    ...pages.map(
      ({ address, title }): ReachNode => ({
        key: keys.page(address),
        kind: 'page',
        label: title === address ? address : `${title} ${address}`,
        rank: 0,
      }),
    ),
  ];
}

/** From models to those that read them. */
function between({ models, sides }: Drawn): ReachEdge[] {
  const reached = new Set(models.map(({ name }) => name));
  return sides.flatMap((side) =>
    [...readsOf(side)]
      .filter(([model]) => reached.has(model))
      .flatMap(([model, reads]) =>
        reads.filter((read) => reached.has(read)).map((read) => ({ from: keys.model(read), to: keys.model(model) })),
      ),
  );
}

/** From models and metrics to the metrics that are made of them. */
function intoMetrics({ models, metrics, extents, sides }: Drawn): ReachEdge[] {
  const reached = new Set(metrics.map(({ name }) => name));
  const reachedModels = new Set(models.map(({ name }) => name));
  const ofModels = (metric: Metric): string[] =>
    isOfRows(metric)
      ? modelsOf(metric).filter((model) => reachedModels.has(model) && looksAt(metric, model, extents))
      : [];
  return sides
    .flatMap(({ project }) => project.metrics)
    .filter(({ name }) => reached.has(name))
    .flatMap((metric) =>
      [
        ...ofModels(metric).map(keys.model),
        ...inputsOf(metric)
          .filter((name) => reached.has(name))
          .map(keys.metric),
      ].map((from) => ({ from, to: keys.metric(metric.name) })),
    );
}

/** From metrics and models to the pages that show them. */
function intoPages({ models, metrics, pages, site }: Drawn): ReachEdge[] {
  const names = new Set(metrics.map(({ name }) => name));
  return pages.flatMap(({ address, shows }) => {
    const page = site.find((candidate) => candidate.address === address);
    const isOfAll = page?.metrics.has('all') === true;
    const shown = isOfAll ? [...names] : shows.filter((name) => names.has(name));
    const read = models.filter(({ name }) => shown.length === 0 && page?.tables.has(name)).map(({ name }) => name);
    return [...shown.map(keys.metric), ...read.map(keys.model)].map((from) => ({ from, to: keys.page(address) }));
  });
}

/** From a definition to the models that read what it is written into, and to the metrics and pages that it speaks of. */
function fromDefinition(start: Start, { models, metrics, pages, sides, site }: Drawn): ReachEdge[] {
  const from = keys.definition(start);
  const tables = new Set(start.extents.map(([table]) => tableKey(table)));
  const reachedModels = new Set(models.map(({ name }) => name));
  const readers = sides.flatMap((side) =>
    [...readsOf(side)]
      .filter(([model, reads]) => reachedModels.has(model) && reads.some((read) => tables.has(read)))
      .map(([model]) => keys.model(model)),
  );
  const named = metrics.filter(({ name }) => start.metrics.includes(name)).map(({ name }) => keys.metric(name));
  const told = pages.filter(({ address }) =>
    [...(site.find((page) => page.address === address)?.tables ?? [])].some((table) => tables.has(table)),
  );
  const whose = [...start.contracts].flatMap((name) => [keys.model(name), keys.metric(name)]);
  return [...readers, ...named, ...told.map(({ address }) => keys.page(address)), ...whose].map((to) => ({ from, to }));
}

/** Metrics to which nothing leads are reached by what all metrics read: periods, and agreements in force. */
function unexplained(definitions: readonly Start[], { metrics }: Drawn, edges: readonly ReachEdge[]): ReachEdge[] {
  const led = new Set(edges.map(({ to }) => to));
  const terms = definitions.filter(
    ({ change }) => change.kind === 'agreement' || change.kind === 'project' || change.kind === 'seed',
  );
  return metrics
    .filter(({ name, isChanged }) => !isChanged && !led.has(keys.metric(name)))
    .flatMap(({ name }) => terms.map((start) => ({ from: keys.definition(start), to: keys.metric(name) })));
}
