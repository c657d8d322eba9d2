import { basename } from 'node:path/posix';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { MetricYaml } from './metric-schema.ts';
import type { Place, SourceText, YamlPath } from './yaml-file.ts';

interface Check {
  readonly yaml: MetricYaml;
  readonly report: (code: string, message: string, path: YamlPath, help?: Pick<Diagnostic, 'expected' | 'fix'>) => void;
}

/** What can be said of a metric without the rest of the project. */
export function checkAlone(
  yaml: MetricYaml,
  file: SourceText,
  at: (path: YamlPath) => Place,
  problems: Diagnostic[],
): void {
  const report: Check['report'] = (code, message, path, help = {}) =>
    problems.push({ code, severity: 'error', message, ...at(path), ...help });
  const check: Check = { yaml, report };
  checkFileName(check, file);
  checkTwins(check);
  checkChanges(check);
  checkUnit(check);
  checkTarget(check);
  if (yaml.type === 'ratio') checkRatio({ ...check, yaml });
  if (yaml.type === 'duration') checkDuration({ ...check, yaml });
  if (yaml.type === 'conversion') checkConversion({ ...check, yaml });
  if (yaml.type === 'cumulative') checkCumulative({ ...check, yaml });
}

type CheckOf<T extends MetricYaml['type']> = Check & { readonly yaml: Extract<MetricYaml, { type: T }> };

function checkFileName({ yaml, report }: Check, file: SourceText): void {
  const fileName = basename(file.path, '.yml');
  const [, named = fileName, number] = /^(.*)\.v(\d+)$/.exec(fileName) ?? [];
  if (yaml.name !== named) {
    const fix = `Write "name: ${named}", or rename the file.`;
    report('name-mismatch', `name is "${yaml.name}", the file is named "${fileName}"`, ['name'], { fix });
  } else if (number !== undefined && Number(number) !== yaml.version) {
    const fix = `Write "version: ${Number(number)}", or rename the file.`;
    report('name-mismatch', `version is ${yaml.version}, the file is named "${fileName}"`, ['version'], { fix });
  }
}

function checkTwins({ yaml, report }: Check): void {
  for (const key of ['dimensions', 'grains'] as const) {
    const names: readonly string[] = yaml[key];
    const twin = names.findIndex((name, index) => names.indexOf(name) < index);
    if (twin >= 0) {
      report('duplicate-name', `"${names[twin]}" twice in ${key}`, [key, twin], { fix: 'Remove one of them.' });
    }
  }
}

function checkChanges({ yaml, report }: Check): void {
  const told = yaml.changes.map(({ version }) => version);
  for (let version = 1; version <= yaml.version; version++) {
    if (told.includes(version)) continue;
    const fix = `Add "- { version: ${version}, why: … }".`;
    report('undocumented-version', `version ${version} is not among the changes`, ['changes'], { fix });
  }
  told.forEach((version, index) => {
    const path = ['changes', index, 'version'];
    if (told.indexOf(version) < index) {
      report('duplicate-name', `version ${version} twice in changes`, path, { fix: 'Keep one line a version.' });
    } else if (version > yaml.version) {
      const fix = `Write "version: ${version}" above, or remove the line.`;
      report('undocumented-version', `changes speak of version ${version}, this is ${yaml.version}`, path, { fix });
    }
  });
  const { effective_from: from, deprecated_on: on } = yaml;
  if (from !== undefined && on !== undefined && on < from) {
    report('invalid-value', `deprecated_on ${on} is before effective_from ${from}`, ['deprecated_on']);
  }
}

/** A share is shown in percent and a number of rows as a count; anything else would be shown wrongly. */
function checkUnit({ yaml, report }: Check): void {
  const expected = unitsOf(yaml);
  if (expected.includes(yaml.unit)) return;
  const help = { expected: `${expected.length > 1 ? 'one of ' : ''}${expected.join(', ')}` };
  report('invalid-value', `unit "${yaml.unit}" does not fit a metric of type "${yaml.type}"`, ['unit'], help);
}

const measured = ['count', 'minutes', 'hours', 'days', 'number', 'amount'];

function unitsOf(yaml: MetricYaml): readonly string[] {
  switch (yaml.type) {
    case 'count':
    case 'count_distinct':
      return ['count'];
    case 'ratio':
      return typeof yaml.numerator === 'string' ? ['percent'] : ['percent', ...measured];
    case 'conversion':
      return yaml.counts === 'conversions' ? ['percent', 'number'] : ['percent'];
    case 'duration':
      return yaml.clock === 'business' ? ['minutes', 'hours'] : ['minutes', 'hours', 'days'];
    case 'cumulative':
    case 'derived':
      return ['percent', ...measured];
    default:
      return measured;
  }
}

function checkTarget({ yaml, report }: Check): void {
  if (yaml.target === undefined) return;
  const isShare = yaml.unit === 'percent' && yaml.type !== 'derived';
  if (yaml.target >= 0 && (!isShare || yaml.target <= 1)) return;
  const isPercentage = isShare && yaml.target > 1 && yaml.target <= 100;
  report('invalid-value', `target: ${yaml.target} cannot be reached`, ['target'], {
    expected: isShare ? 'a share between 0 and 1, or a percentage such as 90 %' : 'a number of zero or more',
    ...(isPercentage ? { fix: `Did you mean ${yaml.target} %?` } : {}),
  });
}

function checkRatio({ yaml, report }: CheckOf<'ratio'>): void {
  const isOfMetrics = typeof yaml.numerator !== 'string';
  if (isOfMetrics !== (typeof yaml.denominator !== 'string')) {
    report('invalid-value', 'numerator and denominator are of different kinds', ['denominator'], {
      expected: 'both expressions of a row of the model, or both "metric:" and a name',
    });
  } else if (isOfMetrics) {
    for (const key of ['model', 'time', 'filter', 'pending', 'beside'] as const) {
      if (yaml[key] === undefined) continue;
      const fix = 'Remove it: each of the two metrics has its own.';
      report('invalid-value', `${key}: a ratio of two metrics looks at no rows itself`, [key], { fix });
    }
  } else {
    for (const key of ['model', 'time'] as const) {
      if (yaml[key] === undefined) report('missing-key', `missing key "${key}"`, [], { expected: 'a text' });
    }
  }
}

function checkDuration({ yaml, report }: CheckOf<'duration'>): void {
  checkBy(yaml, yaml.stop, 'stop', report);
  if (yaml.clock === 'business' && yaml.calendar === undefined) {
    const fix = 'Add "calendar:" and the name of a calendar of the agreement.';
    report('missing-key', 'business time needs a calendar', ['clock'], { fix });
  }
  if (yaml.clock === 'elapsed' && yaml.calendar !== undefined) {
    const fix = 'Write "clock: business", or remove the calendar.';
    report('invalid-value', 'calendar: elapsed time looks at none', ['calendar'], { fix });
  }
  if (yaml.statistic === 'average' && yaml.unfinished === 'rank_longest') {
    report('invalid-value', 'unfinished: an average can only leave out what did not stop', ['unfinished'], {
      expected: 'left_out',
    });
  }
}

function checkConversion({ yaml, report }: CheckOf<'conversion'>): void {
  checkBy(yaml, yaml.to, 'to', report);
  const isColumn = typeof yaml.to === 'string';
  if (!isColumn && yaml.to_filter !== undefined) {
    const fix = 'Write it as "filter:" below "to".';
    report('invalid-value', 'to_filter: events have a filter of their own', ['to_filter'], { fix });
  }
  if (isColumn && yaml.attribution !== 'every') {
    const expected = 'events: "to:" with model and time below it';
    report('invalid-value', 'attribution: a column belongs to its row', ['attribution'], { expected });
  }
  if (isColumn && yaml.counts === 'conversions') {
    const expected = 'events: "to:" with model and time below it';
    report('invalid-value', 'counts: a column holds one conversion at most', ['counts'], { expected });
  }
  if (isColumn && yaml.counts === 'entities' && yaml.by === undefined) {
    report('missing-key', 'counts: entities needs "by:"', ['counts'], { expected: 'the columns that tell them apart' });
  }
  if (yaml.window_in === 'dates' && !Number.isInteger(yaml.window_days ?? 1)) {
    report('invalid-value', 'window_days: a window of dates is whole days', ['window_days']);
  }
}

function checkBy(
  yaml: { readonly type: string; readonly by?: unknown; readonly counts?: string },
  events: string | object,
  key: string,
  report: Check['report'],
): void {
  if (typeof events !== 'string' && yaml.by === undefined) {
    const fix = 'Add "by: [lead_id, cycle_no]", the columns that both models share.';
    report('missing-key', `${key}: whose event it is must be told`, [key], { fix });
  }
  if (typeof events === 'string' && yaml.by !== undefined && yaml.counts !== 'entities') {
    const fix = 'Remove it: a column belongs to its row.';
    report('invalid-value', `by: "${key}" is a column of the row`, ['by'], { fix });
  }
}

function checkCumulative({ yaml, report }: CheckOf<'cumulative'>): void {
  if (yaml.rolling === undefined || yaml.to_date === undefined) return;
  report('invalid-value', 'rolling and to_date exclude each other', ['to_date'], { fix: 'Keep one of them.' });
}
