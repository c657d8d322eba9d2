import { english } from '../../agreement/document-english.ts';
import { counted } from '../../agreement/document-format.ts';
import { type PromiseWords, titleOf } from '../../agreement/wording.ts';
import type { AgreementPromise } from '../../project/agreement.ts';
import { conditionTerms } from './agreement-conditions.ts';
import { instead, part, presence, type Term, wording } from './agreement-term.ts';

type PromiseWithTiers = Exclude<AgreementPromise, { kind: 'metric' }>;
type AnyTier = PromiseWithTiers['tiers'][number];
type Effort = Partial<Record<'businessMinutes' | 'attempts' | 'channels' | 'businessDays', number>>;

/** How much is promised, tier by tier; and the order in which tiers are looked at, for the first that fits holds. */
export function tierTerms(promise: AgreementPromise, efforts: PromiseWords['tiers'], path: string): Term[] {
  if (promise.kind === 'metric') return [];
  const names = promise.tiers.flatMap(({ id }) => id ?? []);
  return [
    ...(names.length === 0
      ? []
      : [orderTerm(`the tiers of ${promise.id}`, 'promises.tier_order', `${path}.tier_order`, names)]),
    ...promise.tiers.flatMap((tier, index) => {
      const effort = efforts[index]?.effort ?? '';
      return tier.id === undefined
        ? effortTerms(promise, tier, path)
        : namedTerms(promise, { ...tier, id: tier.id }, { path, index, effort });
    }),
  ];
}

/** The order of a list whose entries have names. Only of those that both have it says anything. */
export function orderTerm(what: string, field: string, path: string, names: readonly string[]): Term {
  const text = names.join(', ');
  return {
    path,
    field,
    value: names,
    text,
    phrases: {
      added: `${what} are looked at in the order ${text}`,
      removed: `${what} have no order`,
      changed: (from) => `${what} are looked at in the order ${text} instead of ${from}`,
    },
  };
}

function namedTerms(
  promise: PromiseWithTiers,
  tier: AnyTier & { readonly id: string },
  { path, index, effort }: { readonly path: string; readonly index: number; readonly effort: string },
): Term[] {
  const where = `${path}.tiers.${part(tier.id)}`;
  const [who, clause] = [whoOf(tier), clauseOf(promise, tier)];
  const above = promise.tiers[index - 1]?.id;
  const place =
    promise.tiers.length === 1 ? '' : above === undefined ? ', looked at first' : `, looked at after ${above}`;
  return [
    presence('promises.tiers', where, effort, {
      added: `${who} are promised something of their own: ${effort} ${clause}${place}`,
      removed: `${who} are no longer promised something of their own ${clause}`,
    }),
    ...conditionTerms(tier.when, {
      field: 'promises.tiers.when',
      path: `${where}.when`,
      who: 'a lead of this tier',
      clause,
    }),
    ...wording('promises.tiers.title', `${where}.title`, tier.title, `what the tier ${clause} is called`),
    ...effortTerms(promise, tier, where),
  ];
}

/** `demo requests` */
function whoOf(tier: AnyTier): string {
  if (tier.id === undefined) return 'leads';
  return tier.title === undefined ? `leads of the tier "${tier.id}"` : titleOf(tier, 'en');
}

function clauseOf({ id }: PromiseWithTiers, tier: AnyTier): string {
  return tier.id === undefined ? `(${id})` : `(${id}/${tier.id})`;
}

/** What is promised as a rule, in reduced periods and beyond capacity. */
function effortTerms(promise: PromiseWithTiers, tier: AnyTier, path: string): Term[] {
  const field = tier.id === undefined ? 'promises' : 'promises.tiers';
  const place = { promise, tier };
  return [
    ...partsOf(promise, tier).map((made) => effortTerm(made, { ...place, field, path, when: '' })),
    ...(['reduced', 'surge'] as const).flatMap((variant) => {
      const effort = tier[variant];
      if (effort === undefined) return [];
      const when = variant === 'reduced' ? 'in reduced periods ' : 'beyond capacity ';
      return partsOf(promise, effort).map((made) => ({
        ...effortTerm(made, { ...place, field: `${field}.${variant}`, path: `${path}.${variant}`, when }),
        fallback: `${path}.${made.key}`,
      }));
    }),
  ];
}

interface EffortPart {
  /** As in the YAML file. */
  readonly key:
    | 'within_minutes'
    | 'accept_within_hours'
    | 'report_within_days'
    | 'attempts'
    | 'channels'
    | 'business_days';
  readonly amount: number;
  /** `30 business minutes` */
  readonly text: string;
  /** `the first answer to demo requests is due in` */
  readonly says: (who: string) => string;
  /** Of time: the less, the harder. */
  readonly isTime: boolean;
}

function partsOf({ kind }: PromiseWithTiers, effort: Effort): EffortPart[] {
  const { minute, hour, day, attempt, channel } = english;
  const { businessMinutes = 0, businessDays = 0, attempts = 0, channels = 0 } = effort;
  const inDays = counted(businessDays, day, 'en');
  switch (kind) {
    case 'first_response':
      return [
        {
          key: 'within_minutes',
          amount: businessMinutes,
          text: counted(businessMinutes, minute, 'en'),
          says: (who) => `the first answer to ${who} is due in`,
          isTime: true,
        },
      ];
    case 'acceptance':
      return [
        {
          key: 'accept_within_hours',
          amount: businessMinutes / 60,
          text: counted(businessMinutes / 60, hour, 'en'),
          says: (who) => `${who} are to be accepted or rejected within`,
          isTime: true,
        },
      ];
    case 'meeting_outcome':
      return [
        {
          key: 'report_within_days',
          amount: businessDays,
          text: inDays,
          says: () => 'what came of a meeting is to be recorded within',
          isTime: true,
        },
      ];
    case 'follow_up':
      return [
        {
          key: 'attempts',
          amount: attempts,
          text: counted(attempts, attempt, 'en'),
          says: (who) => `follow-up of ${who} takes`,
          isTime: false,
        },
        {
          key: 'channels',
          amount: channels,
          text: counted(channels, channel, 'en'),
          says: (who) => `follow-up of ${who} goes over`,
          isTime: false,
        },
        {
          key: 'business_days',
          amount: businessDays,
          text: inDays,
          says: (who) => `follow-up of ${who} is to be done within`,
          isTime: true,
        },
      ];
  }
}

interface EffortPlace {
  readonly promise: PromiseWithTiers;
  readonly tier: AnyTier;
  readonly field: string;
  readonly path: string;
  /** `in reduced periods `, or empty. */
  readonly when: string;
}

function effortTerm({ key, amount, text, says, isTime }: EffortPart, place: EffortPlace): Term {
  const { promise, tier, field, path, when } = place;
  const [sentence, clause, sign] = [`${when}${says(whoOf(tier))}`, clauseOf(promise, tier), isTime ? -1 : 1];
  return {
    path: `${path}.${key}`,
    field: `${field}.${key}`,
    value: amount,
    text,
    phrases: {
      added: `${sentence} ${text} ${clause}`,
      removed: `${sentence} ${text} no longer ${clause}`,
      changed: (from, _, to) => `${sentence} ${from === to ? `${to} as before` : instead(to, from)} ${clause}`,
    },
    burden: { side: promise.side, amount: sign * amount },
  };
}
