import type { Metric } from '../../project/metric.ts';
import type { Project } from '../../project/project.ts';

/** Two states of a metric that are compared, and what became of its other versions. */
export interface MetricMatch {
  readonly before: Metric;
  readonly after: Metric;
  /** Of the versions of both, the highest; the others are told apart by their number. */
  readonly isNewest: boolean;
  /** Versions that are no longer kept, and earlier ones that came. */
  readonly dropped: readonly Metric[];
  readonly inserted: readonly Metric[];
}

export interface MetricMatches {
  readonly pairs: readonly MetricMatch[];
  /** Of metrics that only one side has, the highest version. */
  readonly removed: readonly Metric[];
  readonly added: readonly Metric[];
}

/**
 * Which metrics of two projects are the same: those of one name and version; the highest versions of a name; and of names
 * that only one side has those that `distance` finds near, nearest first (undefined: something else).
 */
export function matchMetrics(
  before: Pick<Project, 'metrics'>,
  after: Pick<Project, 'metrics'>,
  distance: (before: Metric, after: Metric) => number | undefined,
): MetricMatches {
  const [old, now] = [byName(before.metrics), byName(after.metrics)];
  const gone = [...old].filter(([name]) => !now.has(name));
  const come = [...now].filter(([name]) => !old.has(name));
  const renamed = nearest(gone, come, distance);
  const left = new Set(renamed.flat());
  const kept = [...now].flatMap(([name, versions]) => {
    const earlier = old.get(name);
    return earlier === undefined ? [] : pairsOf(earlier, versions);
  });
  const newest = (entries: readonly [string, readonly Metric[]][]) =>
    entries.filter(([, versions]) => !left.has(versions)).flatMap(([, versions]) => versions.at(-1) ?? []);
  return {
    pairs: [...kept, ...renamed.flatMap(([was, is]) => pairsOf(was, is))],
    removed: newest(gone),
    added: newest(come),
  };
}

/** In order of version, as projects hold them. */
function byName(metrics: readonly Metric[]): Map<string, readonly Metric[]> {
  const names = new Map<string, readonly Metric[]>();
  for (const metric of metrics) names.set(metric.name, [...(names.get(metric.name) ?? []), metric]);
  return names;
}

function pairsOf(earlier: readonly Metric[], versions: readonly Metric[]): MetricMatch[] {
  const [was, is] = [earlier.at(-1), versions.at(-1)];
  if (was === undefined || is === undefined) return [];
  const isIn = (metrics: readonly Metric[], { version }: Metric) => metrics.some((other) => other.version === version);
  const newest = {
    before: was,
    after: is,
    isNewest: true,
    dropped: earlier.filter((metric) => !isIn(versions, metric)),
    inserted: versions.filter((metric) => metric !== is && !isIn(earlier, metric)),
  };
  const others = versions.flatMap((after) => {
    const before = earlier.find(({ version }) => version === after.version);
    if (before === undefined || (before === was && after === is)) return [];
    return [{ before, after, isNewest: false, dropped: [], inserted: [] }];
  });
  return [newest, ...others];
}

type Named = readonly [string, readonly Metric[]];

/** Each is taken once. */
function nearest(
  gone: readonly Named[],
  come: readonly Named[],
  distance: (before: Metric, after: Metric) => number | undefined,
): [readonly Metric[], readonly Metric[]][] {
  const candidates = gone.flatMap(([, was]) =>
    come.flatMap(([, is]) => {
      const [before, after] = [was.at(-1), is.at(-1)];
      const found = before && after && distance(before, after);
      return found === undefined ? [] : [{ was, is, found }];
    }),
  );
  const taken = new Set<readonly Metric[]>();
  return candidates
    .sort((left, right) => left.found - right.found)
    .flatMap(({ was, is }) => {
      if (taken.has(was) || taken.has(is)) return [];
      taken.add(was).add(is);
      return [[was, is]];
    });
}
