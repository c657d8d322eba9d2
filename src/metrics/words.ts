import type {
  ConversionSpec,
  CumulativeSpec,
  DurationSpec,
  LocalText,
  MetricRows,
  MetricSpec,
  RowSpec,
} from '../project/metric.ts';
import { isOfRows } from '../project/metric.ts';
import { danish } from './words-da.ts';
import { english, type Phrases } from './words-en.ts';

type Language = keyof LocalText;

/** What a metric is called; undefined where that is not known, and its name is shown. */
type Labels = (metric: string) => { readonly label: LocalText } | undefined;

const languages: Readonly<Record<Language, Phrases>> = { en: english, da: danish };

/**
 * A metric's definition in a few sentences, told from what is computed rather than from its description: for those who
 * are measured by it. SQL stands in backticks.
 */
export function wordsOf(spec: MetricSpec, language: Language, labels: Labels = () => undefined): string {
  const phrases = languages[language];
  const named = (metric: string): string => labels(metric)?.label[language] ?? code(metric);
  const told = isOfRows(spec) ? [...computed(spec, phrases), dated(spec, phrases)] : ofMetrics(spec, phrases, named);
  return [...told, judged(spec, phrases)]
    .filter((clauses) => clauses.length > 0)
    .map(sentence)
    .join(' ');
}

/** What becomes one sentence. */
type Clauses = readonly string[];

function dated({ time, pending, beside }: RowSpec, phrases: Phrases): Clauses {
  return [
    phrases.dated(code(time)),
    ...(pending === undefined ? [] : [phrases.pending(code(pending))]),
    ...(beside === undefined ? [] : [phrases.beside(code(beside))]),
  ];
}

/** What is worked out, and what becomes of rows that have nothing to give. */
function computed(spec: RowSpec, phrases: Phrases): readonly Clauses[] {
  const rows = phrases.rows(code(spec.model), conditions([spec.filter], phrases));
  switch (spec.type) {
    case 'count':
      return [[phrases.count(rows)]];
    case 'count_distinct':
      return [[phrases.distinct(columns(spec.key, phrases), spec.key.length === 1, rows)]];
    case 'sum':
      return [[phrases.sum(code(spec.value), rows)]];
    case 'average': {
      const withValue = phrases.rowsWithValue(code(spec.model), conditions([spec.filter], phrases));
      return [[phrases.average(code(spec.value), withValue)]];
    }
    case 'ratio': {
      const whole = phrases.rows(code(spec.model), conditions([spec.filter, spec.denominator], phrases));
      return [[phrases.ratio(whole, code(spec.numerator))]];
    }
    case 'percentile':
      return [[percentile(spec.percentile, code(spec.value), rows, phrases)], [phrases.missingLongest]];
    case 'duration':
      return duration(spec, rows, phrases);
    case 'conversion':
      return conversion(spec, rows, phrases);
  }
}

function percentile(share: number, value: string, rows: string, phrases: Phrases): string {
  const below = share === 0.5 ? phrases.half : percent(share, phrases);
  return phrases.percentile(percentileName(share, phrases), value, rows, below);
}

function percentileName(share: number, phrases: Phrases): string {
  return share === 0.5 ? phrases.median : phrases.percentileNamed(digits(share * 100, phrases));
}

function duration(spec: DurationSpec, rows: string, phrases: Phrases): readonly Clauses[] {
  const { stop, statistic, calendar } = spec;
  const end =
    typeof stop === 'string'
      ? code(stop)
      : phrases.firstEvent(eventRows(stop, phrases), columns(spec.by, phrases), code(stop.time));
  const name = statistic.kind === 'average' ? phrases.meanName : percentileName(statistic.percentile, phrases);
  const unit = spec.unit === 'hours' || spec.unit === 'days' ? spec.unit : 'minutes';
  const open =
    calendar === undefined
      ? []
      : calendar.kind === 'name'
        ? [phrases.openCalendar(code(calendar.name))]
        : [phrases.openColumn(code(calendar.column))];
  return [
    [phrases.duration(name, code(spec.start), end, rows, phrases.durationUnit[unit])],
    [...open, spec.unfinished === 'rank_longest' ? phrases.unfinishedLongest : phrases.unfinishedOut],
  ];
}

function conversion(spec: ConversionSpec, rows: string, phrases: Phrases): readonly Clauses[] {
  const { to, counts, by } = spec;
  const isMany = counts === 'conversions';
  const [one, many] =
    typeof to === 'string'
      ? [phrases.toColumn, phrases.toColumns].map((phrase) => phrase(code(to), conditions([spec.toFilter], phrases)))
      : [phrases.toEvent, phrases.toEvents].map((phrase) =>
          phrase(code(to.time), eventRows(to, phrases), columns(by, phrases)),
        );
  const when = window(spec, phrases);
  const what = isMany
    ? phrases.conversionsShare(rows, many ?? '', when)
    : counts === 'entities'
      ? phrases.conversionEntities(columns(by, phrases), rows, one ?? '', when)
      : phrases.conversion(rows, one ?? '', when);
  return [
    [what],
    [
      // A column of the row itself can count for no other.
      ...(typeof to === 'string' && spec.attribution === 'every' ? [] : [phrases.attribution[spec.attribution]]),
      ...(spec.windowDays === undefined ? [] : [phrases.immature]),
    ],
  ];
}

function window({ windowDays, windowIn, time }: ConversionSpec, phrases: Phrases): string {
  const from = code(time);
  if (windowDays === undefined) return phrases.toDate(from);
  if (windowIn === 'hours') return phrases.withinHours(from, digits(windowDays, phrases), windowDays === 1);
  if (windowDays === 1) return phrases.sameDate(from);
  return phrases.withinDates(from, digits(windowDays - 1, phrases), windowDays === 2);
}

function ofMetrics(
  spec: Exclude<MetricSpec, RowSpec>,
  phrases: Phrases,
  named: (metric: string) => string,
): readonly Clauses[] {
  switch (spec.type) {
    case 'cumulative':
      return [[cumulative(spec, named(spec.metric), phrases)]];
    case 'derived':
      return [
        [phrases.derived(code(spec.expression), list(spec.inputs.map(named), phrases))],
        [phrases.derivedNone(spec.inputs.length === 1)],
      ];
    case 'ratio_of_metrics':
      return [[phrases.ratioOfMetrics(named(spec.numerator), named(spec.denominator))], [phrases.ratioNone]];
  }
}

function cumulative({ window: over }: CumulativeSpec, metric: string, phrases: Phrases): string {
  if (over.kind === 'ever') return phrases.ever(metric);
  if (over.kind === 'to_date')
    return over.since === 'quarter' ? phrases.quarterToDate(metric) : phrases.yearToDate(metric);
  return over.periods === 1 ? phrases.rollingOne(metric) : phrases.rolling(metric, digits(over.periods, phrases));
}

/** From how many rows on a trend is told, and the metric's own goal. */
function judged({ minimumSample, target, unit, direction }: MetricSpec, phrases: Phrases): Clauses {
  const amount =
    target === undefined
      ? ''
      : unit === 'percent'
        ? percent(target, phrases)
        : `${digits(target, phrases)}${phrases.units[unit]}`;
  return [
    ...(minimumSample > 1 ? [phrases.sample(digits(minimumSample, phrases))] : []),
    ...(target === undefined
      ? []
      : [phrases.goal(direction === 'up' ? phrases.atLeast(amount) : phrases.atMost(amount))]),
  ];
}

function eventRows({ model, filter }: Pick<MetricRows, 'model' | 'filter'>, phrases: Phrases): string {
  return phrases.rows(code(model), conditions([filter], phrases));
}

/** Those that say something, joined; empty where all rows are meant. */
function conditions(expressions: readonly (string | undefined)[], phrases: Phrases): string {
  const told = expressions.filter((text) => text !== undefined && text.trim().toLowerCase() !== 'true');
  return told.map((text) => code(text ?? '')).join(` ${phrases.and} `);
}

function columns(names: readonly string[], phrases: Phrases): string {
  return list(names.map(code), phrases);
}

function list(items: readonly string[], phrases: Phrases): string {
  return new Intl.ListFormat(phrases.locale, { type: 'conjunction' }).format(items);
}

/** Clauses behind each other; one that begins with code keeps it as it is. */
function sentence(clauses: Clauses): string {
  const text = clauses.join('; ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function percent(share: number, phrases: Phrases): string {
  return `${digits(share * 100, phrases)}${phrases.units.percent}`;
}

function digits(amount: number, { locale }: Phrases): string {
  // 0.07 × 100 is 7.000000000000001.
  return new Intl.NumberFormat(locale, { maximumFractionDigits: 10 }).format(Number(amount.toPrecision(12)));
}

/** On one line, in backticks: two of them where the SQL holds one itself. */
function code(text: string): string {
  const line = text.trim().replaceAll(/\s+/g, ' ');
  return line.includes('`') ? `\`\` ${line} \`\`` : `\`${line}\``;
}
