import { describe, expect, test } from 'vitest';
import type { Noise } from '../../../src/review/types.ts';
import { metric } from '../../metrics/project.ts';
import { changed, compared, minutes, rate, reviewOf, type Shown, usualMetrics, volume } from './values-world.ts';

/** What is said of the difference between two values of one metric. */
async function noiseOf(before: Shown, after: Shown, metrics = usualMetrics): Promise<Noise | undefined> {
  const result = await compared({ values: [before], metrics }, { values: [after], metrics });
  return reviewOf(result, before.metric).totals[0]?.noise;
}

/** 50 of 100 with Wilson's interval, and 55 of 100, and 70 of 100. */
const half: Shown = { metric: 'rate', value: 0.5, lower_95: 0.4038, upper_95: 0.5962 };
const more: Shown = { metric: 'rate', value: 0.55, lower_95: 0.4524, upper_95: 0.6439 };
const most: Shown = { metric: 'rate', value: 0.7, lower_95: 0.6042, upper_95: 0.781 };

describe('a rate', () => {
  test.each<[string, Shown, Shown, Noise]>([
    ['within the interval of the other', half, more, 'within'],
    ['outside it, upwards', half, most, 'beyond'],
    ['and downwards', most, half, 'beyond'],
    ['outside the new interval alone, which is narrower', half, { ...more, lower_95: 0.52 }, 'beyond'],
    ['outside the old interval alone', { ...half, upper_95: 0.54 }, more, 'beyond'],
    ['on the bound', half, { ...more, value: 0.5962, lower_95: 0.49 }, 'within'],
    ['fewer than 20 before', { ...half, sample_size: 19 }, most, 'too_few'],
    ['fewer than 20 after', half, { ...most, sample_size: 19 }, 'too_few'],
    ['20 are enough', { ...half, sample_size: 20 }, { ...most, sample_size: 20 }, 'beyond'],
    ['a value where none was', { ...half, value: null, lower_95: null, upper_95: null }, most, 'untold'],
    ['without any interval', { metric: 'rate', value: 0.5 }, { metric: 'rate', value: 0.7 }, 'untold'],
    ['the verdict alone', half, { ...half, status: 'kept' }, 'within'],
  ])('%s', async (_, before, after, noise) => {
    expect(await noiseOf(before, after)).toBe(noise);
  });

  test('a part that only one side has is too few by its own sample', async () => {
    const all: Shown = half;
    const part: Shown = { ...half, dimension: 'team', dimension_value: 'north', sample_size: 3 };
    const review = reviewOf(await compared({ values: [all] }, { values: [all, part] }), 'rate');
    expect(review.parts).toMatchObject([{ noise: 'too_few' }]);
  });

  test('the minimum sample is that of the head', async () => {
    const few = { ...half, sample_size: 30 };
    const noise = async (before: number, after: number) => {
      const side = (minimumSample: number, value: Shown) => ({
        values: [value],
        metrics: [changed(rate, { minimumSample })],
      });
      return reviewOf(await compared(side(before, few), side(after, most)), 'rate').totals[0]?.noise;
    };
    expect(await noise(20, 50)).toBe('too_few');
    expect(await noise(50, 20)).toBe('beyond');
  });
});

describe('a median', () => {
  const value = { metric: 'minutes', value: 30, lower_95: 20, upper_95: 50 };
  test.each<[string, Shown, Shown, Noise]>([
    ['within', value, { ...value, value: 45, lower_95: 25, upper_95: 80 }, 'within'],
    ['beyond', value, { ...value, value: 51, lower_95: 25, upper_95: 80 }, 'beyond'],
    // Too many unanswered for an upper bound: what was lower can still be held against the new lower one.
    ['beyond the only bound', { ...value, upper_95: null }, { ...value, value: 60, lower_95: 40 }, 'beyond'],
    ['within the only bound', { ...value, upper_95: null }, { ...value, value: 60, lower_95: 25 }, 'within'],
    [
      'the bounds that could tell are missing',
      { ...value, upper_95: null },
      { ...value, value: 60, lower_95: null, upper_95: 80 },
      'untold',
    ],
  ])('%s', async (_, before, after, noise) => {
    expect(await noiseOf(before, after)).toBe(noise);
  });
});

describe('what has no interval', () => {
  const metrics = [
    volume,
    rate,
    minutes,
    metric('volume_to_date', 'type: cumulative\nmetric: volume\nto_date: quarter\nunit: count'),
    metric('rate_to_date', 'type: cumulative\nmetric: rate\nto_date: quarter\nunit: percent'),
    metric(
      'booked',
      'type: conversion\nmodel: leads\nfrom: at\nto: { model: meetings, time: at }\nby: [lead_id]\ncounts: conversions',
    ),
    metric('converted', 'type: conversion\nmodel: leads\nfrom: at\nto: met_at'),
  ];
  test.each<[string, Noise]>([
    ['volume', 'untold'],
    ['volume_to_date', 'untold'],
    ['rate_to_date', 'too_few'],
    ['booked', 'untold'],
    ['converted', 'too_few'],
  ])('%s of a few rows: %s', async (name, noise) => {
    const value: Shown = { metric: name, value: 4, sample_size: 4 };
    expect(await noiseOf(value, { ...value, value: 9, sample_size: 9 }, metrics)).toBe(noise);
  });
});
