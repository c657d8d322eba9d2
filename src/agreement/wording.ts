import type { AgreementPromise, FollowUpEffort, Tier } from '../project/agreement.ts';
import type { Grain, LocalText, Metric } from '../project/metric-file.ts';

type Language = keyof LocalText;

/** A promise as one sentence in each language; the metric gives its name, unit and direction. */
export function wordingOf(promise: AgreementPromise, metric: Metric | undefined): LocalText {
  return { en: sentence(promise, metric, 'en'), da: sentence(promise, metric, 'da') };
}

const words = {
  en: {
    up: 'at least',
    down: 'at most',
    per: { week: 'a week', month: 'a month', quarter: 'a quarter' },
    minute: ['business minute', 'business minutes'],
    hour: ['business hour', 'business hours'],
    day: ['business day', 'business days'],
    attempt: ['attempt', 'attempts'],
    channel: ['channel', 'channels'],
    within: 'within',
    over: 'over',
    units: { percent: '', count: '', minutes: ' minutes', days: ' days' },
  },
  da: {
    up: 'mindst',
    down: 'højst',
    per: { week: 'om ugen', month: 'om måneden', quarter: 'i kvartalet' },
    minute: ['arbejdsminut', 'arbejdsminutter'],
    hour: ['arbejdstime', 'arbejdstimer'],
    day: ['arbejdsdag', 'arbejdsdage'],
    attempt: ['forsøg', 'forsøg'],
    channel: ['kanal', 'kanaler'],
    within: 'inden for',
    over: 'via',
    units: { percent: '', count: '', minutes: ' minutter', days: ' dage' },
  },
} as const;

function sentence(promise: AgreementPromise, metric: Metric | undefined, language: Language): string {
  const { up, down, per, units } = words[language];
  const name = metric?.label[language] ?? promise.metric;
  const amount = amountOf(promise.target, metric, language);
  const unit = metric === undefined ? '' : units[metric.unit];
  const period = promise.grain === undefined ? '' : ` ${per[promise.grain satisfies Grain]}`;
  const direction = metric?.direction === 'down' ? down : up;
  return `${name}: ${direction} ${amount}${unit}${period}${detailsOf(promise, language)}`;
}

function amountOf(target: number, metric: Metric | undefined, language: Language): string {
  const isShare = metric === undefined ? target <= 1 : metric.unit === 'percent';
  // From the digits that are written: 0.07 × 100 is 7.000000000000001.
  const amount = Number((isShare ? target * 100 : target).toPrecision(12));
  return `${inDigits(amount, language)}${isShare ? ' %' : ''}`;
}

function detailsOf(promise: AgreementPromise, language: Language): string {
  if (promise.kind === 'metric') return '';
  const tiers =
    promise.kind === 'first_response'
      ? promise.tiers.map((tier) => ({ tier, text: withinOf(tier.businessMinutes, language) }))
      : promise.tiers.map((tier) => ({ tier, text: effortOf(tier, language) }));
  const named = tiers.map(({ tier, text }) => (tier.id === undefined ? text : `${titleOf(tier, language)} ${text}`));
  return ` (${named.join('; ')})`;
}

function titleOf(tier: Tier, language: Language): string {
  return tier.title?.[language] ?? tier.id ?? '';
}

function withinOf(minutes: number, language: Language): string {
  const { within, minute, hour } = words[language];
  const inHours = minutes >= 60 && minutes % 30 === 0;
  return `${within} ${inHours ? counted(minutes / 60, hour, language) : counted(minutes, minute, language)}`;
}

function effortOf(effort: FollowUpEffort, language: Language): string {
  const { attempt, channel, day, over, within } = words[language];
  const attempts = counted(effort.attempts, attempt, language);
  const channels = counted(effort.channels, channel, language);
  return `${attempts} ${over} ${channels} ${within} ${counted(effort.businessDays, day, language)}`;
}

function counted(amount: number, [one, many]: readonly [string, string], language: Language): string {
  return `${inDigits(amount, language)} ${amount === 1 ? one : many}`;
}

function inDigits(amount: number, language: Language): string {
  return language === 'da' ? String(amount).replace('.', ',') : String(amount);
}
