import { expect, test } from 'vitest';
import { formats } from '../../reports/components/format.ts';
// @ts-expect-error: a component's script, without types.
import { scale } from '../../reports/components/points.js';

const days = (...values: number[]) => values.map((value) => ({ unit: 'days', value, target: null }));

test('a scale has at least two ticks, at round values', () => {
  // From 20.3 to 57.7 every 20 days gives one tick, 40.
  expect(scale(days(24, 54), 'value', 100, 0).ticks).toEqual([30, 40, 50]);
  expect(scale(days(0, 100), 'value', 100, 0).ticks).toEqual([0, 50, 100]);
});

test('a tick says what it counts', () => {
  expect(formats('en').shortValue('days', 40)).toBe('40\u00a0days');
  expect(formats('da').shortValue('days', 2.5)).toBe('2,5\u00a0dage');
  expect(formats('da').target({ unit: 'days', direction: 'down', target: 40, value: null })).toContain('40\u00a0dage');
});
