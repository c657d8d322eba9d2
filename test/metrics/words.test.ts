import { describe, expect, it } from 'vitest';
import { wordsOf } from '../../src/metrics/words.ts';
import type { CountSpec, MetricSpec } from '../../src/project/metric.ts';

const common = {
  name: 'mql_volume',
  version: 1,
  label: { en: 'MQL volume', da: 'Antal MQL' },
  description: { en: 'Not shown here.', da: 'Vises ikke her.' },
  owner: 'marketing',
  dimensions: [],
  grains: ['week'],
  unit: 'count',
  direction: 'up',
  minimumSample: 0,
  headline: false,
  changes: [],
} as const;
const rows = { ...common, model: 'lead_cycles', time: 'mql_at' };
const count: CountSpec = { ...rows, type: 'count' };

function both(spec: MetricSpec): readonly string[] {
  return [wordsOf(spec, 'en'), wordsOf(spec, 'da')];
}

describe('a metric of rows in words', () => {
  it('counts rows, with its filter on one line', () => {
    expect(both({ ...count, filter: 'not is_excluded\n  and true' })).toEqual([
      'The number of rows of `lead_cycles` where `not is_excluded and true`. A row belongs to the period in which its `mql_at` lies.',
      'Antallet af rækker i `lead_cycles`, hvor `not is_excluded and true`. En række hører til den periode, som dens `mql_at` ligger i.',
    ]);
  });

  it('says what is still open, what stands beside, the sample and the goal', () => {
    const spec = { ...count, pending: 'is_open', beside: 'is_self_booked', minimumSample: 1200, target: 1234.5 };
    const [en = '', da = ''] = both(spec);
    expect(en).toContain(
      'lies; rows where `is_open` can still change it; rows where `is_self_booked` are shown beside it and take no part. With fewer than 1,200 rows nothing is called a trend; its own goal is at least 1,234.5; what the agreement promises comes first.',
    );
    expect(da).toContain('Med færre end 1.200 rækker bedømmes udviklingen ikke; dets eget mål er mindst 1.234,5;');
  });

  it('names the unit of a goal, and whether it is a floor or a ceiling', () => {
    const share = {
      ...rows,
      type: 'ratio',
      unit: 'percent',
      numerator: 'a',
      denominator: 'true',
      target: 0.07,
    } as const;
    expect(wordsOf(share, 'en')).toContain('Its own goal is at least 7 %;');
    expect(wordsOf({ ...count, unit: 'hours', direction: 'down', target: 2.5 }, 'da')).toContain('højst 2,5 timer;');
  });

  it.each([
    [['lead_id'], 'different values of `lead_id` among the rows of `lead_cycles`; a row where it is missing does not'],
    [['lead_id', 'cycle_no'], 'different combinations of `lead_id` and `cycle_no` among the rows of `lead_cycles`;'],
  ])('counts different %j', (key, expected) => {
    expect(wordsOf({ ...rows, type: 'count_distinct', key }, 'en')).toContain(expected);
  });

  it('adds up and averages', () => {
    const value = { value: 'amount', filter: 'is_won' };
    expect(wordsOf({ ...rows, ...value, type: 'sum' }, 'en')).toMatch(
      /^The sum of `amount` over the rows of `lead_cycles` where `is_won`; a row without a value adds nothing\./,
    );
    expect(wordsOf({ ...rows, ...value, type: 'average' }, 'da')).toMatch(
      /^Gennemsnittet af `amount` over de rækker i `lead_cycles`, der har en værdi, og hvor `is_won`\./,
    );
  });

  it('tells what stands below and above the line of a ratio; "true" is not worth saying', () => {
    const ratio = { ...rows, type: 'ratio', unit: 'percent', numerator: "status = 'met'" } as const;
    expect(wordsOf({ ...ratio, filter: 'a or b', denominator: 'is_counted' }, 'en')).toMatch(
      /^Of the rows of `lead_cycles` where `a or b` and `is_counted`, the share where `status = 'met'`\./,
    );
    expect(wordsOf({ ...ratio, denominator: 'true' }, 'da')).toMatch(
      /^Af de rækker i `lead_cycles`: andelen, hvor `status = 'met'`\./,
    );
  });

  it.each([
    [0.5, 'The median of `m` over the rows of `lead_cycles`: half of them lie at or below it. A row without'],
    [0.9, 'The 90th percentile of `m` over the rows of `lead_cycles`: 90 % of them lie'],
    [0.911, 'The 91.1st percentile of `m`'],
    [0.11, 'The 11th percentile of `m`'],
  ])('names percentile %d', (percentile, expected) => {
    expect(wordsOf({ ...rows, type: 'percentile', value: 'm', percentile }, 'en')).toContain(expected);
  });

  it('tells from when to when a duration runs, on which clock, and what becomes of the unfinished', () => {
    const duration = { ...rows, type: 'duration', start: 'mql_at', unit: 'hours', by: [] } as const;
    const p90 = { statistic: { kind: 'percentile', percentile: 0.9 }, unfinished: 'rank_longest' } as const;
    expect(
      wordsOf({ ...duration, ...p90, stop: 'first_response_at', calendar: { kind: 'name', name: 'copenhagen' } }, 'en'),
    ).toBe(
      'The 90th percentile time from `mql_at` to `first_response_at`, over the rows of `lead_cycles`, in hours. ' +
        'Only time in which the agreement’s calendar `copenhagen` is open counts; what has not stopped yet ranks longest; where the figure falls among those it is shown as “over x”. ' +
        'A row belongs to the period in which its `mql_at` lies.',
    );
    const stop = { model: 'meetings', time: 'booked_at', filter: "outcome = 'held'" };
    const average = { statistic: { kind: 'average' }, unfinished: 'left_out', unit: 'days' } as const;
    expect(wordsOf({ ...duration, ...average, stop, by: ['lead_id', 'cycle_no'] }, 'da')).toMatch(
      /^Gennemsnittet af tiden fra `mql_at` til den første `booked_at` på eller efter det tidspunkt blandt de rækker i `meetings`, hvor `outcome = 'held'`, med samme `lead_id` og `cycle_no`, over de rækker i `lead_cycles`, i dage på 24 timer\. Det, der ikke er sluttet endnu, er holdt udenfor\./,
    );
    expect(
      wordsOf({ ...duration, ...average, stop: 'a', calendar: { kind: 'column', column: 'calendar' } }, 'en'),
    ).toContain(
      'Only time in which the calendar named by `calendar` is open counts; what has not stopped yet is left out.',
    );
  });

  const conversion = {
    ...rows,
    type: 'conversion',
    unit: 'percent',
    by: [],
    attribution: 'every',
    counts: 'rows',
    windowIn: 'hours',
  } as const;

  it('tells a conversion within a window, from a column of the row', () => {
    expect(both({ ...conversion, to: 'booked_at', toFilter: 'is_held', windowDays: 30 })).toEqual([
      'Of the rows of `lead_cycles`, the share with a `booked_at`, where `is_held`, at `mql_at` or within 30 days of 24 hours after it. ' +
        'Until the window of a period’s last row has ended, its figure can still rise. A row belongs to the period in which its `mql_at` lies.',
      'Af de rækker i `lead_cycles`: andelen med en `booked_at`, hvor `is_held`, ved `mql_at` eller inden for 30 døgn à 24 timer derefter. ' +
        'Indtil vinduet for periodens sidste række er slut, kan tallet stadig stige. En række hører til den periode, som dens `mql_at` ligger i.',
    ]);
    expect(wordsOf({ ...conversion, to: 'booked_at' }, 'en')).toBe(
      'Of the rows of `lead_cycles`, the share with a `booked_at` at or after `mql_at`, whenever that is. A row belongs to the period in which its `mql_at` lies.',
    );
  });

  it.each([
    [1, 'at or after `mql_at` on the same local date.'],
    [2, 'at or after `mql_at`, on its local date or the date after it.'],
    [14, 'at or after `mql_at`, on its local date or one of the 13 dates after it.'],
  ])('counts a window of %d dates, the first included', (windowDays, expected) => {
    expect(wordsOf({ ...conversion, to: 'a', windowDays, windowIn: 'dates' }, 'en')).toContain(expected);
  });

  it('tells what an event counts for, and what is counted', () => {
    const to = { model: 'meetings', time: 'booked_at' };
    const events = { ...conversion, to, by: ['lead_id'], windowDays: 7 };
    expect(wordsOf({ ...events, attribution: 'latest' }, 'en')).toContain(
      'the share with a `booked_at` in the rows of `meetings` with the same `lead_id`, at `mql_at` or within 7 days of 24 hours after it. ' +
        'An event counts once: for the latest row whose window it lies in; until',
    );
    expect(wordsOf({ ...events, counts: 'entities' }, 'en')).toContain(
      'Of the different `lead_id` among the rows of `lead_cycles`, the share with a `booked_at`',
    );
    expect(wordsOf({ ...events, counts: 'conversions', unit: 'number' }, 'en')).toContain(
      'On average for each of the rows of `lead_cycles`: how many `booked_at` in the rows of `meetings` with the same `lead_id` there are at `mql_at`',
    );
  });
});

describe('a metric of metrics in words', () => {
  const cumulative = { ...common, type: 'cumulative', metric: 'mql_volume' } as const;
  const labels = (name: string) =>
    name === 'mql_volume' ? { label: { en: 'MQL volume', da: 'Antal MQL' } } : undefined;

  it.each([
    [{ kind: 'rolling', periods: 4 }, 'MQL volume over 4 periods: each with those before it.'],
    [{ kind: 'rolling', periods: 1 }, 'MQL volume of the period alone.'],
    [{ kind: 'to_date', since: 'quarter' }, 'MQL volume from the start of the quarter to the end of the period.'],
    [{ kind: 'to_date', since: 'year' }, 'MQL volume from the start of the fiscal year to the end of the period.'],
    [{ kind: 'ever' }, 'MQL volume from the first row to the end of the period.'],
  ] as const)('adds up over %j', (window, expected) => {
    expect(wordsOf({ ...cumulative, window }, 'en', labels)).toBe(expected);
  });

  it('names what it is derived from by label, or by name where that is unknown', () => {
    const derived = { ...common, type: 'derived', expression: 'won_amount / mql_volume' } as const;
    expect(wordsOf({ ...derived, inputs: ['mql_volume', 'won_amount'] }, 'en', labels)).toBe(
      '`won_amount / mql_volume`, worked out from what MQL volume and `won_amount` came to in the same period. ' +
        'Where one of them has no value, or the result is not a finite number, there is none.',
    );
    const ratio = { ...common, type: 'ratio_of_metrics', numerator: 'won_amount', denominator: 'mql_volume' } as const;
    expect(wordsOf(ratio, 'da', labels)).toBe(
      'Værdien af `won_amount` divideret med værdien af Antal MQL i samme periode. ' +
        'Mangler en af dem en værdi, eller er den anden nul, er der ingen værdi.',
    );
  });
});
