import { wordingOf } from '../agreement/wording.ts';
import { wordsOf } from '../metrics/words.ts';
import type { Agreement } from '../project/agreement.ts';
import { inputsOf, type Metric, modelsOf, versionedName } from '../project/metric.ts';
import { currentMetrics } from '../project/metric-inputs.ts';
import type { Project } from '../project/project.ts';
import { toolVersion } from '../project/version.ts';
import type { Catalogue, CatalogueMetric } from '../state/catalogue-schema.ts';
import type { CatalogueFacts } from './catalogue-facts.ts';

type Version = CatalogueMetric['versions'][number];

/** What is known of the run that tells it. */
interface CatalogueRun {
  readonly facts: CatalogueFacts;
  /** ISO instants. */
  readonly asOf: string;
  readonly now: string;
  readonly isPublished: boolean;
}

/** Everything that is known of each metric, as target/catalogue.json tells it: nothing of any lead. Pure. */
export function catalogueOf(project: Project, { facts, asOf, now, isPublished }: CatalogueRun): Catalogue {
  const { config, metrics, agreements } = project;
  const nothing = {
    ...{ contracts: [], reconciliations: [], history: [] },
    ...{ restatements: [], improvements: [], decisions: [], lineage: [] },
  };
  return {
    format: 1,
    tool: { name: 'handover', version: toolVersion },
    project: { name: config.name, time_zone: agreements.at(-1)?.timeZone ?? config.timeZone },
    generated_from: { as_of: asOf, now },
    outcome: isPublished ? 'published' : 'not published',
    metrics: [...currentMetrics(metrics)].map(([name, current]) => ({
      name,
      versions: metrics.filter((metric) => metric.name === name).map((metric) => versionOf(metric, metrics, facts)),
      derived_metrics: derivedFrom(name, metrics),
      promises: promisesOn(current, agreements),
      ...(facts.metrics.get(name) ?? nothing),
    })),
  };
}

function versionOf(metric: Metric, metrics: readonly Metric[], facts: CatalogueFacts): Version {
  const current = currentMetrics(metrics);
  const named = (name: string): Metric | undefined => current.get(name);
  const { contract: _contract, file, at: _at, ...spec } = metric;
  return {
    version: metric.version,
    is_current: current.get(metric.name) === metric,
    effective_from: metric.effectiveFrom ?? null,
    deprecated_on: metric.deprecatedOn ?? null,
    type: metric.type,
    label: metric.label,
    description: metric.description,
    words: { en: wordsOf(metric, 'en', named), da: wordsOf(metric, 'da', named) },
    owner: metric.owner,
    unit: metric.unit,
    direction: metric.direction,
    target: metric.target ?? null,
    minimum_sample: metric.minimumSample,
    headline: metric.headline,
    grains: metric.grains,
    dimensions: metric.dimensions,
    models: modelsOf(metric),
    inputs: inputsOf(metric),
    changes: metric.changes.map(({ approvedBy, ...change }) => ({ ...change, approved_by: approvedBy })),
    file: file.path,
    definition: file.text,
    spec,
    sql: facts.sql.get(versionedName(metric)) ?? '',
  };
}

function derivedFrom(name: string, metrics: readonly Metric[]): readonly string[] {
  return [...new Set(metrics.filter((metric) => inputsOf(metric).includes(name)).map((metric) => metric.name))].sort();
}

function promisesOn(metric: Metric, agreements: readonly Agreement[]): CatalogueMetric['promises'] {
  return agreements.flatMap((agreement, index) =>
    agreement.promises
      .filter((promise) => promise.metric === metric.name)
      .map((promise) => ({
        agreement: agreement.id,
        effective_from: agreement.effectiveFrom,
        effective_until: agreements[index + 1]?.effectiveFrom ?? null,
        side: promise.side,
        owner: agreement.owners[promise.side].title,
        promise: promise.id,
        grain: promise.grain ?? null,
        target: promise.target,
        quarters: promise.targets.quarters,
        teams: promise.targets.teams,
        wording: wordingOf(promise, metric),
      })),
  );
}
