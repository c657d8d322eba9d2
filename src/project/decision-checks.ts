import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import type { ReviewMeeting } from './decision-file.ts';
import type { Metric } from './metric.ts';
import type { YamlPath } from './yaml-file.ts';

/** What can be said of decided targets only by the metrics that they are of. */
export function checkDecisions(meetings: readonly ReviewMeeting[], metrics: readonly Metric[]): Diagnostic[] {
  return meetings.flatMap((meeting) =>
    meeting.decisions.flatMap(({ target }, index) => {
      if (target === undefined) return [];
      const path = ['decisions', index, 'target'];
      const metric = metrics.findLast(({ name }) => name === target.metric);
      if (metric === undefined) return [unknownMetric(meeting, [...path, 'metric'], target.metric, metrics)];
      return (['from', 'to'] as const).flatMap((key) => rangeProblem(meeting, [...path, key], target[key], metric));
    }),
  );
}

function unknownMetric({ at }: ReviewMeeting, path: YamlPath, name: string, metrics: readonly Metric[]): Diagnostic {
  const fix = didYouMean(
    name,
    metrics.map((metric) => metric.name),
  );
  return {
    code: 'unknown-metric',
    severity: 'error',
    message: `unknown metric "${name}"`,
    ...at(path),
    expected: 'the name of a metric in metrics/',
    ...(fix === undefined ? {} : { fix }),
  };
}

function rangeProblem(
  { at }: ReviewMeeting,
  path: YamlPath,
  target: number | undefined,
  { unit }: Metric,
): Diagnostic[] {
  if (target === undefined || (target >= 0 && (unit !== 'percent' || target <= 1))) return [];
  const isPercentage = unit === 'percent' && Number.isInteger(target) && target > 1 && target <= 100;
  return [
    {
      code: 'target-out-of-range',
      severity: 'error',
      message: `target ${target} is out of range`,
      ...at(path),
      expected:
        unit === 'percent' ? 'a share between 0 and 1, or a percentage such as 90 %' : 'a number of zero or more',
      ...(isPercentage ? { fix: `Did you mean ${target} %?` } : {}),
    },
  ];
}
