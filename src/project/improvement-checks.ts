import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import type { Agreement } from './agreement.ts';
import type { Improvement } from './improvement-file.ts';
import { isImprovable, type Metric } from './metric.ts';
import type { YamlPath } from './yaml-file.ts';

type Report = (
  code: string,
  message: string,
  path: YamlPath,
  help?: { readonly expected?: string | undefined; readonly fix?: string | undefined },
) => void;

/** What can be said of the improvements only together, and of the metrics and teams that they should move. */
export function checkImprovements(
  improvements: readonly Improvement[],
  metrics: readonly Metric[],
  agreements: readonly Pick<Agreement, 'teams'>[],
): Diagnostic[] {
  const teams = [...new Set(agreements.flatMap((agreement) => agreement.teams.map(({ team }) => team)))];
  const problems: Diagnostic[] = [];
  const byStart = [...improvements].sort((left, right) => (startOf(left) < startOf(right) ? -1 : 1));
  for (const [index, improvement] of byStart.entries()) {
    const report: Report = (code, message, path, { expected, fix } = {}) => {
      problems.push({
        code,
        severity: 'error',
        message,
        ...improvement.at(path),
        ...(expected === undefined ? {} : { expected }),
        ...(fix === undefined ? {} : { fix }),
      });
    };
    checkAgainst(byStart.slice(0, index), improvement, report);
    checkDates(improvement, report);
    checkTeam(improvement, teams, report);
    checkMetric(improvement, metrics, report);
  }
  return problems;
}

function startOf({ agreedOn, file }: Improvement): string {
  return `${agreedOn} ${file.path}`;
}

/** One improvement at a time: of two in the same weeks nobody could tell which one moved the metric. */
function checkAgainst(earlier: readonly Improvement[], improvement: Improvement, report: Report): void {
  const twin = earlier.find(({ id }) => id === improvement.id);
  if (twin !== undefined) {
    const message = `a second improvement "${improvement.id}"; the first is ${twin.file.path}`;
    report('duplicate-name', message, ['id'], { fix: 'Rename one.' });
  }
  const open = earlier.find(({ until }) => until === undefined);
  if (open === undefined || improvement.until !== undefined) {
    checkOverlap(earlier, improvement, report);
    return;
  }
  report('second-open-improvement', `a second open improvement; "${open.id}" in ${open.file.path} is open`, ['id'], {
    expected: 'one improvement at a time',
    fix: `Close "${open.id}" with "until: <date>", or wait with this one.`,
  });
}

function checkOverlap(earlier: readonly Improvement[], improvement: Improvement, report: Report): void {
  const overlapped = earlier.find((other) => share(other, improvement));
  if (overlapped === undefined) return;
  const { id, since, until } = overlapped;
  const period = until === undefined ? `since ${since}` : `${since} to ${until}`;
  report('overlapping-improvements', `improvement "${improvement.id}" overlaps "${id}" (${period})`, ['since'], {
    expected: 'one improvement at a time',
    fix: 'Let one end before the next begins.',
  });
}

/** Dates out of order were reported, and are of no time. */
function share(left: Improvement, right: Improvement): boolean {
  if ([left, right].some(({ since, until }) => until !== undefined && until < since)) return false;
  return (
    (right.until === undefined || left.since <= right.until) && (left.until === undefined || right.since <= left.until)
  );
}

function checkDates({ agreedOn, since, until }: Improvement, report: Report): void {
  if (since < agreedOn) {
    report('dates-out-of-order', `since ${since} is before agreed_on ${agreedOn}`, ['since'], {
      expected: 'a change that begins once it is agreed on',
    });
  }
  if (until !== undefined && until < since) {
    report('dates-out-of-order', `until ${until} is before since ${since}`, ['until'], {
      expected: 'a date on or after since',
    });
  }
}

/** Teams may be in the data alone; but where agreements name theirs, one that they do not is a slip of the pen. */
function checkTeam({ team }: Improvement, teams: readonly string[], report: Report): void {
  if (team === undefined || teams.length === 0 || teams.includes(team)) return;
  report('unknown-team', `unknown team "${team}"`, ['team'], {
    expected: teams.length === 0 ? 'a team of the agreements; they have none' : `one of ${teams.join(', ')}`,
    fix: didYouMean(team, teams),
  });
}

function checkMetric(improvement: Improvement, metrics: readonly Metric[], report: Report): void {
  const metric = metrics.findLast(({ name }) => name === improvement.metric);
  if (metric === undefined) {
    const names = metrics.map(({ name }) => name);
    report('unknown-metric', `unknown metric "${improvement.metric}"`, ['metric'], {
      expected: 'the name of a metric in metrics/',
      fix: didYouMean(improvement.metric, names),
    });
    return;
  }
  if (!isImprovable(metric)) {
    const type = metric.type.replaceAll('_', ' ');
    report('metric-not-comparable', `metric "${metric.name}" is of type ${type}`, ['metric'], {
      expected:
        'a count, a ratio, a percentile or a conversion of rows: of these it can be told whether chance alone explains a change',
    });
  }
  if (!metric.grains.includes('week')) {
    report('no-weekly-values', `metric "${metric.name}" has no weekly values`, ['metric'], {
      expected: 'a metric with "week" among its grains: weeks before are compared with weeks after',
    });
  }
  if (metric.type === 'conversion' && metric.windowDays === undefined) {
    report('metric-to-date', `metric "${metric.name}" counts to date`, ['metric'], {
      expected: 'a metric with window_days: earlier weeks have had longer to convert than later ones',
    });
  }
  if (improvement.team !== undefined && !metric.dimensions.includes('team')) {
    report('no-team-values', `metric "${metric.name}" is not worked out by team`, ['team'], {
      fix: `Leave the team out, or add team to the dimensions of ${metric.file.path}.`,
    });
  }
  checkExpected(improvement, metric, report);
}

function checkExpected({ expected }: Improvement, metric: Metric, report: Report): void {
  if (expected === undefined || (expected >= 0 && (metric.unit !== 'percent' || expected <= 1))) return;
  const isPercentage = metric.unit === 'percent' && Number.isInteger(expected) && expected > 1 && expected <= 100;
  report('target-out-of-range', `expected ${expected} is out of range`, ['expected'], {
    expected:
      metric.unit === 'percent' ? 'a share between 0 and 1, or a percentage such as 90 %' : 'a number of zero or more',
    fix: isPercentage ? `Did you mean ${expected} %?` : undefined,
  });
}
