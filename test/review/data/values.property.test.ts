import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { MetricReview, ValueChange } from '../../../src/review/types.ts';
import type { Warehouse } from '../../../src/warehouse/warehouse.ts';
import { openWarehouse } from '../../metrics/project.ts';
import { comparedIn, rate, type Shown, volume } from './values-world.ts';

let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await openWarehouse('2026-11-23T05:00:00Z');
  await warehouse.lock();
});
afterAll(() => warehouse.close());

/** Start → name. The last of each grain runs. */
const periods = [
  { grain: 'week', period_start: '2026-11-16', period: '2026-W47', is_complete: true },
  { grain: 'week', period_start: '2026-11-23', period: '2026-W48', is_complete: false },
  { grain: 'month', period_start: '2026-10-01', period: '2026-10', is_complete: true },
  { grain: 'quarter', period_start: '2026-04-01', period: '2026-Q2', is_complete: true },
  { grain: 'quarter', period_start: '2026-07-01', period: '2026-Q3', is_complete: true },
] as const;

const places = [
  { dimension: 'all', dimension_value: 'all' },
  { dimension: 'team', dimension_value: 'north' },
  { dimension: 'team', dimension_value: 'south' },
  { dimension: 'source', dimension_value: 'north' },
] as const;

const number = fc.option(fc.constantFrom(0, 0.25, 0.5, 0.5 * (1 + 1e-12), 1, 3, Number.POSITIVE_INFINITY));
const measured = fc.record({
  value: number,
  numerator: number,
  denominator: number,
  lower_95: fc.option(fc.constantFrom(0, 0.2, 0.4)),
  upper_95: fc.option(fc.constantFrom(0.6, 0.9, 5)),
  sample_size: fc.constantFrom(5, 20, 50),
  status: fc.option(fc.constantFrom('kept', 'missed', 'open')),
  version: fc.constantFrom(1, 2),
});

type Placed = Shown & (typeof periods)[number] & (typeof places)[number] & { readonly metric: string };

/** Rows of two metrics in some periods and places, each in force in one version at most. */
const side: fc.Arbitrary<Placed[]> = fc
  .tuple(
    ...['rate', 'volume'].flatMap((metric) =>
      periods.flatMap((period) =>
        places.map((place) =>
          fc
            .option(fc.tuple(measured, fc.boolean()), { freq: 3 })
            .map((row): Placed[] =>
              row === null
                ? []
                : [{ metric, ...period, ...place, ...row[0], is_in_force: row[1] || place.dimension === 'all' }],
            ),
        ),
      ),
    ),
  )
  .map((rows) => rows.flat());

const versions = [rate, volume].flatMap((metric) => [metric, { ...metric, version: 2 }]);

async function reviews(before: readonly Placed[], after: readonly Placed[]): Promise<readonly MetricReview[]> {
  // The name of a period is what is to be found, not a column.
  const bare = (rows: readonly Placed[]): Shown[] => rows.map(({ period: _period, ...row }) => row);
  const shows = (rows: readonly Placed[]) => ({ values: bare(rows), metrics: versions });
  return (await comparedIn(warehouse, shows(before), shows(after), { metrics: ['rate', 'volume'] })).metrics;
}

function isOther(left: number | null, right: number | null): boolean {
  if (left === null || right === null || !Number.isFinite(left) || !Number.isFinite(right)) return left !== right;
  return Math.abs(left - right) > 1e-9 * Math.max(left, right);
}

function noiseOf(before: Placed | undefined, after: Placed | undefined): ValueChange['noise'] {
  if ((before ?? after)?.metric === 'volume') return 'untold';
  if ([before, after].some((row) => (row?.sample_size ?? 20) < 20)) return 'too_few';
  const [old, now] = [before?.value ?? null, after?.value ?? null];
  if (before === undefined || after === undefined || old === null || now === null) return 'untold';
  const lies = (value: number, row: Placed): boolean =>
    value > (row.upper_95 ?? Number.POSITIVE_INFINITY) || value < (row.lower_95 ?? Number.NEGATIVE_INFINITY);
  if (lies(now, before) || lies(old, after)) return 'beyond';
  const facing = now > old ? [before.upper_95, after.lower_95] : [before.lower_95, after.upper_95];
  return facing.every((bound) => bound === null) ? 'untold' : 'within';
}

/** The same by hand: every key looked up on both sides. */
function expected(metric: string, base: readonly Placed[], head: readonly Placed[]) {
  const keys = periods.flatMap((period) => places.map((place) => ({ ...period, ...place })));
  const rows = keys.flatMap((key) => {
    const find = (of: readonly Placed[]): Placed | undefined =>
      of.find(
        (row) =>
          row.metric === metric &&
          row.is_in_force === true &&
          row.grain === key.grain &&
          row.period_start === key.period_start &&
          row.dimension === key.dimension &&
          row.dimension_value === key.dimension_value,
      );
    const [old, now] = [find(base), find(head)];
    if (old === undefined && now === undefined) return [];
    const of = (name: 'value' | 'numerator' | 'denominator') => [old?.[name] ?? null, now?.[name] ?? null] as const;
    const [before, after] = of('value');
    const isWithoutValue = before === null && after === null;
    const isChanged =
      isOther(before, after) ||
      (old?.status ?? null) !== (now?.status ?? null) ||
      (isWithoutValue && (isOther(...of('numerator')) || isOther(...of('denominator'))));
    const difference = before === null || after === null || !Number.isFinite(after - before) ? null : after - before;
    const change: ValueChange = {
      ...{ grain: key.grain, period: key.period, periodStart: key.period_start, isComplete: key.is_complete },
      ...{ dimension: key.dimension, dimensionValue: key.dimension_value },
      isKnown:
        key.dimension === 'all' ||
        base.some(
          (row) =>
            row.metric === metric && row.dimension === key.dimension && row.dimension_value === key.dimension_value,
        ),
      ...{ before, after, difference },
      ...{ numeratorBefore: of('numerator')[0], numeratorAfter: of('numerator')[1] },
      ...{ denominatorBefore: of('denominator')[0], denominatorAfter: of('denominator')[1] },
      ...{ statusBefore: old?.status ?? null, statusAfter: now?.status ?? null },
      noise: noiseOf(old, now),
    };
    return [{ change, isChanged, isTotal: key.dimension === 'all', old, now }];
  });
  const changes = rows.filter(({ isChanged }) => isChanged);
  const totals = rows.filter(({ isTotal, change }) => isTotal && change.isComplete);
  return {
    values: rows.length,
    changed: changes.length,
    closedPeriods: totals.length,
    closedPeriodsChanged: totals.filter(({ isChanged }) => isChanged).length,
    partsChanged: changes.filter(({ isTotal }) => !isTotal).length,
    totals: changes.filter(({ isTotal }) => isTotal).map(({ change }) => change),
    parts: changes.filter(({ isTotal }) => !isTotal).map(({ change }) => change),
  };
}

const nameOf = ({ period, dimension, dimensionValue }: ValueChange): string =>
  `${period} ${dimension} ${dimensionValue}`;
const sorted = (changes: readonly ValueChange[]): ValueChange[] =>
  [...changes].sort((left, right) => (nameOf(left) < nameOf(right) ? -1 : 1));

test('the query finds what a look-up of each key finds', async () => {
  await fc.assert(
    fc.asyncProperty(side, side, async (base, head) => {
      for (const { metric, ...review } of await reviews(base, head)) {
        const { totals, parts, ...counts } = expected(metric, base, head);
        expect(review).toMatchObject(counts);
        expect(sorted(review.totals)).toEqual(sorted(totals));
        expect(sorted(review.parts)).toEqual(sorted(parts));
        // Where both are there, by how far they are apart.
        const distances = review.parts.flatMap(({ difference }) => (difference === null ? [] : [Math.abs(difference)]));
        expect(distances).toEqual([...distances].sort((left, right) => right - left));
      }
    }),
    { numRuns: 50, seed: 20261126 },
  );
});

/** What the other way round is the same. */
function turned(change: ValueChange): Omit<ValueChange, 'isKnown'> {
  const { isKnown: _isKnown, ...rest } = change;
  return {
    ...rest,
    ...{ before: change.after, after: change.before },
    // Of no difference neither plus nor minus.
    difference: change.difference === null ? null : 0 - change.difference,
    ...{ numeratorBefore: change.numeratorAfter, numeratorAfter: change.numeratorBefore },
    ...{ denominatorBefore: change.denominatorAfter, denominatorAfter: change.denominatorBefore },
    ...{ statusBefore: change.statusAfter, statusAfter: change.statusBefore },
  };
}

test('the other way round, before and after change places and differences their sign', async () => {
  await fc.assert(
    fc.asyncProperty(side, side, async (base, head) => {
      const back = await reviews(head, base);
      for (const review of await reviews(base, head)) {
        const other = back.find(({ metric }) => metric === review.metric);
        expect(other).toEqual({
          ...review,
          ...{ versionBefore: review.versionAfter, versionAfter: review.versionBefore },
          totals: review.totals.map((change) => expect.objectContaining(turned(change))),
          parts: review.parts.map((change) => expect.objectContaining(turned(change))),
        });
      }
    }),
    { numRuns: 25, seed: 20261126 },
  );
});

test('a side compared with itself has not changed', async () => {
  await fc.assert(
    fc.asyncProperty(side, async (rows) => {
      for (const review of await reviews(rows, rows)) {
        expect(review).toMatchObject({ changed: 0, closedPeriodsChanged: 0, totals: [], parts: [] });
        expect(review.versionBefore).toBe(review.versionAfter);
      }
    }),
    { numRuns: 10, seed: 20261126 },
  );
});
