import type { Unit } from '../project/metric.ts';

/** What follows a number of each unit; of a count, a plain number or an amount nothing does. */
const suffixes: Readonly<Record<Unit, string>> = {
  percent: ' %',
  minutes: ' min',
  hours: ' h',
  days: ' d',
  count: '',
  number: '',
  amount: '',
};

/** A value as people write it: `87.5 %`, `1,240`, `12.5 min`; a dash for none. */
export function formatValue(value: number | null, unit: Unit): string {
  return value === null ? '–' : `${rounded(value, unit)}${suffixes[unit]}`;
}

/** A difference with its sign; that of two percentages is in points. */
export function formatDifference(value: number | null, unit: Unit): string {
  if (value === null) return '–';
  const text = rounded(Math.abs(value), unit);
  const sign = Number(text.replaceAll(',', '')) === 0 ? '±' : value > 0 ? '+' : '−';
  return `${sign}${text}${unit === 'percent' ? ' points' : suffixes[unit]}`;
}

/** `71.2 – 94.1 %`, `≥ 94.1 min` where nobody knows how far it goes; empty where there is no interval. */
export function formatInterval(lower: number | null, upper: number | null, unit: Unit): string {
  if (lower === null && upper === null) return '';
  if (upper === null) return `≥ ${formatValue(lower, unit)}`;
  return lower === null ? `≤ ${formatValue(upper, unit)}` : `${rounded(lower, unit)} – ${formatValue(upper, unit)}`;
}

function rounded(value: number, unit: Unit): string {
  const shown = unit === 'percent' ? value * 100 : value;
  return shown.toLocaleString('en', { maximumFractionDigits: 1 });
}
