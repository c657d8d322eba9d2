import { onTestFinished } from 'vitest';
import { metricValueColumns } from '../../../src/metrics/evaluate.ts';
import { type Acknowledgement, emptyLedger, type Ledger, type PublishedPeriod } from '../../../src/project/ledger.ts';
import type { Metric } from '../../../src/project/metric.ts';
import { type ComparedValues, compareValues, keepValues } from '../../../src/review/data/values.ts';
import type { DefinitionChange, MetricReview } from '../../../src/review/types.ts';
import type { SqlValue, Warehouse } from '../../../src/warehouse/warehouse.ts';
import { metric, openWarehouse } from '../../metrics/project.ts';

/** A row of main.metric_values; what a test is about. By default the total of the week from 9 November 2026, which is over. */
export interface Shown {
  readonly metric: string;
  readonly version?: number;
  readonly grain?: string;
  readonly period_start?: string;
  readonly dimension?: string;
  readonly dimension_value?: string;
  readonly value: number | null;
  readonly numerator?: number | null;
  readonly denominator?: number | null;
  readonly lower_95?: number | null;
  readonly upper_95?: number | null;
  readonly sample_size?: number;
  readonly status?: string | null;
  readonly is_complete?: boolean;
  readonly is_in_force?: boolean;
}

/** One side. */
export interface Shows {
  readonly values: readonly Shown[];
  /** By default `rate`, `volume`, `minutes` and `money`. */
  readonly metrics?: readonly Metric[];
  readonly published?: readonly PublishedPeriod[];
  readonly acknowledgements?: readonly Acknowledgement[];
  readonly owners?: readonly [marketing: string, sales: string];
  readonly retentionMonths?: number;
}

const rows = 'model: leads\ntime: at';

export const rate = metric('rate', `type: ratio\n${rows}\nnumerator: a\ndenominator: b`);
export const volume = metric('volume', `type: count\n${rows}`);
export const minutes = metric('minutes', `type: percentile\n${rows}\nvalue: a\npercentile: 0.5`);
export const money = metric('money', `type: sum\n${rows}\nvalue: a\nunit: amount`);
export const usualMetrics = [rate, volume, minutes, money];

/** Of the second version of a metric: the same in another unit or at another sample, say. */
export function changed(from: Metric, over: Partial<Pick<Metric, 'version' | 'unit' | 'minimumSample'>>): Metric {
  return { ...from, ...over };
}

/** Lays out the base's values, keeps them, puts the head's in their place and compares, all behind the lock. */
export async function compared(
  base: Shows,
  head: Shows,
  asked: {
    readonly metrics?: readonly string[];
    readonly changes?: readonly DefinitionChange[];
    readonly isAsOfAsked?: boolean;
    readonly asOf?: string;
  } = {},
): Promise<ComparedValues> {
  const warehouse = await openWarehouse('2026-11-23T05:00:00Z');
  onTestFinished(() => warehouse.close());
  await warehouse.lock();
  return comparedIn(warehouse, base, head, asked);
}

export async function comparedIn(
  warehouse: Warehouse,
  base: Shows,
  head: Shows,
  { metrics, changes = [], ...rest }: NonNullable<Parameters<typeof compared>[2]> = {},
): Promise<ComparedValues> {
  await insertShown(warehouse, base.values);
  await keepValues(warehouse);
  await insertShown(warehouse, head.values);
  const [before, after] = [toProject(base), toProject(head)];
  const names = new Set([...after.metrics, ...before.metrics].map(({ name }) => name));
  return compareValues(warehouse, {
    ...{ base: before, head: after, metrics: metrics ?? [...names], changes, asOf: '2026-11-23T05:00:00Z' },
    ...rest,
  });
}

/** The review of one metric. */
export function reviewOf({ metrics }: ComparedValues, name: string): MetricReview {
  const found = metrics.find((review) => review.metric === name);
  if (found === undefined) throw new Error(`${name} is not among ${metrics.map((review) => review.metric).join(', ')}`);
  return found;
}

function toProject(side: Shows) {
  const ledger: Ledger = {
    ...emptyLedger,
    periods: side.published ?? [],
    acknowledgements: side.acknowledgements ?? [],
  };
  const owners = ([marketing, sales]: readonly [string, string]) => ({
    owners: { marketing: { title: marketing }, sales: { title: sales } },
  });
  return {
    metrics: side.metrics ?? usualMetrics,
    ledger,
    agreements: side.owners === undefined ? [] : [owners(side.owners)],
    config: side.retentionMonths === undefined ? {} : { retentionMonths: side.retentionMonths },
  };
}

async function insertShown(warehouse: Warehouse, values: readonly Shown[]): Promise<void> {
  const text = (value: number | null | undefined): SqlValue => (value == null ? null : String(value));
  await warehouse.insert(
    'main.metric_values',
    Object.fromEntries(metricValueColumns),
    values.map((row) => ({
      ...{ version: 1, grain: 'week', period_start: '2026-11-09', dimension: 'all', dimension_value: 'all' },
      ...{ status: null, is_complete: true, is_in_force: true, sample_size: 100 },
      ...row,
      ...{ value: text(row.value), numerator: text(row.numerator), denominator: text(row.denominator) },
      ...{ lower_95: text(row.lower_95), upper_95: text(row.upper_95) },
    })),
  );
  await warehouse.run(`
    update main.metric_values
    set period_end = periods.period_end
    from sla.periods as periods
    where periods.grain = metric_values.grain and periods.period_start = metric_values.period_start`);
}
