import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { AgreementPromise, Condition, Tier, Variants } from './agreement.ts';
import type { TestYaml } from './agreement-parts-schema.ts';
import {
  checkKeys,
  checkMetric,
  type Kind,
  keysOf,
  kinds,
  kindsMeant,
  type PromisePlace,
} from './agreement-promise-kinds.ts';
import type { EffortYaml, PromiseYaml, TierYaml } from './agreement-promise-schema.ts';
import type { YamlPath } from './yaml-file.ts';

/** A missing key was reported; any number will do. */
const effortsOf = {
  first_response: ({ within_minutes = 0 }: EffortYaml) => ({ businessMinutes: within_minutes }),
  follow_up: ({ attempts = 0, channels = 0, business_days = 0 }: EffortYaml) => ({
    attempts,
    channels,
    businessDays: business_days,
  }),
  acceptance: ({ accept_within_hours = 0 }: EffortYaml) => ({ businessMinutes: accept_within_hours * 60 }),
  meeting_outcome: ({ report_within_days = 0 }: EffortYaml) => ({ businessDays: report_within_days }),
};

export function toPromise(
  yaml: PromiseYaml,
  place: PromisePlace,
  problems: Diagnostic[],
): AgreementPromise | undefined {
  const { side, path } = place;
  const common = {
    id: yaml.id,
    side,
    metric: yaml.metric,
    ...toTargets(yaml.target),
    ...(yaml.per === undefined ? {} : { grain: yaml.per }),
    path,
  };
  const [kind, second] = kindsMeant(yaml, side);
  const saysMore = yaml.tiers !== undefined || yaml.reduced !== undefined || yaml.surge !== undefined;
  if (kind === undefined && !saysMore) return { kind: 'metric', ...common };
  if (kind === undefined || second !== undefined || side === 'marketing') {
    problems.push({
      code: 'invalid-promise',
      severity: 'error',
      message: side === 'marketing' ? `"${yaml.id}" is promised by marketing` : `"${yaml.id}" is no promise alone`,
      ...place.at([...path, 'id']),
      expected: `one of ${kinds.map((name) => `${name.replace('_', ' ')} (${keysOf[name].join(', ')})`).join(', ')}, promised by sales`,
    });
    return undefined;
  }
  checkMetric(kind, yaml, place, problems);
  if (kind === 'meeting_outcome') reportVariants(yaml, place, problems);
  return withTiers(kind, common, yaml, place, problems);
}

type Common = Omit<Extract<AgreementPromise, { kind: 'metric' }>, 'kind'>;

function withTiers(
  kind: Kind,
  common: Common,
  yaml: PromiseYaml,
  place: PromisePlace,
  problems: Diagnostic[],
): AgreementPromise {
  const parts = partsOf(yaml, place, kind, problems);
  const tiers = <Effort>(effortOf: (part: EffortYaml) => Effort): (Tier & Variants<Effort>)[] =>
    parts.map(({ tier, written }) => ({
      ...tier,
      ...effortOf(written),
      ...(written.reduced === undefined ? {} : { reduced: effortOf(written.reduced) }),
      ...(written.surge === undefined ? {} : { surge: effortOf(written.surge) }),
    }));
  switch (kind) {
    case 'first_response':
      return { kind, ...common, tiers: tiers(effortsOf.first_response) };
    case 'follow_up':
      return { kind, ...common, tiers: tiers(effortsOf.follow_up) };
    case 'acceptance':
      return { kind, ...common, tiers: tiers(effortsOf.acceptance) };
    case 'meeting_outcome':
      return { kind, ...common, tiers: tiers(effortsOf.meeting_outcome) };
  }
}

function toTargets(target: PromiseYaml['target']): Pick<Common, 'target' | 'targets'> {
  if (typeof target === 'number') return { target, targets: { quarters: [], teams: [] } };
  return {
    target: target.default,
    targets: {
      quarters: Object.entries(target.quarters).map(([quarter, value]) => ({ quarter, target: value })),
      teams: Object.entries(target.teams).map(([team, value]) => ({ team, target: value })),
    },
  };
}

/** A meeting may belong to no MQL: nothing says which tier it would have. */
function reportVariants(yaml: PromiseYaml, { path, at }: PromisePlace, problems: Diagnostic[]): void {
  for (const key of ['tiers', 'reduced', 'surge'] as const) {
    if (yaml[key] === undefined) continue;
    problems.push({
      code: 'invalid-promise',
      severity: 'error',
      message: `"${yaml.id}": the outcome of every meeting is promised alike`,
      ...at([...path, key]),
      fix: `Remove "${key}".`,
    });
  }
}

/** The promise's tiers, or itself as the only one; each must name every key, and with tiers only the tiers do. */
function partsOf(
  yaml: PromiseYaml,
  place: PromisePlace,
  kind: Kind,
  problems: Diagnostic[],
): { tier: Tier; written: PromiseYaml | TierYaml }[] {
  const { path, at } = place;
  const report = (code: string, message: string, where: YamlPath, fix: string) =>
    problems.push({ code, severity: 'error', message: `"${yaml.id}": ${message}`, ...at(where), fix });
  const parts: { tier: Tier; written: PromiseYaml | TierYaml }[] =
    yaml.tiers === undefined
      ? [{ tier: { when: [], path }, written: yaml }]
      : yaml.tiers.map((tier, index) => ({ tier: toTier(tier, [...path, 'tiers', index]), written: tier }));
  for (const { tier, written } of parts) checkKeys(kind, yaml, written, { path: tier.path, at }, problems);
  for (const key of [...keysOf[kind], 'reduced', 'surge'] as const) {
    if (yaml.tiers === undefined || yaml[key] === undefined) continue;
    report('invalid-promise', `"${key}" beside tiers`, [...path, key], `Move "${key}" into the tiers.`);
  }
  return parts;
}

function toTier(yaml: TierYaml, path: YamlPath): Tier {
  return {
    id: yaml.id,
    ...(yaml.title === undefined ? {} : { title: yaml.title }),
    when: Object.entries(yaml.when).flatMap(([attribute, test]) => {
      const where = [...path, 'when', attribute];
      if (typeof test === 'string') return toConditions(attribute, { in: [test] }, where);
      return toConditions(attribute, Array.isArray(test) ? { in: test } : test, where);
    }),
    path,
  };
}

/** Several tests of one attribute must all hold. */
export function toConditions(attribute: string, test: TestYaml, path: YamlPath): Condition[] {
  const common = { attribute, path };
  return [
    ...(test.in === undefined ? [] : [{ ...common, operator: 'in' as const, values: test.in }]),
    ...(test.at_least === undefined ? [] : [{ ...common, operator: 'at_least' as const, number: test.at_least }]),
    ...(test.at_most === undefined ? [] : [{ ...common, operator: 'at_most' as const, number: test.at_most }]),
    ...(test.filled === undefined ? [] : [{ ...common, operator: 'filled' as const }]),
  ];
}
