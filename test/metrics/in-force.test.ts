import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Span, spansOf } from '../../src/metrics/in-force.ts';
import { checkTogether } from '../../src/project/metric-inputs.ts';
import { metric } from './project.ts';

interface Version {
  readonly version: number;
  readonly effectiveFrom?: string;
}

function version(number: number, effectiveFrom?: string): Version {
  return effectiveFrom === undefined ? { version: number } : { version: number, effectiveFrom };
}

describe('which version is in force', () => {
  test.each<[string, readonly Version[], readonly Span[]]>([
    ['one version: always', [version(1)], [{}]],
    ['one version with a date: also before it', [version(3, '2026-10-01')], [{}]],
    [
      'until the next one begins',
      [version(1), version(2, '2026-10-01')],
      [{ until: '2026-10-01' }, { from: '2026-10-01' }],
    ],
    [
      'before all of them: the lowest',
      [version(1, '2026-01-01'), version(2, '2026-10-01')],
      [{ until: '2026-10-01' }, { from: '2026-10-01' }],
    ],
    ['without dates: the highest', [version(1), version(2)], ['never', {}]],
    [
      'dates given late: the earlier ones never',
      [version(1), version(2), version(3, '2026-10-01')],
      ['never', { until: '2026-10-01' }, { from: '2026-10-01' }],
    ],
    [
      'on one day: the highest, and the lowest before it',
      [version(1, '2026-10-01'), version(2, '2026-10-01')],
      [{ until: '2026-10-01' }, { from: '2026-10-01' }],
    ],
    [
      'on one day, later: the higher of the two',
      [version(1), version(2, '2026-10-01'), version(3, '2026-10-01')],
      [{ until: '2026-10-01' }, 'never', { from: '2026-10-01' }],
    ],
    [
      'numbers may be missing',
      [version(2), version(5, '2026-04-01'), version(9, '2026-07-01')],
      [{ until: '2026-04-01' }, { from: '2026-04-01', until: '2026-07-01' }, { from: '2026-07-01' }],
    ],
  ])('%s', (_, versions, spans) => {
    const numbers = versions.map(({ version: number }) => number);
    expect([...spansOf([...versions].reverse())]).toEqual(numbers.map((number, index) => [number, spans[index]]));
  });

  test('each day belongs to exactly the version that the rule names', () => {
    const day = (number: number) => new Date(Date.UTC(2026, 0, 1 + number)).toISOString().slice(0, 10);
    const dates = fc.array(fc.option(fc.integer({ min: 1, max: 8 }), { nil: 0 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(dates, fc.integer({ min: 0, max: 9 }), (numbers, number) => {
        const versions = numbers
          .sort((left, right) => left - right)
          .map((from, index) => version(index + 1, from === 0 ? undefined : day(from)));
        const period = day(number);
        const begun = versions.filter(({ effectiveFrom = '' }) => effectiveFrom <= period);
        const latest = begun
          .map(({ effectiveFrom = '' }) => effectiveFrom)
          .sort()
          .at(-1);
        const expected = begun.findLast(({ effectiveFrom = '' }) => effectiveFrom === latest)?.version ?? 1;
        const inForce = [...spansOf(versions)].filter(
          ([, span]) => span !== 'never' && (span.from ?? '') <= period && period < (span.until ?? '9999'),
        );
        expect(inForce.map(([found]) => found)).toEqual([expected]);
      }),
      { numRuns: 500, seed: 20260302 },
    );
  });
});

describe('dates that are not in the order of the versions', () => {
  const volume = (number: number, dates: string) => {
    const read = metric('volume', `type: count\nmodel: answers\ntime: due_at\n${dates}`);
    return { ...read, version: number };
  };

  test.each<[string, string, string, boolean]>([
    ['in order', 'effective_from: 2026-01-01', 'effective_from: 2026-10-01', true],
    ['on one day', 'effective_from: 2026-10-01', 'effective_from: 2026-10-01', true],
    ['only the later has one', '', 'effective_from: 2026-10-01', true],
    ['none has one', '', '', true],
    ['the later begins earlier', 'effective_from: 2026-10-01', 'effective_from: 2026-01-01', false],
    ['only the earlier has one', 'effective_from: 2026-10-01', '', false],
  ])('%s', (_, first, second, isInOrder) => {
    const codes = checkTogether([volume(1, first), volume(2, second)]).map(({ code }) => code);
    expect(codes).toEqual(isInOrder ? [] : ['version-order']);
  });
});
