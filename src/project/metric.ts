import type { MetricContract } from './metric-contract.ts';
import type { Place, SourceText, YamlPath } from './yaml-file.ts';

export const grains = ['week', 'month', 'quarter'] as const;
export type Grain = (typeof grains)[number];

/** The same words for Danish and for English readers. */
export interface LocalText {
  readonly en: string;
  readonly da: string;
}

export const units = ['percent', 'count', 'minutes', 'hours', 'days', 'number', 'amount'] as const;
export type Unit = (typeof units)[number];

/** Why a version of a metric came to be. */
interface MetricVersionNote {
  readonly version: number;
  readonly why: string;
  readonly approvedBy: readonly string[];
}

/** What every metric says of itself. */
interface SpecCommon {
  readonly name: string;
  readonly version: number;
  /** YYYY-MM-DD: periods that start earlier belong to an earlier version, where there is one. */
  readonly effectiveFrom?: string;
  /** YYYY-MM-DD: the last day on which a build may have this version. */
  readonly deprecatedOn?: string;
  readonly label: LocalText;
  readonly description: LocalText;
  /** The side of the agreement that answers for it. */
  readonly owner: 'marketing' | 'sales';
  readonly dimensions: readonly string[];
  readonly grains: readonly Grain[];
  readonly unit: Unit;
  /** `up`: higher is better. */
  readonly direction: 'up' | 'down';
  /** Below it nothing may be called a trend; a promise's verdict does not look at it. */
  readonly minimumSample: number;
  readonly headline: boolean;
  /** Its own goal, in its unit (shares of 1); what an agreement promises comes first. */
  readonly target?: number;
  readonly changes: readonly MetricVersionNote[];
}

/** Which rows of a model a metric looks at. Expressions are SQL over one row of the model. */
export interface MetricRows {
  readonly model: string;
  /** The timestamptz column that dates a row; rows without it belong to no period. */
  readonly time: string;
  /** Boolean: which rows take part at all. */
  readonly filter?: string;
  /** Boolean: rows of the period that may still change it. */
  readonly pending?: string;
  /** Boolean: rows shown beside the value that take no part in it and hold up no verdict. */
  readonly beside?: string;
}

/** Something that happens to what a row stands for, in a model of its own: rows with a time where the filter holds. */
export interface EventRows {
  readonly model: string;
  readonly time: string;
  readonly filter?: string;
}

/** How many rows. */
export interface CountSpec extends SpecCommon, MetricRows {
  readonly type: 'count';
}

/** How many different values the columns have together; a row where one of them is null is not counted. */
export interface CountDistinctSpec extends SpecCommon, MetricRows {
  readonly type: 'count_distinct';
  readonly key: readonly string[];
}

/** The sum of `value`; rows without a value add nothing. */
export interface SumSpec extends SpecCommon, MetricRows {
  readonly type: 'sum';
  readonly value: string;
}

/** The mean of `value`, over the rows that have one. */
export interface AverageSpec extends SpecCommon, MetricRows {
  readonly type: 'average';
  readonly value: string;
}

/** Of the rows where `denominator` holds, the share where `numerator` holds too. */
export interface RatioSpec extends SpecCommon, MetricRows {
  readonly type: 'ratio';
  readonly numerator: string;
  readonly denominator: string;
}

/** A percentile of `value`; rows without a value rank longest. */
export interface PercentileSpec extends SpecCommon, MetricRows {
  readonly type: 'percentile';
  readonly value: string;
  /** Between 0 and 1. */
  readonly percentile: number;
}

/** The time from `start` to `stop`: its mean or a percentile, in `unit`. */
export interface DurationSpec extends SpecCommon, MetricRows {
  readonly type: 'duration';
  /** The instant at which the clock starts; the row is dated by `time`, which is this column unless said otherwise. */
  readonly start: string;
  /** A column of the row, or the first event at or after `start` with the same `by`. */
  readonly stop: string | EventRows;
  /** Columns that the model and `stop` share; empty where `stop` is a column. */
  readonly by: readonly string[];
  /** Absent: time as it passes. A calendar: only the time that it is open. */
  readonly calendar?: DurationCalendar;
  readonly statistic: { readonly kind: 'average' } | { readonly kind: 'percentile'; readonly percentile: number };
  /** Rows that did not stop: rank longest (of a percentile), or are left out. */
  readonly unfinished: 'rank_longest' | 'left_out';
}

/** A calendar of the agreement in force at the start, by its name, or the one that a column of the row names. */
export type DurationCalendar =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'column'; readonly column: string };

/**
 * Of the rows dated by `time` (the YAML's `from`), the share whose `to` follows within the window. `to` is a column of
 * the row, or events of another model that share the columns `by` with it.
 */
export interface ConversionSpec extends SpecCommon, MetricRows {
  readonly type: 'conversion';
  readonly to: string | EventRows;
  /** Boolean, where `to` is a column: which rows can count as converted. */
  readonly toFilter?: string;
  readonly by: readonly string[];
  /** Which rows an event counts for, of those whose window it lies in: the first, the latest, or each of them. */
  readonly attribution: 'first' | 'latest' | 'every';
  /**
   * `rows`: rows, and those of them that converted. `entities`: different values of `by` in the period, and those of
   * them with a converted row in it. `conversions`: rows, and events attributed to them, which may be more.
   */
  readonly counts: 'rows' | 'entities' | 'conversions';
  /** Absent: to date. */
  readonly windowDays?: number;
  /**
   * `hours`: the window is days of 24 hours, both ends included. `dates`: the event's local date is that of the row or
   * one of the `windowDays` − 1 after it, whatever the hour.
   */
  readonly windowIn: 'hours' | 'dates';
}

/** Another metric over several periods: a rolling window, since the start of something, or since ever. */
export interface CumulativeSpec extends SpecCommon {
  readonly type: 'cumulative';
  readonly metric: string;
  readonly window: CumulativeWindow;
}

export type CumulativeWindow =
  /** The period itself and those before it, so many in all. */
  | { readonly kind: 'rolling'; readonly periods: number }
  /** From the start of the quarter or fiscal year in which the period starts. */
  | { readonly kind: 'to_date'; readonly since: 'quarter' | 'year' }
  | { readonly kind: 'ever' };

/** An SQL expression of the values of other metrics, by their names; no value where one of them has none. */
export interface DerivedSpec extends SpecCommon {
  readonly type: 'derived';
  readonly expression: string;
  /** The metrics that it names, each once, in order of name. */
  readonly inputs: readonly string[];
}

/** The value of one metric by that of another. */
export interface MetricRatioSpec extends SpecCommon {
  readonly type: 'ratio_of_metrics';
  readonly numerator: string;
  readonly denominator: string;
}

/** Metrics that look at rows of a model. */
export type RowSpec =
  | CountSpec
  | CountDistinctSpec
  | SumSpec
  | AverageSpec
  | RatioSpec
  | PercentileSpec
  | DurationSpec
  | ConversionSpec;

/** A metric's definition: plain data. */
export type MetricSpec = RowSpec | CumulativeSpec | DerivedSpec | MetricRatioSpec;

/** What ties a definition to its file. */
interface MetricSource {
  readonly contract: MetricContract;
  /** The file's text, as the catalogue shows it: without the line that is for editors. */
  readonly file: SourceText;
  at(path: YamlPath, part?: 'key'): Place;
}

export type Metric = MetricSpec & MetricSource;

/** Whether it looks at rows of a model itself. */
export function isOfRows<T extends MetricSpec>(metric: T): metric is T & RowSpec {
  return metric.type !== 'cumulative' && metric.type !== 'derived' && metric.type !== 'ratio_of_metrics';
}

/** Metrics of which two spans of time can be compared. */
export type ImprovableSpec = CountSpec | RatioSpec | PercentileSpec | ConversionSpec;

/** Whether it can be told what an improvement did to it. */
export function isImprovable<T extends MetricSpec>(metric: T): metric is T & ImprovableSpec {
  if (metric.type === 'conversion') return metric.counts === 'rows';
  return metric.type === 'count' || metric.type === 'ratio' || metric.type === 'percentile';
}

/** Whether its values are so many a period: none where nothing happened, and the more the longer the period. */
export function isAmount({ type }: MetricSpec): boolean {
  return type === 'count' || type === 'count_distinct' || type === 'sum';
}

/** Whether a value is so many a period, which a target is then of one grain and of the whole: 120 a month. */
export function isSoMany(metric: MetricSpec): boolean {
  return isAmount(metric) || (metric.type === 'derived' && metric.unit === 'count');
}

/** The metrics whose values or rows it is made of. */
export function inputsOf(metric: MetricSpec): readonly string[] {
  if (metric.type === 'cumulative') return [metric.metric];
  if (metric.type === 'derived') return metric.inputs;
  return metric.type === 'ratio_of_metrics' ? [...new Set([metric.numerator, metric.denominator])].sort() : [];
}

/** The models that it reads rows of itself; those of its inputs are not among them. */
export function modelsOf(metric: MetricSpec): readonly string[] {
  if (!isOfRows(metric)) return [];
  const events = metric.type === 'conversion' ? metric.to : metric.type === 'duration' ? metric.stop : '';
  return typeof events === 'string' ? [metric.model] : [...new Set([metric.model, events.model])];
}

/** How a version of a metric is named where a name alone could be another version: `mql_volume.v1`. */
export function versionedName({ name, version }: Pick<MetricSpec, 'name' | 'version'>): string {
  return `${name}.v${version}`;
}
