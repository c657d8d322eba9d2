import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Metric } from '../project/metric.ts';

/** How long before a version's last day a build begins to say so. */
const daysOfWarning = 30;

/**
 * Versions of metrics that are to go: a warning in the 30 days up to and on the last day on which a build may have them,
 * an error from the day after. `today` is a date, `2026-11-26`. Pure.
 */
export function reportDeprecatedMetrics(metrics: readonly Metric[], today: string): Diagnostic[] {
  return metrics.flatMap((metric): Diagnostic[] => {
    const last = metric.deprecatedOn;
    if (last === undefined || today < addDays(last, -daysOfWarning)) return [];
    const isOver = last < today;
    return [
      {
        code: 'deprecated-version',
        severity: isOver ? 'error' : 'warning',
        message: `version ${metric.version} of metric "${metric.name}" ${isOver ? 'could be kept until' : 'may be kept until'} ${last}`,
        ...metric.at(['deprecated_on']),
        expected: successor(metric, metrics),
        fix: `Remove the file ${metric.file.path}, or move deprecated_on and say why under changes.`,
      },
    ];
  });
}

function successor({ name, version }: Metric, metrics: readonly Metric[]): string {
  const [next] = metrics
    .filter((other) => other.name === name && other.version > version)
    .sort((left, right) => left.version - right.version);
  if (next === undefined) return `a version ${version + 1} in its place, or nothing that names "${name}" any more`;
  const since = next.effectiveFrom === undefined ? '' : `, in force from ${next.effectiveFrom}`;
  const why = next.changes.find((note) => note.version === next.version)?.why;
  return `version ${next.version} in its place${since}${why === undefined ? '' : `: ${why}`}`;
}

function addDays(date: string, days: number): string {
  const at = new Date(`${date}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() + days);
  return at.toISOString().slice(0, 10);
}
