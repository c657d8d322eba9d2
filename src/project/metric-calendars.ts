import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import type { Metric } from './metric.ts';

/**
 * The metrics of business time whose calendar no agreement has. One that some of them lack shows when rows start under such
 * an agreement.
 */
export function checkCalendars(
  metrics: readonly Metric[],
  agreements: readonly { readonly calendars: readonly { readonly name: string }[] }[],
): Diagnostic[] {
  const known = [...new Set(agreements.flatMap(({ calendars }) => calendars.map(({ name }) => name)))];
  return metrics.flatMap((metric) => {
    if (metric.type !== 'duration' || metric.calendar?.kind !== 'name') return [];
    const { name } = metric.calendar;
    if (known.includes(name)) return [];
    const fix = didYouMean(name, known);
    const expected =
      known.length === 0 ? 'an agreement with calendars in metrics/agreements/' : `one of ${known.join(', ')}`;
    return {
      code: 'unknown-calendar',
      severity: 'error' as const,
      message: `unknown calendar "${name}"`,
      ...metric.at(['calendar']),
      ...(fix === undefined ? { expected } : { fix }),
    };
  });
}
