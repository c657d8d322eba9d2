import { describe, expect, it } from 'vitest';
import { metric } from '../metrics/project.ts';
import { acknowledged, compared, line, usualMetrics } from './world.ts';

/** One line of each restatement: how far, and what of it. */
async function verdicts(world: Parameters<typeof compared>[0]): Promise<string[]> {
  const { rows } = await compared(world);
  return rows.map(
    ({ metric: name, difference, is_beyond, is_acknowledged, cause }) =>
      `${name} ${difference} ${is_beyond ? 'beyond' : 'within'}${is_acknowledged ? ' acknowledged' : ''} ${cause}`,
  );
}

describe('what counts as changed', () => {
  it('is nothing where all is as it was, to the last digit', async () => {
    const published = [
      line({ metric: 'rate', value: 0.1 + 0.2, status: 'kept' }),
      line({ metric: 'volume', value: 41 }),
      line({ metric: 'minutes', value: null }),
    ];
    const now = [
      { metric: 'rate', value: 0.3, status: 'kept' },
      { metric: 'volume', value: 41 },
      { metric: 'minutes', value: null },
      { metric: 'other', value: 7 },
    ];
    const { rows, results } = await compared({ published, now });
    expect(rows).toEqual([]);
    expect(results).toMatchObject([{ rule: 'published(2026-W46)', passed: true, observed: '3 as published' }]);
  });

  it.each([
    // 74.1 % → 73.1 % is one point; floating point makes it a little more.
    ['rate', 0.741, 0.731, 'within'],
    ['rate', 0.741, 0.7309, 'beyond'],
    ['rate', 0.741, 0.752, 'beyond'],
    // A share of what was published.
    ['minutes', 100, 99, 'within'],
    ['minutes', 100, 98.9, 'beyond'],
    ['minutes', 100, 101, 'within'],
    ['volume', 200, 202, 'within'],
    ['volume', 200, 203, 'beyond'],
    ['volume', 0, 1, 'beyond'],
  ] as const)('%s %d → %d is %s', async (name, before, after, expected) => {
    const [found] = await verdicts({
      published: [line({ metric: name, value: before })],
      now: [{ metric: name, value: after }],
    });
    expect(found).toContain(` ${expected} `);
  });

  it('is beyond where a value came or went', async () => {
    const published = [line({ metric: 'minutes', value: 12 }), line({ metric: 'rate', value: null })];
    const now = [
      { metric: 'minutes', value: null },
      { metric: 'rate', value: 0.5 },
    ];
    expect(await verdicts({ published, now })).toEqual(['minutes null beyond unknown', 'rate null beyond unknown']);
  });

  it('is beyond where a verdict turned, however little the value moved', async () => {
    const published = [line({ metric: 'rate', value: 0.9, status: 'kept' })];
    const { results } = await compared({ published, now: [{ metric: 'rate', value: 0.8999, status: 'missed' }] });
    expect(results).toMatchObject([
      {
        metric: 'rate',
        passed: false,
        severity: 'error',
        observed:
          '90.0 % (missed) now, 90.0 % (kept) when published; because nothing that it is made of is known to have changed',
        expected:
          'within 1 point and the same verdict, or acknowledged: handover publish --period 2026-W46 --acknowledge --reason "…"',
      },
    ]);
  });

  it('is within where a verdict came, or is open once more', async () => {
    const published = [
      line({ metric: 'minutes', value: 10, status: 'kept' }),
      line({ metric: 'rate', value: 0.5, status: null }),
    ];
    const now = [
      { metric: 'minutes', value: 10, status: 'open' },
      { metric: 'rate', value: 0.5, status: 'missed' },
    ];
    expect(await verdicts({ published, now })).toEqual(['minutes 0 within unknown', 'rate 0 within unknown']);
  });

  it('is beyond where a promise no longer has a verdict', async () => {
    const published = [line({ metric: 'rate', value: 0.5, status: 'missed' })];
    expect(await verdicts({ published, now: [{ metric: 'rate', value: 0.5 }] })).toEqual(['rate 0 beyond unknown']);
  });

  it('has settled where it was not final, and never fails', async () => {
    const published = [line({ metric: 'rate', value: 0.9, status: 'kept', isFinal: false })];
    const { rows, results } = await compared({ published, now: [{ metric: 'rate', value: 0.4, status: 'missed' }] });
    expect(rows).toMatchObject([
      { cause: 'settled', is_beyond: false, cause_en: 'it was not final when it was published', status_now: 'missed' },
    ]);
    expect(results).toMatchObject([{ passed: true, observed: '1 settled since' }]);
  });

  it('is beyond where the metric is gone, final or not', async () => {
    const published = [
      line({ metric: 'old_name', value: 3 }),
      line({ metric: 'older_name', value: 3, isFinal: false }),
    ];
    const { rows } = await compared({ published, now: [] });
    expect(rows).toMatchObject([
      { metric: 'old_name', is_beyond: true, cause: 'definition', cause_en: 'the metric is no longer there' },
      { metric: 'older_name', is_beyond: true, version_now: null, period_start: '2026-11-09' },
    ]);
  });

  it('misses what data that reach less far no longer show', async () => {
    const published = [line({ metric: 'volume', value: 200 })];
    const now = [{ metric: 'volume', value: 150 }];
    const { rows } = await compared({ published, now, options: { asOf: '2026-11-16T04:59:59Z' } });
    expect(rows).toMatchObject([{ is_beyond: true, cause: 'late_data' }]);
  });

  it('has not settled where the metric means something else now', async () => {
    const published = [line({ metric: 'rate', value: 0.9, isFinal: false })];
    const redefined = { before: [['metric', 'rate.v1', 'r1'] as const], after: [['metric', 'rate.v1', 'r2'] as const] };
    const { rows } = await compared({ published, now: [{ metric: 'rate', value: 0.4 }], inputs: redefined });
    expect(rows).toMatchObject([{ is_beyond: true, cause: 'definition', cause_en: 'metric changed: rate.v1' }]);
    const other = [{ metric: 'rate', value: 0.4, version: 2 }];
    expect((await compared({ published, now: other })).rows).toMatchObject([{ is_beyond: true, cause: 'definition' }]);
  });

  it('says that a metric is no longer worked out for the period', async () => {
    const { rows } = await compared({ published: [line({ metric: 'volume', value: 200 })], now: [] });
    expect(rows).toMatchObject([
      { is_beyond: true, cause: 'definition', cause_en: 'the metric is no longer worked out for this period' },
    ]);
  });

  it('compares nothing with data of an earlier day that somebody asked for', async () => {
    const published = [line({ metric: 'volume', value: 200 })];
    const options = { asOf: '2026-11-16T04:59:59Z', isAsOfAsked: true };
    const { rows, results } = await compared({ published, now: [], options });
    expect(rows).toEqual([]);
    expect(results).toMatchObject([
      { passed: true, observed: expect.stringContaining('not compared: published as of') },
    ]);
  });

  it('keeps quiet about periods whose leads may be past retention', async () => {
    const published = [line({ metric: 'volume', value: 200 })];
    const now = [{ metric: 'volume', value: 20 }];
    const at = (asOf: string) => verdicts({ published, now, options: { asOf, retentionMonths: 12 } });
    expect(await at('2027-11-08T00:00:00Z')).toEqual(['volume -180 beyond late_data']);
    expect(await at('2027-11-10T00:00:00Z')).toEqual(['volume -180 within forgotten']);
  });
});

describe('the tolerance of a metric', () => {
  const own = (contract: string) => [
    ...usualMetrics.filter(({ name }) => name !== 'rate'),
    metric('rate', `type: ratio\nmodel: leads\ntime: at\nnumerator: a\ndenominator: b\ncontract: { ${contract} }`),
  ];
  const published = [line({ metric: 'rate', value: 0.5 })];
  const now = [{ metric: 'rate', value: 0.54 }];

  it('is that of its contract', async () => {
    expect(await verdicts({ published, now, metrics: own('restatement: 5 %') })).toEqual([
      'rate 0.040000000000000036 within unknown',
    ]);
    expect(await verdicts({ published, now, metrics: own('restatement: false') })).toEqual([
      'rate 0.040000000000000036 within unknown',
    ]);
  });

  it('may be one that only warns', async () => {
    const metrics = own('restatement: { within: 2 %, severity: warn }');
    const { results } = await compared({ published, now, metrics });
    expect(results).toMatchObject([
      { severity: 'warn', passed: false, expected: expect.stringContaining('within 2 points') },
    ]);
  });
});

describe('a number that nobody promised', () => {
  it('moves within tolerance, and is said to', async () => {
    const published = [line({ metric: 'volume', value: 1000 })];
    const { rows } = await compared({ published, now: [{ metric: 'volume', value: 1001 }] });
    expect(rows).toMatchObject([{ is_beyond: false, is_acknowledged: false }]);
  });
});

describe('an acknowledgement', () => {
  const published = [line({ metric: 'rate', value: 0.8, status: 'kept' })];
  const word = acknowledged({ metric: 'rate', fromValue: 0.8, toValue: 0.75, toStatus: 'missed' });

  it('holds for as long as the value is what was acknowledged, within tolerance', async () => {
    const at = (value: number, status = 'missed') =>
      verdicts({ published, now: [{ metric: 'rate', value, status }], acknowledgements: [word] });
    expect(await at(0.75)).toEqual([expect.stringContaining('beyond acknowledged')]);
    expect(await at(0.76)).toEqual([expect.stringContaining('beyond acknowledged')]);
    expect(await at(0.761)).toEqual([expect.not.stringContaining('acknowledged')]);
    expect(await at(0.75, 'kept')).toEqual([expect.stringContaining('beyond acknowledged')]);
    expect(await at(0.8, 'kept')).toEqual([]);
  });

  it('does not hold when the verdict turned since', async () => {
    const kept = { ...word, toStatus: 'kept' };
    const now = [{ metric: 'rate', value: 0.749, status: 'missed' }];
    expect(await verdicts({ published, now, acknowledgements: [kept] })).toEqual([
      expect.not.stringContaining('acknowledged'),
    ]);
  });

  it('carries its reason to the readers, and is counted', async () => {
    const now = [{ metric: 'rate', value: 0.75, status: 'missed' }];
    const { rows, results } = await compared({ published, now, acknowledgements: [word] });
    expect(rows).toMatchObject([
      { reason: 'Late exports', acknowledged_by: 'Sales Director', acknowledged_on: '2026-11-24' },
    ]);
    expect(results).toMatchObject([{ passed: true, observed: '1 acknowledged' }]);
  });

  it('gives way to a later one', async () => {
    const later = { ...word, toValue: 0.6, reason: 'A lead was merged' };
    const now = [{ metric: 'rate', value: 0.75, status: 'missed' }];
    const { rows } = await compared({ published, now, acknowledgements: [word, later] });
    expect(rows).toMatchObject([{ is_acknowledged: false, reason: null }]);
  });

  it('is asked for anew where the verdict that it was about is gone', async () => {
    const now = [{ metric: 'rate', value: 0.75 }];
    const { rows, results } = await compared({ published, now, acknowledgements: [word] });
    expect(results).toMatchObject([{ metric: 'rate', passed: false }]);
    // Null would hide it from whoever gives the reason.
    expect(rows).toMatchObject([{ is_beyond: true, is_acknowledged: false }]);
  });

  it('holds of a value that is gone', async () => {
    const gone = acknowledged({ metric: 'rate', fromValue: 0.8 });
    expect(await verdicts({ published, now: [], acknowledgements: [gone] })).toEqual([
      'rate null beyond acknowledged definition',
    ]);
  });
});
