import type { MetricChange, MetricValue, QueriedMetric, QueryResult } from '../build/query.ts';
import type { Row } from '../warehouse/warehouse.ts';
import type { Format } from './options.ts';
import { formatDifference, formatInterval, formatValue } from './print-number.ts';
import { formatRows } from './print-rows.ts';

type Value = MetricValue & Partial<MetricChange>;

/** Rows of values in the words of people, with the columns that have something to say. */
interface ReadableValues {
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
  /** Columns of numbers with their unit. */
  readonly right: ReadonlySet<string>;
}

/** A result as text for stdout: for programs as it is, for people in units and with what to be careful about. */
export function formatValues(result: QueryResult<Value & Row>, format: Format): string {
  if (format === 'json' || format === 'csv') {
    const names = result.columns.map(({ name }) => name);
    return formatRows(names, result.rows, format);
  }
  const { columns, rows, right } = readableValues(result);
  return formatRows(columns, rows, format, right);
}

function readableValues(result: QueryResult<Value & Row>): ReadableValues {
  const { parts } = result;
  const metrics = new Map(result.metrics.map((metric) => [keyOf(metric), metric]));
  const rows = result.rows.map((row) => readable(row, parts, metrics.get(keyOf(row))));
  const always = new Set(['metric', 'period start', ...parts, 'value', 'n']);
  const columns = Object.keys(rows[0] ?? headings(parts)).filter(
    (column) => always.has(column) || isTelling(column, rows),
  );
  return { columns, rows, right: new Set(['value', 'n', '95 % interval', 'target', 'previous', 'difference']) };
}

function readable(row: Value & Row, parts: readonly string[], metric: QueriedMetric | undefined): Row {
  const { unit } = row;
  return {
    metric: row.metric,
    version: row.version,
    'period start': row.period_start,
    ...Object.fromEntries(parts.map((part) => [part, row[part] ?? null])),
    value: row.over_value === null ? formatValue(row.value, unit) : `over ${formatValue(row.over_value, unit)}`,
    n: countedOf(row),
    '95 % interval': formatInterval(row.lower_95, row.upper_95, unit),
    target: row.target === null ? '' : formatValue(row.target, unit),
    status: row.status?.replace('_', ' ') ?? '',
    ...(row.change === undefined
      ? {}
      : {
          previous: formatValue(row.previous_value ?? null, unit),
          difference: formatDifference(row.difference ?? null, unit),
          change: changeOf(row),
        }),
    note: notesOn(row, metric).join('; '),
  };
}

/** The columns of a result without rows. */
function headings(parts: readonly string[]): Row {
  return Object.fromEntries(['metric', 'period start', ...parts, 'value', 'n'].map((column) => [column, null]));
}

/** A column that is empty says nothing, nor does the version where each metric has but one. */
function isTelling(column: string, rows: readonly Row[]): boolean {
  if (column !== 'version') return rows.some((row) => row[column] !== '');
  const versions = new Set(rows.map((row) => `${row.metric} ${row.version}`));
  return versions.size > new Set(rows.map((row) => row.metric)).size;
}

/** `35 of 40` of a percentage, else how many rows there are. */
function countedOf({ unit, numerator, denominator, sample_size: rows }: Value): string {
  const text = (value: number) => value.toLocaleString('en');
  const isShare = unit === 'percent' && numerator !== null && denominator !== null;
  return isShare ? `${text(numerator)} of ${text(denominator)}` : text(rows);
}

function changeOf({ change }: Value): string {
  if (change === 'steady') return 'no change shown';
  return change === 'too_few' ? 'too few to tell' : (change ?? '–');
}

function notesOn(row: Value, metric: QueriedMetric | undefined): string[] {
  const { sample_size: rows, pending, beside } = row;
  const notes = [
    row.is_complete ? '' : 'period not over',
    maturityOf(row),
    rows > 0 && rows < (metric?.minimumSample ?? 0) ? 'too few' : '',
    pending > 0 ? `${pending.toLocaleString('en')} pending` : '',
    beside > 0 ? `${beside.toLocaleString('en')} beside` : '',
  ];
  return notes.filter((note) => note !== '');
}

/** Of a cohort whose windows still run: that they do, and where it is heading. */
function maturityOf({ maturity, unit, estimate, estimate_lower_95: lower, estimate_upper_95: upper }: Value): string {
  if (maturity === null || maturity === 'mature') return '';
  const state = maturity === 'partial' ? 'partly mature' : 'immature';
  if (estimate === null) return state;
  const interval = formatInterval(lower, upper, unit);
  return `${state}, estimate ${formatValue(estimate, unit)}${interval === '' ? '' : ` (${interval})`}`;
}

function keyOf({ metric, version }: { readonly metric: string; readonly version: number }): string {
  return `${metric}.v${version}`;
}
