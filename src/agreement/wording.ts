import type {
  AgreementPromise,
  BusinessDays,
  BusinessTime,
  FollowUpEffort,
  Tier,
  Variants,
} from '../project/agreement.ts';
import type { LocalText, Metric } from '../project/metric.ts';
import { businessTime, counted, inDigits, listOf } from './document-format.ts';
import { type Language, words } from './document-words.ts';

/** All that the agreement's tables and words take of a metric. */
export type PromisedMetric = Pick<Metric, 'name' | 'label' | 'unit' | 'direction'>;

/** A promise in parts, for where they stand apart. */
export interface PromiseWords {
  /** What the metric is called. */
  readonly name: string;
  /** `at least 90 %, but 85 % in Q3 2026`. */
  readonly target: string;
  /** What is promised to the leads of each tier, in their order. */
  readonly tiers: readonly { readonly tier: Tier; readonly effort: string }[];
}

/** A promise as one sentence in each language; the metric gives its name, unit and direction. */
export function wordingOf(promise: AgreementPromise, metric: PromisedMetric | undefined): LocalText {
  return { en: sentence(promise, metric, 'en'), da: sentence(promise, metric, 'da') };
}

export function promiseWords(
  promise: AgreementPromise,
  metric: PromisedMetric | undefined,
  language: Language,
): PromiseWords {
  return {
    name: metric?.label[language] ?? promise.metric,
    target: targetOf(promise, metric, language),
    tiers: tiersOf(promise, language),
  };
}

export function titleOf(tier: Tier, language: Language): string {
  return tier.title?.[language] ?? tier.id ?? '';
}

function sentence(promise: AgreementPromise, metric: PromisedMetric | undefined, language: Language): string {
  const { name, target, tiers } = promiseWords(promise, metric, language);
  const details = tiers.map(({ tier, effort }) =>
    tier.id === undefined ? effort : `${titleOf(tier, language)} ${effort}`,
  );
  return `${name}: ${target}${details.length === 0 ? '' : ` (${details.join('; ')})`}`;
}

function targetOf(promise: AgreementPromise, metric: PromisedMetric | undefined, language: Language): string {
  const { up, down, per, but, inQuarter, forTeam } = words[language];
  const amount = (target: number): string => amountOf(target, metric, language);
  const period = promise.grain === undefined ? '' : ` ${per[promise.grain]}`;
  const usual = `${metric?.direction === 'down' ? down : up} ${amount(promise.target)}${period}`;
  const others = [
    ...promise.targets.quarters.map(({ quarter, target }) => {
      const [year = '', number = ''] = quarter.split('-q');
      return `${amount(target)} ${inQuarter(number, year)}`;
    }),
    ...promise.targets.teams.map(({ team, target }) => `${amount(target)} ${forTeam(team)}`),
  ];
  return others.length === 0 ? usual : `${usual}, ${but} ${listOf(others, 'and', language)}`;
}

/** A target in the metric's unit: `90 %`, `1,500`. */
export function amountOf(target: number, metric: PromisedMetric | undefined, language: Language): string {
  const isShare = metric === undefined ? target <= 1 : metric.unit === 'percent';
  const unit = metric === undefined ? '' : words[language].units[metric.unit];
  return isShare ? `${inDigits(target * 100, language)} %` : `${inDigits(target, language)}${unit}`;
}

function tiersOf(promise: AgreementPromise, language: Language): PromiseWords['tiers'] {
  const { within, decidedWithin, reportedWithin, day } = words[language];
  const inTime = ({ businessMinutes }: BusinessTime): string => businessTime(businessMinutes, language);
  const inDays = ({ businessDays }: BusinessDays): string => counted(businessDays, day, language);
  switch (promise.kind) {
    case 'metric':
      return [];
    case 'first_response':
      return promise.tiers.map((tier) => ({ tier, effort: effortOf(tier, within, inTime, language) }));
    case 'acceptance':
      return promise.tiers.map((tier) => ({ tier, effort: effortOf(tier, decidedWithin, inTime, language) }));
    case 'meeting_outcome':
      return promise.tiers.map((tier) => ({ tier, effort: effortOf(tier, reportedWithin, inDays, language) }));
    case 'follow_up': {
      const inAttempts = (effort: FollowUpEffort): string => attemptsOf(effort, language);
      return promise.tiers.map((tier) => ({ tier, effort: effortOf(tier, (text) => text, inAttempts, language) }));
    }
  }
}

/** `within 30 business minutes, in reduced periods 1 business hour, beyond capacity 2 business hours`. */
function effortOf<Effort>(
  tier: Variants<Effort>,
  promised: (effort: string) => string,
  inWords: (effort: Effort) => string,
  language: Language,
): string {
  const { reduced, surge } = words[language];
  return [
    promised(inWords(tier)),
    ...(tier.reduced === undefined ? [] : [reduced(inWords(tier.reduced))]),
    ...(tier.surge === undefined ? [] : [surge(inWords(tier.surge))]),
  ].join(', ');
}

function attemptsOf({ attempts, channels, businessDays }: FollowUpEffort, language: Language): string {
  const { attempt, channel, day, effort } = words[language];
  return effort(
    counted(attempts, attempt, language),
    counted(channels, channel, language),
    counted(businessDays, day, language),
  );
}
