import { language, locales, translator } from './text.js';

/** Formats of one language. Every number states its form: nothing depends on the reader's browser. */
export function formatter() {
  const t = translator();
  const locale = locales[language()];
  const number = (value, digits = 0, least = digits) =>
    new Intl.NumberFormat(locale, { minimumFractionDigits: least, maximumFractionDigits: digits }).format(value);
  const date = (iso, options) => new Intl.DateTimeFormat(locale, { timeZone: 'UTC', ...options }).format(new Date(`${iso.slice(0, 10)}T00:00:00Z`));

  const percent = (value, least = 1) => t('unit.percent', { value: number(value * 100, 1, least) });
  const minutes = (value) => {
    const whole = Math.round(value);
    if (whole < 120) return t('unit.minutes', { value: number(value < 10 ? value : whole, value < 10 ? 1 : 0, 0) });
    return t('unit.hours', { hours: number(Math.floor(whole / 60)), minutes: String(whole % 60).padStart(2, '0') });
  };
  const withUnit = (unit, amount) => t(unit === 'days' ? 'unit.days' : 'unit.hours_decimal', { value: amount });
  const value = (unit, amount) => {
    if (amount === null || amount === undefined) return '–';
    if (unit === 'percent') return percent(amount);
    if (unit === 'minutes') return minutes(amount);
    if (unit === 'days' || unit === 'hours') return withUnit(unit, number(amount, 1));
    return unit === 'number' ? number(amount, 2, 0) : number(amount);
  };
  const shortValue = (unit, amount) => (unit === 'percent' ? percent(amount, 0) : unit === 'days' || unit === 'hours' ? number(amount, 1, 0) : value(unit, amount));
  const day = (iso) => date(iso, { day: 'numeric', month: 'short' });
  const fullDay = (iso) => date(iso, { day: 'numeric', month: 'short', year: 'numeric' });

  return {
    number,
    percent,
    value,
    /** Without needless decimals, for axes. */
    shortValue,
    day,
    fullDay,
    /** A metric's figure: `over 7 h 30 min` when the percentile falls among the unanswered. */
    figure: (row) =>
      row.value === null && row.over_value !== null && row.over_value !== undefined
        ? t('figure.over', { value: value(row.unit, row.over_value) })
        : value(row.unit, row.value),
    /** `about 31%, between 24 and 39`: what a period whose windows still run will come to; empty for any other. */
    estimate: (row) => {
      if (row.estimate === null || row.estimate === undefined || row.is_mature !== false) return '';
      const bare = (amount) => (row.unit === 'percent' ? number(amount * 100) : value(row.unit, amount));
      const about = row.unit === 'percent' ? percent(Math.round(row.estimate * 100) / 100, 0) : value(row.unit, row.estimate);
      if (row.estimate_lower_95 === null || row.estimate_upper_95 === null) return t('figure.estimate', { value: about });
      return t('figure.estimate_between', { value: about, lower: bare(row.estimate_lower_95), upper: bare(row.estimate_upper_95) });
    },
    /** `up from 40%` where it is more than chance; empty where nobody can tell. */
    change: (row) => {
      if (row.change === 'too_few') return t('figure.too_few', { n: number(row.compared_sample_size ?? row.sample_size ?? 0) });
      if (!row.change || row.previous_value === null) return '';
      return t(`change.${row.change}`, { value: value(row.unit, row.previous_value) });
    },
    /** With its sign: `+3.2 points`, `−4`. */
    difference: (unit, amount) => {
      const size = Math.abs(amount);
      const told = unit === 'percent' ? t('unit.points', { value: number(size * 100, 1) }) : value(unit, size);
      return `${amount > 0 ? '+' : amount < 0 ? '−' : ''}${told}`;
    },
    /** `≥ 90%`, without a needless decimal. */
    target: (row) => {
      if (row.target === null || row.target === undefined) return '–';
      // A tick of an axis needs no unit, a target does.
      const amount = row.unit === 'days' || row.unit === 'hours' ? withUnit(row.unit, number(row.target, 1, 0)) : shortValue(row.unit, row.target);
      return t(row.direction === 'down' ? 'target.at_most' : 'target.at_least', { value: amount });
    },
    /** What a figure rests on: `87 of 121`, or the number of rows. */
    basis: (row) => {
      if (row.unit === 'percent' && row.denominator) {
        return t('figure.of', { part: number(row.numerator), whole: number(row.denominator) });
      }
      return number(row.sample_size ?? 0);
    },
    /** `2026-11-23T06:00` → `Mon 23 Nov 2026, 06:00`. */
    moment: (local) => `${date(local, { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' }).replace(/,/g, '')}, ${local.slice(11)}`,
    /** `2026-11-23T06:00` → `23 Nov, 06:00`. */
    shortMoment: (local) => `${day(local)}, ${local.slice(11)}`,
    days: (first, last) =>
      first.slice(0, 4) === last.slice(0, 4) ? `${day(first)} – ${fullDay(last)}` : `${fullDay(first)} – ${fullDay(last)}`,
    /** `2026-W47` → `Week 47`, `2026-10` → `October`, `2026-Q3` → `Q3`; `long` adds the year. */
    period: (label, long = false) => {
      const [year, part] = label.split('-');
      const suffix = long ? ` ${year}` : '';
      if (part.startsWith('W')) return t('period.week', { week: Number(part.slice(1)) }) + (long ? `, ${year}` : '');
      if (part.startsWith('Q')) return t('period.quarter', { quarter: part.slice(1) }) + suffix;
      return date(`${label}-01`, { month: 'long' }) + suffix;
    },
    /** Within a sentence: `week 47`. */
    inlineWeek: (label) => t('period.week_inline', { week: Number(label.split('-W')[1]) }),
    /** For an axis: `W47`, `Oct`, `Q3`. */
    tick: (label) => {
      const part = label.split('-')[1];
      if (part.startsWith('W')) return t('period.week_tick', { week: Number(part.slice(1)) });
      if (part.startsWith('Q')) return `${t('period.quarter', { quarter: part.slice(1) })} ${label.slice(2, 4)}`;
      return date(`${label}-01`, { month: 'short' });
    },
  };
}
