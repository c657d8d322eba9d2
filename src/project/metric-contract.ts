import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { MetricSpec } from './metric.ts';
import { checkContractAlone } from './metric-contract-checks.ts';
import { type Common, type RuleKey, readers, ruleKeys } from './metric-contract-rules.ts';
import type { MetricContractYaml } from './metric-contract-schema.ts';
import { appliesTo } from './metric-contract-scope.ts';
import type { Place, YamlPath } from './yaml-file.ts';

export { checkContractAlone } from './metric-contract-checks.ts';
export { type MetricContractYaml, metricContractSchema } from './metric-contract-schema.ts';

/** What every rule of a metric's contract has. */
interface RuleCommon {
  readonly severity: 'error' | 'warn';
  /** Where it is written: in the metric's file or in handover.yml; where it is implied, the start of the metric's file. */
  readonly place: Place;
  /** The place of a part of it. */
  at(path: YamlPath): Place;
}

/** Every row that is counted lies in a period. Implied for every metric of rows. */
interface DatedRule extends RuleCommon {
  readonly kind: 'dated';
}

/** No row is counted twice. */
interface UniqueRule extends RuleCommon {
  readonly kind: 'unique';
}

/** The parts of each dimension add up to the whole. */
interface AddsUpRule extends RuleCommon {
  readonly kind: 'adds_up';
}

/** No value lies outside; null leaves that side open. */
interface RangeRule extends RuleCommon {
  readonly kind: 'range';
  readonly low: number | null;
  readonly high: number | null;
}

/** Every period that is over has rows. */
interface CompleteRule extends RuleCommon {
  readonly kind: 'complete';
  /** Only the last ones; absent: since the first with any. */
  readonly periods?: number;
}

/** The newest row that is counted is at most so old. */
interface FreshnessRule extends RuleCommon {
  readonly kind: 'freshness';
  readonly maxAgeHours: number;
}

/** The sample of the last period that is over is that of those before it, give or take a share of their median. */
interface VolumeRule extends RuleCommon {
  readonly kind: 'volume';
  readonly within: number;
  readonly ofLast: number;
}

/** All periods of the first grain add up to a number that is counted another way. */
interface ReconcilesRule extends RuleCommon {
  readonly kind: 'reconciles_with';
  readonly select: string;
  /** A share of that number; absent: to the last row. */
  readonly within?: number;
}

/** What the rows that are counted name of another model is there. */
interface ReferencesRule extends RuleCommon {
  readonly kind: 'references';
  readonly columns: readonly string[];
  readonly to: string;
  readonly toColumns: readonly string[];
}

/** Another metric says the same. */
interface AgreesRule extends RuleCommon {
  readonly kind: 'agrees_with';
  readonly metric: string;
  /** A share of the other's value; absent: it is the same. */
  readonly within?: number;
}

/** The last period that is over is not far from the one before, unless chance alone could be the reason. */
interface ChangeRule extends RuleCommon {
  readonly kind: 'change';
  readonly within: number;
}

/** A published value stays what it was: give or take a share of it, of percentages points. Implied: 1 %. */
interface RestatementRule extends RuleCommon {
  readonly kind: 'restatement';
  readonly within: number;
}

/** A select of rows that break it finds none. */
interface SqlRule extends RuleCommon {
  readonly kind: 'sql';
  readonly name: string;
  readonly select: string;
}

export type MetricRule =
  | DatedRule
  | UniqueRule
  | AddsUpRule
  | RangeRule
  | CompleteRule
  | FreshnessRule
  | VolumeRule
  | ReconcilesRule
  | ReferencesRule
  | AgreesRule
  | ChangeRule
  | RestatementRule
  | SqlRule;

/** What must hold for a metric's values, in a fixed order of kinds; only what can be asked of a metric of its type. */
export type MetricContract = readonly MetricRule[];

/** What handover.yml has for all metrics. */
export interface ContractDefaults {
  readonly yaml: MetricContractYaml;
  /** Of handover.yml; the defaults are below `contracts: metrics:`. */
  at(path: YamlPath): Place;
}

/** How far a published value may move where nothing is said of it. */
const usualRestatement = 0.01;

/**
 * The rules of a metric: key by key its own, or those that handover.yml has for all. What a metric of its type cannot
 * be asked is left out; its own such keys are problems.
 * @param at of the metric's file.
 */
export function toContract(
  own: MetricContractYaml | undefined,
  defaults: ContractDefaults | undefined,
  { metric, at, problems }: { metric: MetricSpec; at: (path: YamlPath) => Place; problems: Diagnostic[] },
): MetricContract {
  if (own !== undefined) problems.push(...checkContractAlone(own, (path) => at(['contract', ...path]), metric));
  const severity = own?.severity ?? defaults?.yaml.severity ?? 'error';
  const rulesOf = (key: RuleKey): MetricRule[] => {
    if (own?.[key] !== undefined) return readers[key](own, commonOf(at, ['contract', key], severity));
    if (defaults === undefined) return [];
    return readers[key](defaults.yaml, commonOf(defaults.at, ['contracts', 'metrics', key], severity));
  };
  const implied = commonOf(at, [], severity)({});
  const says = (own?.restatement ?? defaults?.yaml.restatement) !== undefined;
  const rules: MetricRule[] = [
    { kind: 'dated', ...implied },
    ...ruleKeys.flatMap(rulesOf),
    ...(says ? [] : [{ kind: 'restatement' as const, within: usualRestatement, ...implied }]),
  ];
  return rules.filter((rule) => appliesTo(rule.kind, metric));
}

/** What all rules have, of those that stand at `start`. */
function commonOf(at: (path: YamlPath) => Place, start: YamlPath, severity: RuleCommon['severity']): Common {
  return (entry, path = []) => ({
    severity: entry.severity ?? severity,
    place: at([...start, ...path]),
    at: (part) => at([...start, ...path, ...part]),
  });
}
