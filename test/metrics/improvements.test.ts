import { afterEach, describe, expect, test } from 'vitest';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import { differenceOfShares } from '../../src/metrics/difference-of-shares.ts';
import { measureImprovements } from '../../src/metrics/improvements.ts';
import { exactInterval, ratioOfCounts } from '../../src/metrics/ratio-of-counts.ts';
import { type Improvement, readImprovement } from '../../src/project/improvement-file.ts';
import type { Metric } from '../../src/project/metric.ts';
import type { Row, Warehouse } from '../../src/warehouse/warehouse.ts';
import { evaluated, metric, openWarehouse } from './project.ts';

let warehouse: Warehouse;
afterEach(() => warehouse?.close());

const answered = `type: ratio
  model: answers
  time: seen_at
  numerator: is_hit
  denominator: is_hit is not null
  pending: is_hit is null
  dimensions: [team]
  minimum_sample: 20`;
const counted = 'type: count\nmodel: answers\ntime: seen_at\nminimum_sample: 0';
const median = 'type: percentile\npercentile: 0.5\nmodel: answers\ntime: seen_at\nvalue: minutes\ndirection: down';

const oneWeek = { asOf: '2026-03-17T00:00:00Z' };

interface Answers {
  /** Mondays; each row is at 10:00 UTC of its week's Wednesday. */
  readonly week: string;
  readonly hits?: number;
  readonly misses?: number;
  readonly open?: number;
  readonly team?: string;
  /** One row each; null: unanswered. */
  readonly minutes?: readonly (number | null)[];
}

function improvement(keys = ''): Improvement {
  const problems: Diagnostic[] = [];
  const base = [
    'id: call-first',
    'title: { en: Call first, da: Ring først }',
    /agreed_on:/.test(keys) ? '' : 'agreed_on: 2026-03-02',
    'agreed_by: SDR Manager',
    'metric: measured',
    /since:/.test(keys) ? '' : 'since: 2026-03-09',
  ];
  const file = { path: 'metrics/improvements/call-first.yml', text: [...base, keys].join('\n') };
  const read = readImprovement(file, problems);
  if (read === undefined) throw new Error(problems.map(({ message }) => message).join());
  return read;
}

async function measured(
  keys: string,
  answers: readonly Answers[],
  { asOf = '2026-03-24T00:00:00Z', with: written = improvement() }: { asOf?: string; with?: Improvement } = {},
): Promise<Row> {
  warehouse = await openWarehouse(asOf);
  await warehouse.run('create table main.answers (seen_at timestamptz, is_hit boolean, minutes double, team text)');
  // A first week, which takes no part.
  for (const each of [{ week: '2026-02-16', hits: 1 }, ...answers]) await warehouse.run(insert(each));
  const definition: Metric = metric('measured', keys);
  await evaluated(warehouse, [definition]);
  await measureImprovements(warehouse, { metrics: [definition], improvements: [written] });
  const [row] = await warehouse.rows('from main.improvements');
  return row ?? {};
}

function insert({ week, hits = 0, misses = 0, open = 0, team = 'north', minutes = [] }: Answers): string {
  const at = `timestamptz '${week}T10:00:00Z' + interval 2 days`;
  const many = (count: number, hit: string) =>
    `insert into main.answers select ${at}, ${hit}, null, '${team}' from range(${count})`;
  const timed = minutes.map((value) => `insert into main.answers values (${at}, true, ${value}, '${team}')`);
  return [many(hits, 'true'), many(misses, 'false'), many(open, 'null'), ...timed].join(';\n');
}

describe('the intervals', () => {
  test("of a difference of shares is the published example's: 56 of 70 against 48 of 80", () => {
    const { value, lower, upper } = differenceOfShares({ hits: 48, trials: 80 }, { hits: 56, trials: 70 });
    expect([value, lower, upper].map((bound) => bound?.toFixed(4))).toEqual(['0.2000', '0.0524', '0.3339']);
  });

  test.each([
    [9, 10, 3, 10, '0.1705', '0.8090'],
    [10, 10, 0, 20, '0.6791', '1.0000'],
    [0, 10, 0, 10, '-0.2775', '0.2775'],
  ])('%i of %i against %i of %i: as published', (after, trials, before, trialsBefore, low, high) => {
    const found = differenceOfShares({ hits: before, trials: trialsBefore }, { hits: after, trials });
    expect([found.lower?.toFixed(4), found.upper?.toFixed(4)]).toEqual([low, high]);
  });

  test.each([
    [81, 263, '0.2527', '0.3676'],
    [15, 148, '0.0578', '0.1617'],
    [0, 20, '0.0000', '0.1684'],
    [1, 29, '0.0009', '0.1776'],
    [29, 29, '0.8806', '1.0000'],
  ])('of %i hits in %i is exact: as published', (hits, trials, low, high) => {
    expect(exactInterval(hits, trials).map((bound) => bound.toFixed(4))).toEqual([low, high]);
  });

  test('of a ratio of counts is without an upper bound where nothing came before', () => {
    expect(ratioOfCounts(0, 5)).toMatchObject({ value: null, upper: null });
    expect(ratioOfCounts(0, 0)).toEqual({ value: null, lower: 0, upper: null });
    expect(ratioOfCounts(5, 0)).toMatchObject({ value: 0, lower: 0 });
  });
});

describe('a share', () => {
  /** 48 of 80 in the two weeks before 9 March, 56 of 70 in the two after. */
  const published: readonly Answers[] = [
    { week: '2026-02-23', hits: 20, misses: 20 },
    { week: '2026-03-02', hits: 28, misses: 12 },
    { week: '2026-03-09', hits: 26, misses: 4 },
    { week: '2026-03-16', hits: 30, misses: 10 },
  ];

  test('is compared over as many whole weeks before and after', async () => {
    const row = await measured(answered, published, { with: improvement('expected: 75 %') });
    expect(row).toMatchObject({
      weeks: 2,
      before_from: '2026-02-23',
      before_until: '2026-03-09',
      after_from: '2026-03-09',
      after_until: '2026-03-23',
      numerator_before: 48,
      denominator_before: 80,
      numerator_after: 56,
      denominator_after: 70,
      difference_kind: 'points',
      verdict: 'better',
    });
    expect(Number(row.lower_95).toFixed(4)).toBe('0.0524');
    expect(Number(row.upper_95).toFixed(4)).toBe('0.3339');
    expect(row.sentence_en).toBe(
      'A label: 60 % (48 of 80) in the 2 weeks before, 80 % (56 of 70) in the 2 weeks from 9 March 2026. ' +
        'Better: +20 percentage points (95 % interval +5.2 to +33.4), more than chance would explain. ' +
        'It does not show what the cause is. Expected: 75 %, reached.',
    );
    expect(row.sentence_da).toBe(
      'En etiket: 60 % (48 af 80) i de 2 uger før, 80 % (56 af 70) i de 2 uger fra 9. marts 2026. ' +
        'Bedre: +20 procentpoint (95 %-interval +5,2 til +33,4), mere end tilfældet kan forklare. ' +
        'Hvad der er årsagen, viser det ikke. Forventet: 75 %, nået.',
    );
  });

  test('that should be low is worse when it rises', async () => {
    expect(await measured(`${answered}\ndirection: down`, published)).toMatchObject({ verdict: 'worse' });
  });

  test('whose difference may be chance is not said to have changed', async () => {
    const row = await measured(
      answered,
      [
        { week: '2026-03-02', hits: 24, misses: 16 },
        { week: '2026-03-09', hits: 26, misses: 14 },
      ],
      oneWeek,
    );
    expect(row).toMatchObject({ weeks: 1, verdict: 'no_difference_shown' });
    expect(row.sentence_en).toMatch(/The difference \(\+5 percentage points; .* −.* cannot be told from chance\.$/);
  });

  test('is not judged while open rows could turn it', async () => {
    const row = await measured(answered, [
      { week: '2026-02-23', hits: 20, misses: 20 },
      { week: '2026-03-02', hits: 28, misses: 12 },
      { week: '2026-03-09', hits: 26, misses: 4 },
      { week: '2026-03-16', hits: 30, misses: 10, open: 20 },
    ]);
    // At worst 56 of 90 against 48 of 80.
    expect(row).toMatchObject({ numerator_after: 56, denominator_after: 70, pending_after: 20 });
    expect(row).toMatchObject({ verdict: 'no_difference_shown' });
    expect(row.sentence_en).toContain('might still turn: 20 in these weeks are not decided yet.');
  });

  test('is judged when open rows could not turn it', async () => {
    const row = await measured(answered, [
      { week: '2026-03-02', hits: 10, misses: 90 },
      { week: '2026-03-09', hits: 90, misses: 10, open: 5 },
    ]);
    expect(row).toMatchObject({ verdict: 'better' });
  });

  test('is measured in its team alone', async () => {
    const written = improvement('team: uk');
    const row = await measured(
      answered,
      [...published, ...['2026-02-23', '2026-03-16'].map((week) => ({ week, hits: 10, misses: 10, team: 'uk' }))],
      { with: written },
    );
    expect(row).toMatchObject({ numerator_before: 10, denominator_before: 20, value_after: 0.5 });
    expect(row).toMatchObject({ verdict: 'no_difference_shown', team: 'uk' });
    expect(row.sentence_en).toContain('A label, uk: 50 % (10 of 20) in the 2 weeks before');
  });

  test('is not judged under the minimum sample, as long as more can come', async () => {
    const few = [
      { week: '2026-02-23', hits: 15 },
      { week: '2026-03-02', hits: 15 },
      { week: '2026-03-09', hits: 1, misses: 18 },
    ];
    const options = { asOf: '2026-03-16T00:00:00Z' };
    const row = await measured(answered, few, options);
    expect(row).toMatchObject({ weeks: 1, verdict: 'too_early', difference: null });
    expect(row.sentence_en).toContain('Too early to tell: at least 20 are needed on both sides.');
    warehouse.close();
    const closed = await measured(answered, few, { ...options, with: improvement('until: 2026-03-15') });
    expect(closed).toMatchObject({ weeks: 1, verdict: 'no_difference_shown', is_open: false });
    expect(closed.sentence_da).toContain('Det kan ikke afgøres: der skal være mindst 20 på begge sider.');
  });
});

describe('the weeks that are compared', () => {
  const weekly = (count: number, from = '2025-12-01') =>
    Array.from({ length: count }, (_, index) => ({ week: addWeeks(from, index), hits: 10, misses: 10 }));

  test('leave out the week in which the change began', async () => {
    const row = await measured(answered, weekly(20, '2026-02-23'), { with: improvement('since: 2026-03-11') });
    expect(row).toMatchObject({ weeks: 1, before_until: '2026-03-09', after_from: '2026-03-16' });
  });

  test('are 13 at most, nearest to the change', async () => {
    const row = await measured(answered, weekly(52), {
      asOf: '2026-10-01T00:00:00Z',
      with: improvement('agreed_on: 2026-03-16\nsince: 2026-03-23'),
    });
    // Data begin on 2025-12-01; that week takes no part, which leaves 15.
    expect(row).toMatchObject({ weeks: 13, before_from: '2025-12-22', after_until: '2026-06-22' });
  });

  test('are no more than there are data before the change', async () => {
    const row = await measured(answered, weekly(20, '2026-02-23'), { asOf: '2026-06-01T00:00:00Z' });
    expect(row).toMatchObject({ weeks: 2, before_from: '2026-02-23', after_until: '2026-03-23' });
  });

  test('end with the last day on which the improvement was open', async () => {
    const rows = weekly(20, '2026-02-23');
    const asOf = '2026-06-01T00:00:00Z';
    expect(await measured(answered, rows, { asOf, with: improvement('until: 2026-03-15') })).toMatchObject({
      weeks: 1,
      after_until: '2026-03-16',
    });
    warehouse.close();
    const row = await measured(answered, rows, { asOf, with: improvement('until: 2026-03-14') });
    expect(row).toMatchObject({ weeks: 0, verdict: 'no_difference_shown' });
    expect(row.sentence_en).toBe('It cannot be told: it was closed before a whole week had passed.');
  });

  test('are none before a week is over, or without data before the change', async () => {
    const early = await measured(answered, weekly(4, '2026-02-23'), { asOf: '2026-03-15T22:59:59Z' });
    expect(early).toMatchObject({ weeks: 0, verdict: 'too_early', value_before: null });
    expect(early.sentence_en).toBe('Too early to tell: no whole week since 9 March 2026 can be measured yet.');
    warehouse.close();
    const old = await measured(answered, weekly(4, '2026-03-09'), {
      with: improvement('agreed_on: 2026-02-01\nsince: 2026-02-09'),
    });
    expect(old).toMatchObject({ weeks: 0, verdict: 'no_difference_shown' });
    expect(old.sentence_da).toBe('Det kan ikke afgøres: der er ingen hel uge med data før 9. februar 2026.');
  });

  test('of a conversion are mature', async () => {
    const again = '{ model: answers, time: seen_at, filter: is_hit }';
    const conversion = `type: conversion\nmodel: answers\nfrom: seen_at\nto: ${again}\nby: [team]\nwindow_days: 10`;
    const row = await measured(conversion, weekly(20, '2026-02-23'), { asOf: '2026-04-01T23:00:00Z' });
    // The week of 16 March ended 23 March 00:00 in Copenhagen; ten days of 24 hours later it was 1 April, 23:00 UTC, 1:00 of summer time.
    expect(row).toMatchObject({ weeks: 2, after_until: '2026-03-23' });
    warehouse.close();
    const before = await measured(conversion, weekly(20, '2026-02-23'), { asOf: '2026-04-01T22:59:59Z' });
    expect(before).toMatchObject({ weeks: 1 });
  });
});

describe('a count', () => {
  test('is compared as a ratio', async () => {
    // 40 before, 60 after: of 100 the share 0.6 lies between 0.4972 and 0.6967 (Clopper–Pearson).
    const row = await measured(
      counted,
      [
        { week: '2026-03-02', hits: 40 },
        { week: '2026-03-09', hits: 60 },
      ],
      oneWeek,
    );
    expect(row).toMatchObject({ difference_kind: 'ratio', difference: 1.5, verdict: 'no_difference_shown' });
    expect(Number(row.lower_95).toFixed(3)).toBe((0.4972092 / (1 - 0.4972092)).toFixed(3));
    expect(Number(row.upper_95).toFixed(3)).toBe((0.6967052 / (1 - 0.6967052)).toFixed(3));
    expect(row.sentence_en).toBe(
      'A label: 40 in the week before, 60 in the week from 9 March 2026. ' +
        'The difference (1.5 times as many; 95 % interval 0.99 to 2.3) cannot be told from chance.',
    );
  });

  test('that was none before is better when many came', async () => {
    const row = await measured(counted, [{ week: '2026-03-09', hits: 30 }], oneWeek);
    // Of 30 all came after: the share is 0.025 ** (1 / 30) = 0.8843 at least.
    expect(row).toMatchObject({ numerator_before: 0, difference: null, upper_95: null, verdict: 'better' });
    expect(row.sentence_en).toContain('Better (95 % interval 7.64 or more), more than chance');
  });
});

describe('a median', () => {
  const range = (from: number, count: number) => Array.from({ length: count }, (_, index) => from + index);

  test('is different when the intervals of both sides lie apart', async () => {
    // Of 30 the interval lies between the 10th and the 21st value (Conover): 109 to 120, and 19 to 30.
    const row = await measured(
      median,
      [
        { week: '2026-03-02', minutes: range(100, 30) },
        { week: '2026-03-09', minutes: range(10, 30) },
      ],
      oneWeek,
    );
    expect(row).toMatchObject({
      difference_kind: 'amount',
      value_before: 114.5,
      lower_95_before: 109,
      upper_95_before: 120,
      value_after: 24.5,
      lower_95_after: 19,
      upper_95_after: 30,
      difference: -90,
      lower_95: -101,
      upper_95: -79,
      verdict: 'better',
    });
    expect(row.sentence_en).toBe(
      'A label: 114.5 minutes (n = 30) in the week before, 24.5 minutes (n = 30) in the week from 9 March 2026. ' +
        'Better: −90 minutes (95 % interval −101 to −79), more than chance would explain. ' +
        'It does not show what the cause is.',
    );
  });

  test('that falls among the unanswered is worse than any that was answered', async () => {
    const row = await measured(median, [
      { week: '2026-03-02', minutes: range(10, 30) },
      { week: '2026-03-09', minutes: [...range(100, 5), ...Array.from({ length: 25 }, () => null)] },
    ]);
    expect(row).toMatchObject({ value_after: null, lower_95_after: 104, upper_95_after: null, difference: null });
    expect(row).toMatchObject({ lower_95: 74, upper_95: null, verdict: 'worse' });
    expect(row.sentence_en).toContain('over 104 minutes (n = 30)');
  });

  test('whose intervals meet is not said to have changed', async () => {
    const row = await measured(median, [
      { week: '2026-03-02', minutes: range(10, 30) },
      { week: '2026-03-09', minutes: range(15, 30) },
    ]);
    expect(row).toMatchObject({ difference: 5, lower_95: -6, upper_95: 16, verdict: 'no_difference_shown' });
  });
});

function addWeeks(date: string, weeks: number): string {
  const at = new Date(`${date}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() + weeks * 7);
  return at.toISOString().slice(0, 10);
}
