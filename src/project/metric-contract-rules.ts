import { toHours } from './age.ts';
import type { MetricRule } from './metric-contract.ts';
import type { MetricContractYaml } from './metric-contract-schema.ts';
import type { YamlPath } from './yaml-file.ts';

export type RuleKey = Exclude<keyof MetricContractYaml, 'severity'>;

/** What all rules have, of the one that stands at `path` below its key. */
export type Common = (
  entry: { readonly severity?: 'error' | 'warn' | undefined },
  path?: YamlPath,
) => Pick<MetricRule, 'severity' | 'place' | 'at'>;
type Reader = (yaml: MetricContractYaml, common: Common) => MetricRule[];

/** Each key's short form and its long one, as rules; `false` is none. */
export const readers: Readonly<Record<RuleKey, Reader>> = {
  range: ({ range }, common) => {
    if (!range) return [];
    const entry = 'between' in range ? range : { between: range };
    const [low, high] = entry.between;
    return [{ kind: 'range', low, high, ...common(entry) }];
  },
  complete: ({ complete }, common) => {
    if (!complete) return [];
    const entry = complete === true ? {} : complete;
    return [{ kind: 'complete', ...ifGiven({ periods: entry.periods }), ...common(entry) }];
  },
  freshness: ({ freshness }, common) => {
    if (!freshness) return [];
    const entry = typeof freshness === 'string' ? { max_age: freshness } : freshness;
    return [{ kind: 'freshness', maxAgeHours: toHours(entry.max_age), ...common(entry) }];
  },
  volume: ({ volume }, common) =>
    volume ? [{ kind: 'volume', within: volume.within, ofLast: volume.of_last, ...common(volume) }] : [],
  unique: ({ unique }, common) => (unique ? [{ kind: 'unique', ...common(unique === true ? {} : unique) }] : []),
  adds_up: ({ adds_up: addsUp }, common) =>
    addsUp ? [{ kind: 'adds_up', ...common(addsUp === true ? {} : addsUp) }] : [],
  reconciles_with: ({ reconciles_with: with_ }, common) => {
    if (!with_) return [];
    const entry = typeof with_ === 'string' ? { select: with_ } : with_;
    return [
      {
        kind: 'reconciles_with',
        select: withoutEnd(entry.select),
        ...ifGiven({ within: entry.within }),
        ...common(entry),
      },
    ];
  },
  references: ({ references }, common) =>
    (references || []).map((entry, index) => ({
      kind: 'references',
      columns: entry.columns,
      to: entry.to,
      toColumns: entry.to_columns ?? entry.columns,
      ...common(entry, [index]),
    })),
  agrees_with: ({ agrees_with: others }, common) =>
    (others || []).map((entry, index) => ({
      kind: 'agrees_with',
      metric: entry.metric,
      ...ifGiven({ within: entry.within }),
      ...common(entry, [index]),
    })),
  change: ({ change }, common) => (change ? [{ kind: 'change', within: change.within, ...common(change) }] : []),
  restatement: ({ restatement }, common) => {
    if (restatement === undefined || restatement === false) return [];
    const entry = typeof restatement === 'number' ? { within: restatement } : restatement;
    return [{ kind: 'restatement', within: entry.within, ...common(entry) }];
  },
  sql: ({ sql }, common) =>
    (sql || []).map((entry, index) => ({
      kind: 'sql',
      name: entry.name,
      select: withoutEnd(entry.select),
      ...common(entry, [index]),
    })),
};

/** In the order in which rules are told. */
export const ruleKeys: readonly RuleKey[] = [
  ...(['range', 'complete', 'freshness', 'volume', 'unique', 'adds_up', 'reconciles_with'] as const),
  ...(['references', 'agrees_with', 'change', 'restatement', 'sql'] as const),
];

/** A select becomes part of a larger one: a semicolon at its end would end that. */
function withoutEnd(select: string): string {
  return select.replace(/[\s;]+$/, '');
}

/** Without the key where there is no value. */
function ifGiven<K extends string, V>(entry: Readonly<Record<K, V | undefined>>): { readonly [P in K]?: V } {
  const given: { [P in K]?: V } = {};
  for (const key in entry) {
    const value = entry[key];
    if (value !== undefined) given[key] = value;
  }
  return given;
}
