import { type Language, locales, translate } from './catalogue.ts';

/** What of a row the formats read: a figure with its unit, what it rests on and what is promised of it. */
export interface Figure {
  readonly unit: string;
  readonly value?: number | null;
  readonly over_value?: number | null;
  readonly numerator?: number | null;
  readonly denominator?: number | null;
  readonly sample_size?: number | null;
  readonly compared_sample_size?: number | null;
  readonly direction?: string | null;
  readonly target?: number | null;
  readonly is_mature?: boolean | null;
  readonly estimate?: number | null;
  readonly estimate_lower_95?: number | null;
  readonly estimate_upper_95?: number | null;
  readonly previous_value?: number | null;
  readonly change?: string | null;
}

type Amount = number | null | undefined;

const numberFormats = new Map<string, Intl.NumberFormat>();
const dateFormats = new Map<string, Intl.DateTimeFormat>();

/** Making a format costs more than using it a hundred times. */
function numberFormat(locale: string, least: number, most: number): Intl.NumberFormat {
  const key = `${locale} ${least} ${most}`;
  const known = numberFormats.get(key);
  if (known) return known;
  const made = new Intl.NumberFormat(locale, { minimumFractionDigits: least, maximumFractionDigits: most });
  numberFormats.set(key, made);
  return made;
}

function dateFormat(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale} ${JSON.stringify(options)}`;
  const known = dateFormats.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', ...options });
  dateFormats.set(key, made);
  return made;
}

export type Formats = ReturnType<typeof formats>;

/**
 * The forms of one language: numbers, shares, durations, days, moments, periods. Days are `2026-11-23` and moments
 * `2026-11-23T06:00`, both already local; periods are labels such as `2026-W47`, `2026-10` and `2026-Q3`. Every number
 * states its form: nothing depends on the reader's machine.
 */
export function formats(language: Language) {
  const t = translate(language);
  const locale = locales[language];
  const number = (value: number, digits = 0, least = digits): string =>
    numberFormat(locale, least, digits).format(Object.is(value, -0) ? 0 : value);
  const date = (iso: string, options: Intl.DateTimeFormatOptions): string =>
    dateFormat(locale, options).format(new Date(`${iso.slice(0, 10)}T00:00:00Z`));
  const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

  const percent = (value: number, least = 1): string => t('unit.percent', { value: number(value * 100, 1, least) });
  // A share that only rounds to its target is told more closely: 89.96% is no 90%.
  const against = (amount: number, target: Amount): string => {
    if (target === null || target === undefined || amount === target) return percent(amount);
    const digits = [1, 2, 3].find((most) => number(amount * 100, most) !== number(target * 100, most)) ?? 3;
    return t('unit.percent', { value: number(amount * 100, digits) });
  };
  const minutes = (value: number): string => {
    const whole = Math.round(value);
    if (whole < 120) return t('unit.minutes', { value: number(value < 10 ? value : whole, value < 10 ? 1 : 0, 0) });
    return t('unit.hours', { hours: number(Math.floor(whole / 60)), minutes: String(whole % 60).padStart(2, '0') });
  };
  const withUnit = (unit: string, told: string): string =>
    t(unit === 'hours' ? 'unit.hours_decimal' : told === '1' ? 'unit.day' : 'unit.days', { value: told });
  const value = (unit: string, amount: Amount): string => {
    if (amount === null || amount === undefined) return '–';
    if (unit === 'percent') return percent(amount);
    if (unit === 'minutes') return minutes(amount);
    if (unit === 'days' || unit === 'hours') return withUnit(unit, number(amount, 1));
    return unit === 'number' ? number(amount, 2, 0) : number(amount);
  };
  const shortValue = (unit: string, amount: number): string => {
    if (unit === 'percent') return percent(amount, 0);
    return unit === 'days' || unit === 'hours' ? withUnit(unit, number(amount, 1, 0)) : value(unit, amount);
  };
  const day = (iso: string): string => date(iso, { day: 'numeric', month: 'short' });
  const fullDay = (iso: string): string => date(iso, { day: 'numeric', month: 'short', year: 'numeric' });
  const time = (local: string): string => local.slice(11).replace(':', language === 'da' ? '.' : ':');
  // Of a day alone, where the time would tell too much, the day.
  const moment = (told: string, local: string): string =>
    local.length > 10 ? t('unit.moment', { day: told, time: time(local) }) : told;
  const inline = (label: string): string => {
    const [, part = ''] = label.split('-');
    if (part.startsWith('W')) return t('period.week_inline', { week: Number(part.slice(1)) });
    if (part.startsWith('Q')) return t('period.quarter', { quarter: part.slice(1) });
    return date(`${label}-01`, { month: 'long' });
  };

  return {
    number,
    percent,
    value,
    /** Without needless decimals, for axes. */
    shortValue,
    /** `16 Nov` */
    day,
    /** `16 Nov 2026` */
    fullDay,
    /** `Mon 16 Nov` */
    weekday: (iso: string): string => date(iso, { weekday: 'short', day: 'numeric', month: 'short' }).replace(/,/g, ''),
    /** Of a moment: `06:00`. */
    time,
    /** A metric's figure: `over 7 h 30 min` when the percentile falls among the unanswered. */
    figure: (row: Figure): string => {
      if (row.value === null || row.value === undefined) {
        return row.over_value === null || row.over_value === undefined
          ? value(row.unit, null)
          : t('figure.over', { value: value(row.unit, row.over_value) });
      }
      return row.unit === 'percent' ? against(row.value, row.target) : value(row.unit, row.value);
    },
    /** `about 31%, between 24 and 39`: what a period whose windows still run will come to; empty for any other. */
    estimate: (row: Figure): string => {
      if (row.estimate === null || row.estimate === undefined || row.is_mature !== false) return '';
      const bare = (amount: number): string => (row.unit === 'percent' ? number(amount * 100) : value(row.unit, amount));
      const told =
        row.unit === 'percent' ? percent(Math.round(row.estimate * 100) / 100, 0) : value(row.unit, row.estimate);
      const [lower, upper] = [row.estimate_lower_95 ?? null, row.estimate_upper_95 ?? null];
      if (lower === null || upper === null) return t('figure.estimate', { value: told });
      return t('figure.estimate_between', { value: told, lower: bare(lower), upper: bare(upper) });
    },
    /** `up from 40%` where it is more than chance; `too few to judge the trend`; empty where nobody can tell. */
    change: (row: Figure): string => {
      if (row.change === 'too_few') {
        return t('figure.too_few', { n: number(row.compared_sample_size ?? row.sample_size ?? 0) });
      }
      if (!row.change || row.previous_value === null || row.previous_value === undefined) return '';
      return t(`change.${row.change}`, { value: value(row.unit, row.previous_value) });
    },
    /** With its sign: `+3.2 points`, `−4`. */
    difference: (unit: string, amount: number): string => {
      const size = Math.abs(amount);
      const told = unit === 'percent' ? t('unit.points', { value: number(size * 100, 1) }) : value(unit, size);
      return `${amount > 0 ? '+' : amount < 0 ? '−' : ''}${told}`;
    },
    /** `≥ 90%`, without a needless decimal. */
    target: (row: Figure): string => {
      if (row.target === null || row.target === undefined) return '–';
      return t(row.direction === 'down' ? 'target.at_most' : 'target.at_least', { value: shortValue(row.unit, row.target) });
    },
    /** What a figure rests on: `87 of 121`, or the number of rows. */
    basis: (row: Figure): string => {
      if (row.unit === 'percent' && row.denominator) {
        return t('figure.of', { part: number(row.numerator ?? 0), whole: number(row.denominator) });
      }
      return number(row.sample_size ?? 0);
    },
    /** `Mon 23 Nov 2026, 06:00` */
    moment: (local: string): string =>
      moment(
        date(local, { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' }).replace(/,/g, ''),
        local,
      ),
    /** `23 Nov, 06:00` */
    shortMoment: (local: string): string => moment(day(local), local),
    /** `16 Nov – 22 Nov 2026` */
    days: (first: string, last: string): string =>
      first.slice(0, 4) === last.slice(0, 4)
        ? `${day(first)} – ${fullDay(last)}`
        : `${fullDay(first)} – ${fullDay(last)}`,
    /** At the start of a line: `Week 47`, `October`, `Q3`; `long` adds the year. */
    period: (label: string, long = false): string => {
      const [year = '', part = ''] = label.split('-');
      const told = capital(inline(label));
      if (!long) return told;
      return part.startsWith('W') ? t('period.of_year', { period: told, year }) : `${told} ${year}`;
    },
    /** Within a sentence: `week 47`. */
    inline,
    /** For an axis: `W47`, `Oct`, `Q3 26`. */
    tick: (label: string): string => {
      const [, part = ''] = label.split('-');
      if (part.startsWith('W')) return t('period.week_tick', { week: Number(part.slice(1)) });
      if (part.startsWith('Q')) return `${t('period.quarter', { quarter: part.slice(1) })} ${label.slice(2, 4)}`;
      return date(`${label}-01`, { month: 'short' });
    },
  };
}
