import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { MetricYaml } from './metric-schema.ts';
import type { YamlPath } from './yaml-file.ts';

/** One metric's file, and where to say what is wrong with it. */
export interface Check {
  readonly yaml: MetricYaml;
  /** What the file has for a key, as it stands there; undefined where it has none. */
  readonly written: (key: string) => string | undefined;
  readonly report: (code: string, message: string, path: YamlPath, help?: Pick<Diagnostic, 'expected' | 'fix'>) => void;
}

type CheckOf<T extends MetricYaml['type']> = Check & { readonly yaml: Extract<MetricYaml, { type: T }> };

/** What the keys of its own type say together. */
export function checkType(check: Check): void {
  const { yaml } = check;
  if (yaml.type === 'ratio') checkRatio({ ...check, yaml });
  if (yaml.type === 'duration') checkDuration({ ...check, yaml });
  if (yaml.type === 'conversion') checkConversion({ ...check, yaml });
  if (yaml.type === 'cumulative') checkCumulative({ ...check, yaml });
}

function checkRatio({ yaml, written, report }: CheckOf<'ratio'>): void {
  const isOfMetrics = typeof yaml.numerator !== 'string';
  if (isOfMetrics && written('denominator') === undefined) {
    const expected = '"denominator:" with "metric:" and a name, as the numerator';
    report('missing-key', 'missing key "denominator": a metric is divided by a metric', ['numerator'], { expected });
  } else if (isOfMetrics !== (typeof yaml.denominator !== 'string')) {
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
    const isName = yaml.model === undefined && /^[a-z][a-z0-9_]*$/.test(String(yaml.numerator));
    const help = isName ? { fix: `Of the metric of that name write "numerator: { metric: ${yaml.numerator} }".` } : {};
    for (const [key, expected] of Object.entries({ model: 'the name of a model', time: 'a column' })) {
      if (written(key) === undefined) report('missing-key', `missing key "${key}"`, [], { expected, ...help });
    }
  }
}

function checkDuration({ yaml, report }: CheckOf<'duration'>): void {
  checkBy(yaml, yaml.stop, 'stop', report);
  checkApart(yaml, { column: yaml.start, key: 'start' }, { events: yaml.stop, key: 'stop' }, report);
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
  checkApart(yaml, { column: yaml.from, key: 'from' }, { events: yaml.to, key: 'to' }, report);
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
  // Without a window dates still count an event earlier on the date of the row.
  if (yaml.window_in === 'dates' && !Number.isInteger(yaml.window_days ?? 1)) {
    report('invalid-value', 'window_days: a window of dates is whole days', ['window_days']);
  }
}

/** What follows itself does so at once, every time. */
function checkApart(
  yaml: { readonly model: string },
  { column, key }: { readonly column: string; readonly key: string },
  later: {
    readonly events: string | { readonly [key in 'model' | 'time' | 'filter']?: string | undefined };
    readonly key: string;
  },
  report: Check['report'],
): void {
  const { events } = later;
  const isSame = (name: string | undefined) => name?.toLowerCase() === column.toLowerCase();
  const isItself =
    typeof events === 'string'
      ? isSame(events)
      : events.model === yaml.model && isSame(events.time) && events.filter === undefined;
  if (!isItself) return;
  const expected = 'what happens later';
  report('invalid-value', `${later.key}: is the same as "${key}"`, [later.key], { expected });
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
