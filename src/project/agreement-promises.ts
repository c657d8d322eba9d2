import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Agreement, AgreementPromise, Condition, Side, Tier } from './agreement.ts';
import type { PromiseYaml, TestYaml, TierYaml } from './agreement-schema.ts';
import type { YamlPath } from './yaml-file.ts';

interface PromisePlace {
  readonly side: Side;
  readonly path: YamlPath;
  readonly at: Agreement['at'];
}

const responseKeys = ['within_minutes'] as const;
const followUpKeys = ['attempts', 'channels', 'business_days'] as const;

/** Which promise it is shows from its keys: minutes promise a first response, attempts a follow-up. */
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
    target: yaml.target,
    ...(yaml.per === undefined ? {} : { grain: yaml.per }),
    path,
  };
  const written = [yaml, ...(yaml.tiers ?? [])];
  const isResponse = written.some((part) => part.within_minutes !== undefined);
  const isFollowUp = written.some((part) => followUpKeys.some((key) => part[key] !== undefined));
  if (!isResponse && !isFollowUp && yaml.tiers === undefined) return { kind: 'metric', ...common };
  if (isResponse === isFollowUp || side === 'marketing') {
    problems.push({
      code: 'invalid-promise',
      severity: 'error',
      message: side === 'marketing' ? `"${yaml.id}" is promised by marketing` : `"${yaml.id}" is no promise alone`,
      ...place.at([...path, 'id']),
      expected:
        'a first response (within_minutes) or a follow-up (attempts, channels, business_days), promised by sales',
    });
    return undefined;
  }
  return isResponse ? toFirstResponse(yaml, common, place, problems) : toFollowUp(yaml, common, place, problems);
}

type Common = Omit<Extract<AgreementPromise, { kind: 'metric' }>, 'kind'>;

function toFirstResponse(
  yaml: PromiseYaml,
  common: Common,
  place: PromisePlace,
  problems: Diagnostic[],
): AgreementPromise {
  const tiers = tiersOf(yaml, place, responseKeys, problems).map(({ tier, written }) => ({
    ...tier,
    businessMinutes: written.within_minutes ?? 0,
  }));
  return { kind: 'first_response', ...common, tiers };
}

function toFollowUp(yaml: PromiseYaml, common: Common, place: PromisePlace, problems: Diagnostic[]): AgreementPromise {
  const tiers = tiersOf(yaml, place, followUpKeys, problems).map(({ tier, written }) => ({
    ...tier,
    attempts: written.attempts ?? 0,
    channels: written.channels ?? 0,
    businessDays: written.business_days ?? 0,
  }));
  return { kind: 'follow_up', ...common, tiers };
}

type EffortKey = (typeof responseKeys)[number] | (typeof followUpKeys)[number];

/** The promise's tiers, or itself as the only one; each must name every key, and with tiers only the tiers do. */
function tiersOf(
  yaml: PromiseYaml,
  place: PromisePlace,
  keys: readonly EffortKey[],
  problems: Diagnostic[],
): { tier: Tier; written: PromiseYaml | TierYaml }[] {
  const { path, at } = place;
  const report = (code: string, message: string, where: YamlPath, fix: string) =>
    problems.push({ code, severity: 'error', message, ...at(where), fix });
  const parts: { tier: Tier; written: PromiseYaml | TierYaml }[] =
    yaml.tiers === undefined
      ? [{ tier: { when: [], path }, written: yaml }]
      : yaml.tiers.map((tier, index) => ({ tier: toTier(tier, [...path, 'tiers', index]), written: tier }));
  for (const key of keys) {
    for (const { tier, written } of parts) {
      if (written[key] === undefined) report('missing-key', `missing key "${key}"`, tier.path, `Say the ${key}.`);
    }
    if (yaml.tiers !== undefined && yaml[key] !== undefined) {
      report('invalid-promise', `"${key}" beside tiers`, [...path, key], `Move "${key}" into the tiers.`);
    }
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
