import { onTestFinished } from 'vitest';
import { type CompareOptions, compareLedger, type LedgerResult } from '../../src/ledger/compare.ts';
import type { Acknowledgement, BuildInput, InputLine, Ledger, PublishedLine } from '../../src/project/ledger.ts';
import { grainOfLabel } from '../../src/project/ledger.ts';
import type { Metric } from '../../src/project/metric.ts';
import type { Row, Warehouse } from '../../src/warehouse/warehouse.ts';
import { metric, openWarehouse } from '../metrics/project.ts';

const place = { file: 'metrics/published/x.csv', line: 2, column: 1, source: '' };

/** A line as it was published of a final value, as of Monday 16 November 2026; what a test is about replaces the rest. */
export function line(over: Partial<PublishedLine> & Pick<PublishedLine, 'metric'>): PublishedLine {
  return {
    version: 1,
    value: null,
    numerator: null,
    denominator: null,
    target: null,
    status: null,
    isFinal: true,
    asOf: '2026-11-16T05:00:00Z',
    place,
    ...over,
  };
}

export function acknowledged(over: Partial<Acknowledgement> & Pick<Acknowledgement, 'metric'>): Acknowledgement {
  return {
    period: '2026-W46',
    version: 1,
    fromValue: null,
    toValue: null,
    toStatus: null,
    reason: 'Late exports',
    by: 'Sales Director',
    on: '2026-11-24',
    place,
    ...over,
  };
}

/** What a build has now of week 46. */
interface Now {
  readonly metric: string;
  readonly version?: number;
  readonly value: number | null;
  readonly status?: string;
}

interface World {
  readonly published: readonly PublishedLine[];
  readonly now: readonly Now[];
  readonly acknowledgements?: readonly Acknowledgement[];
  /** By default one of a count, a share and a number of minutes, under the usual tolerance. */
  readonly metrics?: readonly Metric[];
  /** kind, name, hash: when it was published, and now. */
  readonly inputs?: { readonly before: readonly Input[]; readonly after: readonly Input[] };
  readonly options?: Partial<
    Pick<CompareOptions, 'asOf' | 'isAsOfAsked' | 'retentionMonths' | 'earlyRows' | 'isMadeFrom'>
  >;
}

export type Input = readonly [kind: BuildInput['kind'], name: string, hash: string];

export const usualMetrics = [
  metric('volume', 'type: count\nmodel: leads\ntime: at'),
  metric('rate', 'type: ratio\nmodel: leads\ntime: at\nnumerator: a\ndenominator: b'),
  metric('minutes', 'type: percentile\nmodel: leads\ntime: at\nvalue: a\npercentile: 0.5'),
];

/** Compares week 46 as it was published with what a build has now. */
export async function compared(world: World): Promise<{ rows: Row[]; results: LedgerResult[] }> {
  const warehouse = await openWarehouse('2026-11-23T05:00:00Z');
  onTestFinished(() => warehouse.close());
  await insertValues(warehouse, world.now);
  const { before, after } = world.inputs ?? { before: [], after: [] };
  const inputs = [['publication', '2026-11-16T05:00:00Z', '0'] as const, ...before].map(
    ([kind, name, hash]): InputLine => ({ period: '2026-W46', kind, name, hash, place }),
  );
  const ledger: Ledger = {
    periods: [{ label: '2026-W46', grain: 'week', lines: world.published }],
    inputs,
    acknowledgements: world.acknowledgements ?? [],
  };
  const results = await compareLedger(warehouse, {
    ledger,
    metrics: world.metrics ?? usualMetrics,
    inputs: after.map(([kind, name, hash]) => ({ kind, name, hash })),
    isMadeFrom: () => true,
    asOf: '2026-11-16T05:00:00Z',
    isAsOfAsked: false,
    earlyRows: () => Promise.resolve(new Map()),
    ...world.options,
  });
  return { rows: await warehouse.rows('from main.restatements'), results };
}

async function insertValues(warehouse: Warehouse, now: readonly Now[]): Promise<void> {
  const rows = now.map(({ metric: name, version = 1, value, status = null }) => ({
    ...{ metric: name, version, grain: grainOfLabel('2026-W46') ?? '', period_start: '2026-11-09' },
    ...{ dimension: 'all', numerator: null, denominator: null, is_in_force: true, status },
    value: value === null ? null : String(value),
  }));
  await warehouse.insert(
    'main.metric_values',
    {
      ...{ metric: 'varchar', version: 'integer', grain: 'varchar', period_start: 'date', dimension: 'varchar' },
      ...{ numerator: 'double', denominator: 'double', value: 'double', status: 'varchar', is_in_force: 'boolean' },
    },
    rows,
  );
}
