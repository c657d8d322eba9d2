import type { MetricSpec } from '../project/metric.ts';

/**
 * The periods for which a version's values are the ones that count, by the day on which they start: those from `from`
 * on and before `until` (YYYY-MM-DD; absent: no bound). `never`: a later version counts for all of them.
 */
export type Span = { readonly from?: string; readonly until?: string } | 'never';

/**
 * Which version of one metric is in force when. A version counts from its effective_from (absent: since ever) until a
 * later one does; periods before all of them belong to the lowest. Each period belongs to exactly one version.
 * @param versions all of one name, in any order, with dates that `checkTogether` finds in order.
 */
export function spansOf(versions: readonly Pick<MetricSpec, 'version' | 'effectiveFrom'>[]): Map<number, Span> {
  const ordered = [...versions].sort((left, right) => left.version - right.version);
  return new Map(
    ordered.map(({ version, effectiveFrom }, index): [number, Span] => {
      const from = index === 0 ? undefined : effectiveFrom;
      const next = ordered[index + 1];
      if (next === undefined) return [version, from === undefined ? {} : { from }];
      const until = next.effectiveFrom;
      // Of several that begin on one day the highest counts, but what begins before all of them is the lowest's.
      if (until === undefined || until === from) return [version, 'never'];
      return [version, from === undefined ? { until } : { from, until }];
    }),
  );
}
