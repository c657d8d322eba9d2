import { isOfRows, type Metric, type RowSpec } from '../project/metric.ts';
import type { MetricContract, MetricRule } from '../project/metric-contract.ts';
import type { ModelFile } from '../project/model-file.ts';
import { quoteIdentifier } from '../warehouse/warehouse.ts';
import type { ContractContext, ContractResult } from './rule.ts';

/** A rule of one kind with the metric that asks for it. */
export interface Asked<K extends MetricRule['kind']> {
  readonly metric: Metric;
  readonly rule: Extract<MetricRule, { kind: K }>;
}

/** A result with the rule that it is of. */
export interface Answer {
  readonly rule: MetricRule;
  readonly result: ContractResult;
}

/** Answers all rules of one kind, in as few scans as it can. */
export type MetricCheck = (context: ContractContext) => Promise<readonly Answer[]>;

/** The rules of one kind of some metrics. */
export function askedOf<K extends MetricRule['kind'], M extends Metric>(
  metrics: readonly M[],
  kind: K,
): readonly (Asked<K> & { readonly metric: M })[] {
  return metrics.flatMap((metric) => rulesOf(metric.contract, kind).map((rule) => ({ metric, rule })));
}

/** The rules of one kind. */
export function rulesOf<K extends MetricRule['kind']>(
  contract: MetricContract,
  kind: K,
): readonly Extract<MetricRule, { kind: K }>[] {
  return contract.filter((rule): rule is Extract<MetricRule, { kind: K }> => rule.kind === kind);
}

/** A rule's text; where a metric has several versions, it says which one it is about. */
export function ruleText({ project }: ContractContext, { name, version }: Metric, text: string): string {
  const versions = project.metrics.filter((other) => other.name === name);
  return versions.length > 1 ? `${text} v${version}` : text;
}

/** The answer to a rule about a metric. */
export function answer(
  context: ContractContext,
  { metric, rule }: { readonly metric: Metric; readonly rule: MetricRule },
  found: Pick<ContractResult, 'passed' | 'observed' | 'expected'> &
    Partial<Pick<ContractResult, 'rule' | 'sample' | 'rowsIn' | 'severity' | 'parts'>>,
): Answer {
  const result: ContractResult = {
    metric: metric.name,
    model: isOfRows(metric) ? metric.model : null,
    severity: rule.severity,
    sample: null,
    rowsIn: null,
    place: rule.place,
    ...found,
    rule: ruleText(context, metric, found.rule ?? rule.kind.replaceAll('_', '-')),
  };
  return { rule, result };
}

/** The metrics that count rows of a model, by its own name or by the bare one of its versions. */
export function metricsOn({ project }: ContractContext, model: ModelFile): readonly (Metric & RowSpec)[] {
  const names = project.models
    .filter(({ name, aliasOf }) => name === model.name || aliasOf === model.name)
    .map(({ name }) => name);
  return project.metrics.filter(isOfRows).filter((metric) => names.includes(metric.model));
}

/** SQL: the condition that a row counts, whatever its period; a comment in the filter ends with it. */
export function isCounted({ time, filter }: RowSpec): string {
  return `${quoteIdentifier(time)} is not null and (${filter ?? 'true'}\n)`;
}
