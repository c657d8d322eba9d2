import { describe, expect, it } from 'vitest';
import { didYouMean, nearest } from '../../src/diagnostics/suggest.ts';

describe('nearest', () => {
  const names = ['lead_cycles', 'lead_responses', 'meetings'];

  it.each([
    ['lead_cycle', 'lead_cycles'],
    ['lead_cylces', 'lead_cycles'],
    ['LEAD_CYCLES', 'lead_cycles'],
    ['meeting', 'meetings'],
  ])('takes %s for a slip of %s', (typed, meant) => {
    expect(nearest(typed, names)).toBe(meant);
  });

  it('suggests nothing for a name that is another word', () => {
    expect(nearest('opportunities', names)).toBeUndefined();
    expect(didYouMean('x', names)).toBeUndefined();
  });

  it('counts two swapped neighbours as one slip, so that the better candidate wins', () => {
    expect(nearest('slq', ['sal', 'sql'])).toBe('sql');
  });
});
