import { currentMetrics } from '../../project/metric-inputs.ts';
import type { Project } from '../../project/project.ts';
import type { ReachedPage } from '../types.ts';
import { inForce, type MetricScope } from './page-sql.ts';
import type { Page, Pages } from './pages.ts';
import { isInForceOtherwise } from './reach-metrics.ts';
import type { Extents } from './reach-models.ts';

interface Reached {
  readonly extents: Extents;
  readonly models: ReadonlySet<string>;
  readonly metrics: ReadonlySet<string>;
  /** Whether any contract is. */
  readonly hasContracts: boolean;
}

/** The pages that show something that is reached. Pure. */
export function reachedPages(pages: Pages, projects: readonly Project[], reached: Reached): ReachedPage[] {
  const scopes = scopesOf(projects);
  return pages.flatMap((page): ReachedPage[] => {
    const models = [...page.tables].filter((table) => reached.models.has(table));
    const metrics = metricsOn(page, scopes, reached.metrics);
    const isTold =
      toldOfBuild.some((table) => page.tables.has(table) && reached.extents.has(table)) ||
      (page.tables.has(inForce) && isInForceOtherwise(reached.extents));
    const isChecked = reached.hasContracts && page.tables.has('contract_results');
    if (models.length === 0 && metrics.size === 0 && !isTold && !isChecked) return [];
    const isOfAll = page.metrics.has('all') && !page.metrics.has('each');
    return [
      { address: page.address, title: page.title, shows: isOfAll ? [] : [...new Set([...models, ...metrics])].sort() },
    ];
  });
}

/** Published tables that are neither models nor values of metrics. */
const toldOfBuild = [
  'agreement_documents',
  'agreement_promises',
  'agreement_special_days',
  'improvements',
  'decisions',
  'restatements',
  'load_files',
  'load_rejects',
  'build_info',
];

/** Of the scopes that are told by definitions, the metrics on either side. */
function scopesOf(projects: readonly Project[]): ReadonlyMap<MetricScope, ReadonlySet<string>> {
  const headlines = projects.flatMap(({ metrics }) =>
    [...currentMetrics(metrics).values()].filter(({ headline }) => headline).map(({ name }) => name),
  );
  const promised = projects.flatMap(({ agreements }) =>
    agreements.flatMap(({ promises }) => promises.map(({ metric }) => metric)),
  );
  const improved = projects.flatMap(({ improvements }) => improvements.map(({ metric }) => metric));
  return new Map<MetricScope, ReadonlySet<string>>([
    ['headline', new Set(headlines)],
    ['promised', new Set(promised)],
    ['improved', new Set(improved)],
  ]);
}

function metricsOn(
  page: Page,
  scopes: ReadonlyMap<MetricScope, ReadonlySet<string>>,
  reached: ReadonlySet<string>,
): ReadonlySet<string> {
  const shows = (name: string): boolean =>
    [...page.metrics].some(
      (scope) => scope === 'all' || scope === 'each' || scope === `metric ${name}` || scopes.get(scope)?.has(name),
    );
  return new Set([...reached].filter(shows));
}
