import type { Improvement } from '../project/improvement-file.ts';
import type { LocalText, Metric } from '../project/metric.ts';
import type { Estimate } from './difference-of-shares.ts';
import { phrases } from './improvement-phrases.ts';
import type { Side } from './improvement-sides.ts';
import type { Compared, DifferenceKind, Judgement, Reason } from './improvement-verdict.ts';
import type { MissingWeeks, Window } from './improvement-windows.ts';

type Language = keyof LocalText;

/** What is said of one improvement. */
export interface Told {
  readonly improvement: Improvement;
  readonly metric: Metric;
  readonly compared: (Compared & { readonly afterWindow: Window }) | MissingWeeks;
  readonly judgement: Judgement;
}

/** What the numbers say, and no more than that, in each language. */
export function sentencesOf(told: Told): LocalText {
  return { en: new Words(told, 'en').text(), da: new Words(told, 'da').text() };
}

class Words {
  private readonly say;

  constructor(
    private readonly told: Told,
    private readonly language: Language,
  ) {
    this.say = phrases[language];
  }

  text(): string {
    const { compared, judgement } = this.told;
    if (typeof compared === 'string') return `${this.opening(judgement)}: ${this.missing(compared)}`;
    return [this.sides(compared), this.conclusion(judgement, compared), this.expectation(compared)]
      .filter((part) => part !== '')
      .join(' ');
  }

  private opening({ verdict }: Judgement): string {
    return verdict === 'too_early' ? this.say.tooEarly : this.say.cannot;
  }

  private missing(why: MissingWeeks): string {
    const since = this.date(this.told.improvement.since);
    if (why === 'no_week_yet') return this.say.noWeek(since);
    return why === 'no_history' ? this.say.noHistory(since) : this.say.closed;
  }

  /** `Within-SLA rate, uk: 84.3 % (118 of 140) in the 6 weeks before, 91.2 % (134 of 147) in the 6 weeks from …` */
  private sides({ weeks, before, after, afterWindow }: Exclude<Told['compared'], string>): string {
    const { metric, improvement } = this.told;
    const name = metric.label[this.language] + (improvement.team === undefined ? '' : `, ${improvement.team}`);
    const earlier = `${this.side(before)} ${this.say.before(weeks)}`;
    return `${name}: ${earlier}, ${this.side(after)} ${this.say.after(weeks, this.date(afterWindow.from))}.`;
  }

  private side(side: Side): string {
    const { metric } = this.told;
    if (metric.type === 'count') return this.number(side.value ?? 0);
    const counts =
      metric.type === 'percentile'
        ? `n = ${side.sampleSize}`
        : `${this.number(side.numerator ?? 0)} ${this.say.of} ${this.number(side.denominator ?? 0)}`;
    const over = side.overValue === null ? this.say.none : `${this.say.over} ${this.amount(side.overValue)}`;
    return `${side.value === null ? over : this.amount(side.value)} (${counts})`;
  }

  private conclusion(judgement: Judgement, { before, after }: Compared): string {
    const { difference, reason, verdict, kind } = judgement;
    if (difference === undefined) return `${this.opening(judgement)}: ${this.say.few(this.needed())}`;
    const [size, range] = [this.size(difference, kind), this.range(difference, kind)];
    if (verdict === 'better' || verdict === 'worse') {
      const amount = size === '' ? '' : `: ${size}`;
      return `${this.say[verdict]}${amount}${range === '' ? '' : ` (${range})`}, ${this.say.more}`;
    }
    const parts = [size, range].filter((part) => part !== '').join('; ');
    return `${this.say.change}${parts === '' ? '' : ` (${parts})`} ${this.doubt(reason, before.pending + after.pending)}`;
  }

  private doubt(reason: Reason | undefined, pending: number): string {
    return reason === 'pending' ? this.say.pending(this.number(pending)) : this.say.chance;
  }

  private needed(): number {
    return Math.max(1, this.told.metric.minimumSample);
  }

  private expectation({ after }: Compared): string {
    const { improvement, metric } = this.told;
    if (improvement.expected === undefined) return '';
    const expected = this.say.expected(this.amount(improvement.expected));
    if (after.value === null) return `${expected}.`;
    const isReached =
      metric.direction === 'up' ? after.value >= improvement.expected : after.value <= improvement.expected;
    return `${expected}, ${isReached ? this.say.reached : this.say.missed}`;
  }

  private size({ value }: Estimate, kind: DifferenceKind): string {
    if (value === null) return '';
    if (kind === 'ratio') return this.say.times(this.number(value, 2));
    return `${this.signed(kind === 'points' ? value * 100 : value)} ${this.unit(kind)}`;
  }

  private range({ lower, upper }: Estimate, kind: DifferenceKind): string {
    const bound = (value: number): string => {
      if (kind === 'ratio') return this.number(value, 2);
      return this.signed(kind === 'points' ? value * 100 : value);
    };
    if (lower !== null && upper !== null) return this.say.interval(`${bound(lower)} ${this.say.to} ${bound(upper)}`);
    if (lower !== null) return this.say.interval(this.say.atLeast(bound(lower)));
    return upper === null ? '' : this.say.interval(this.say.atMost(bound(upper)));
  }

  private unit(kind: DifferenceKind): string {
    return this.say.units[kind === 'points' ? 'points' : this.told.metric.unit];
  }

  /** A value of the metric with its unit. */
  private amount(value: number): string {
    const { unit } = this.told.metric;
    const text = this.number(unit === 'percent' ? value * 100 : value);
    const said = this.say.units[unit];
    return said === '' ? text : `${text} ${said}`;
  }

  private signed(value: number): string {
    return value > 0 ? `+${this.number(value)}` : this.number(value);
  }

  private number(value: number, digits = 1): string {
    const format = new Intl.NumberFormat(this.say.locale, { maximumFractionDigits: digits, signDisplay: 'negative' });
    return format.format(value).replace('-', '−');
  }

  private date(text: string): string {
    const format = { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' } as const;
    return new Intl.DateTimeFormat(this.say.locale, format).format(new Date(`${text}T00:00:00Z`));
  }
}
