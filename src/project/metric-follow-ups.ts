import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Metric } from './metric.ts';

/**
 * Leaves out of `found` what only follows from `problems`: metrics that are unknown because their own files could not be
 * read. Such a name stands in the line that is complained of.
 */
export function withoutFollowUps(
  found: readonly Diagnostic[],
  problems: readonly Diagnostic[],
  metrics: readonly Metric[],
): Diagnostic[] {
  const unread = problems
    .filter(({ severity }) => severity === 'error')
    .flatMap(({ file }) => /(?:^|\/)metrics\/(\w+)(?:\.v\d+)?\.yml$/.exec(file ?? '')?.[1] ?? [])
    .filter((name) => !metrics.some((metric) => metric.name === name));
  return found.filter(({ code, line = 1, source = '' }) => {
    const words: readonly string[] = source.split('\n')[line - 1]?.match(/\w+/g) ?? [];
    return code !== 'unknown-metric' || !unread.some((name) => words.includes(name));
  });
}
