import { describe, expect, test } from 'vitest';
import type { PublishedLine, PublishedPeriod } from '../../../src/project/ledger.ts';
import { grainOfLabel } from '../../../src/project/ledger.ts';
import type { ChangeClass, DefinitionChange, RestatedPeriod } from '../../../src/review/types.ts';
import { acknowledged, line } from '../../ledger/world.ts';
import { metric } from '../../metrics/project.ts';
import { compared, money, rate, type Shown, type Shows, usualMetrics } from './values-world.ts';

const third = { grain: 'quarter', period_start: '2026-07-01' };

function published(label: string, ...lines: readonly PublishedLine[]): PublishedPeriod {
  return { label, grain: grainOfLabel(label) ?? 'week', lines };
}

function redefined(name: string, over: ChangeClass = 'breaking'): DefinitionChange {
  return {
    ...{ kind: 'metric', name, title: name, change: 'changed', previousName: null, versionBefore: 1, versionAfter: 1 },
    ...{ effectiveFrom: null, fields: [], class: over, isUnknown: false, file: `metrics/${name}.yml`, line: 1 },
  };
}

async function restated(base: Shows, head: Shows, asked?: Parameters<typeof compared>[2]): Promise<RestatedPeriod[]> {
  return [...(await compared(base, head, asked)).restated];
}

/** Base and head that show two values of one metric in a week. */
function week(before: number | null, after: number | null, over: Partial<Shows> = {}): [Shows, Shows] {
  const shows = (value: number | null): Shown[] => (value === null ? [] : [{ metric: 'rate', value }]);
  return [
    { values: shows(before), ...over },
    { values: shows(after), ...over },
  ];
}

describe('closed quarters', () => {
  test('of another value are restated, with the side that answers for it', async () => {
    const counts = { value: 0.5, numerator: 45, denominator: 90 };
    const value: Shown = { metric: 'rate', ...third, ...counts, lower_95: 0.4, upper_95: 0.6, status: 'missed' };
    const now = { value: 0.7, numerator: 56, denominator: 80, status: 'kept' };
    const found = await restated({ values: [value] }, { values: [{ ...value, ...now }] });
    expect(found).toEqual([
      {
        ...{ period: '2026-Q3', grain: 'quarter', metric: 'rate', label: rate.label, unit: 'percent', owner: 'sales' },
        ...{ before: 0.5, after: 0.7, statusBefore: 'missed', statusAfter: 'kept', noise: 'beyond' },
        ...{ numeratorBefore: 45, denominatorBefore: 90, numeratorAfter: 56, denominatorAfter: 80 },
        ...{ isPublished: false, published: null, isBeyondTolerance: false, isAcknowledged: false },
      },
    ]);
  });

  const value: Shown = { metric: 'rate', ...third, value: 0.5, numerator: 5, denominator: 10 };
  test.each<[string, Shown, Shown, number]>([
    ['the verdict alone', { ...value, status: 'kept' }, { ...value, status: 'missed' }, 1],
    ['rounding', value, { ...value, value: 0.5 * (1 + 5e-10) }, 0],
    ['counts of the same value', value, { ...value, numerator: 10, denominator: 20 }, 0],
    ['counts where there is no value', { ...value, value: null }, { ...value, value: null, numerator: 4 }, 0],
    ['a value that went', value, { ...value, value: null }, 1],
    ['a running quarter', { ...value, is_complete: false }, { ...value, value: 0.6, is_complete: false }, 0],
    ['a part', { ...value, dimension: 'team' }, { ...value, dimension: 'team', value: 0.6 }, 0],
    ['what is not in force', { ...value, is_in_force: false }, { ...value, value: 0.6, is_in_force: false }, 0],
    ['a month', { ...value, grain: 'month' }, { ...value, grain: 'month', value: 0.6 }, 0],
  ])('%s', async (_, before, after, count) => {
    expect(await restated({ values: [before] }, { values: [after] })).toHaveLength(count);
  });

  test('of another fiscal year are told by their name', async () => {
    const quarter = (period_start: string, shown: number): Shown => ({ ...value, period_start, value: shown });
    // Of calendar quarters, and of a fiscal year that begins in February.
    const found = await restated(
      { values: [quarter('2026-04-01', 0.4), quarter('2026-07-01', 0.5)] },
      { values: [quarter('2026-05-01', 0.4), quarter('2026-08-01', 0.6)] },
    );
    expect(found).toMatchObject([{ period: '2026-Q3', before: 0.5, after: 0.6 }]);
  });

  test('of a metric that is gone, and not of one that is new', async () => {
    const few = { ...value, sample_size: 10 };
    const gone = await restated({ values: [few] }, { values: [], metrics: [money] });
    expect(gone).toMatchObject([{ metric: 'rate', unit: 'percent', before: 0.5, after: null, noise: 'too_few' }]);
    const added = await restated({ values: [], metrics: [money] }, { values: [value] });
    expect(added).toEqual([]);
  });
});

describe('what was published', () => {
  const periods = [published('2026-W46', line({ metric: 'rate', value: 0.5 }))];

  test('is restated when the head shows otherwise than the base', async () => {
    expect(await restated(...week(0.5, 0.52, { published: periods }))).toMatchObject([
      {
        ...{ period: '2026-W46', grain: 'week', before: 0.5, after: 0.52 },
        ...{ isPublished: true, published: 0.5, isBeyondTolerance: true, isAcknowledged: false },
      },
    ]);
    expect(await restated(...week(0.5, 0.52))).toEqual([]);
  });

  test.each<[string, number | null, number | null, Partial<RestatedPeriod>[]]>([
    ['within a point', 0.5, 0.505, [{ isBeyondTolerance: false }]],
    ['off already, and no further', 0.6, 0.6, []],
    ['off already, and further', 0.6, 0.7, [{ before: 0.6, after: 0.7, published: 0.5, isBeyondTolerance: true }]],
    ['off already, and put right', 0.6, 0.5, [{ before: 0.6, after: 0.5, isBeyondTolerance: false }]],
    ['gone', 0.5, null, [{ after: null, isBeyondTolerance: true }]],
  ])('%s', async (_, before, after, expected) => {
    const found = await restated(...week(before, after, { published: periods }));
    expect(found).toMatchObject(expected);
    expect(found).toHaveLength(expected.length);
  });

  test('may move as far as the base’s contract lets it, and the head’s lets it no further', async () => {
    const loose = metric(
      'rate',
      'type: ratio\nmodel: leads\ntime: at\nnumerator: a\ndenominator: b\ncontract: { restatement: { within: 10 % } }',
    );
    const [base, head] = week(0.5, 0.55, { published: periods });
    const beyond = (found: readonly RestatedPeriod[]) => found.map(({ isBeyondTolerance }) => isBeyondTolerance);
    expect(beyond(await restated({ ...base, metrics: [loose] }, head))).toEqual([false]);
    expect(beyond(await restated(base, { ...head, metrics: [loose] }))).toEqual([true]);
  });

  test('is acknowledged by an entry of the head for the new value', async () => {
    const entry = (toValue: number) => [acknowledged({ metric: 'rate', fromValue: 0.5, toValue })];
    const [base, head] = week(0.5, 0.6, { published: periods });
    const said = async (shows: Shows, before = base) => (await restated(before, shows))[0]?.isAcknowledged;
    expect(await said({ ...head, acknowledgements: entry(0.6) })).toBe(true);
    expect(await said({ ...head, acknowledgements: entry(0.7) })).toBe(false);
    expect(await said(head, { ...base, acknowledgements: entry(0.6) })).toBe(false);
  });

  test('is what the base’s ledger says; the head’s is not trusted', async () => {
    const [base, head] = week(0.5, 0.6, { published: periods });
    expect(await restated(base, { ...head, published: [] })).toMatchObject([{ isBeyondTolerance: true }]);
    expect(await restated({ ...base, published: [] }, head)).toEqual([]);
  });

  test('and is a closed quarter appears once; the newest come first', async () => {
    const ledger = [
      published('2026-Q2', line({ metric: 'rate', value: 0.5 })),
      published('2026-Q3', line({ metric: 'rate', value: 0.5 }), line({ metric: 'minutes', value: 9 })),
      published('2026-W46', line({ metric: 'rate', value: 0.5 })),
    ];
    const side = (value: number): Shown[] => [
      { metric: 'rate', ...third, value },
      { metric: 'minutes', ...third, value: value * 100 },
      { metric: 'rate', grain: 'quarter', period_start: '2026-04-01', value },
      { metric: 'money', grain: 'quarter', period_start: '2026-04-01', value },
      { metric: 'rate', value },
    ];
    const found = await restated({ values: side(0.5), published: ledger }, { values: side(0.6) });
    expect(found.map(({ period, metric: name, isPublished }) => `${period} ${name} ${isPublished}`)).toEqual([
      '2026-W46 rate true',
      '2026-Q3 rate true',
      '2026-Q3 minutes true',
      '2026-Q2 rate true',
      '2026-Q2 money false',
    ]);
  });

  test('of metrics that are asked alone', async () => {
    const [base, head] = week(0.5, 0.6, { published: periods });
    expect(await restated(base, head, { metrics: ['money'] })).toEqual([]);
  });

  test('had to move where it was not final, unless the metric means something else now', async () => {
    const open = [published('2026-W46', line({ metric: 'rate', value: 0.5, isFinal: false }))];
    const [base, head] = week(0.5, 0.6, { published: open });
    const beyond = async (changes: readonly DefinitionChange[], metrics = usualMetrics) =>
      (await restated({ ...base, metrics }, { ...head, metrics }, { changes }))[0]?.isBeyondTolerance;
    expect(await beyond([])).toBe(false);
    expect(await beyond([redefined('rate', 'cosmetic'), redefined('money')])).toBe(false);
    expect(await beyond([redefined('rate')])).toBe(true);
    const share = metric('rate', 'type: ratio\nnumerator: { metric: money }\ndenominator: { metric: volume }');
    expect(await beyond([redefined('money')], [share, ...usualMetrics.filter(({ name }) => name !== 'rate')])).toBe(
      true,
    );
  });

  test('is past retention by the base’s limit, not by the head’s', async () => {
    // One month before as_of is 23 October; the week began on 28 September.
    const ledger = [published('2026-W40', line({ metric: 'rate', value: 0.5 }))];
    const side = (value: number): Shown[] => [{ metric: 'rate', period_start: '2026-09-28', value }];
    const beyond = async (before: Partial<Shows>, after: Partial<Shows>) =>
      (await restated({ values: side(0.5), published: ledger, ...before }, { values: side(0.6), ...after }))[0]
        ?.isBeyondTolerance;
    expect(await beyond({ retentionMonths: 1 }, {})).toBe(false);
    expect(await beyond({}, { retentionMonths: 1 })).toBe(true);
  });

  test('after the day that was asked for cannot be held against it', async () => {
    const [base, head] = week(0.5, 0.6, { published: periods });
    // It was published as of the 16th.
    const asked = { asOf: '2026-11-15T05:00:00Z' };
    expect(await restated(base, head, { ...asked, isAsOfAsked: true })).toMatchObject([
      { isPublished: true, isBeyondTolerance: false },
    ]);
    expect(await restated(base, head, asked)).toMatchObject([{ isBeyondTolerance: true }]);
  });
});
