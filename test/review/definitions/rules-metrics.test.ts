import { describe, expect, it } from 'vitest';
import type { Project } from '../../../src/project/project.ts';
import { compareMetrics } from '../../../src/review/definitions/metrics.ts';
import { metricRules } from '../../../src/review/definitions/rules-metrics.ts';
import type { DefinitionChange } from '../../../src/review/types.ts';
import { formsOf, metricYaml, projectOf } from './definitions.ts';

type Keys = Readonly<Record<string, string | undefined>>;

interface Case {
  readonly rule: string;
  /** Keys of the metric on both sides. */
  readonly keys?: Keys;
  readonly before?: Keys;
  readonly after?: Keys;
  readonly words: string;
}

const events = '{ model: meetings, time: booked_at, filter: is_held }';
const conversion = { type: 'conversion', unit: 'percent', time: undefined, from: 'won_at', to: 'met_at' };
const conversionOfEvents = { ...conversion, to: events, by: 'deal_id' };
const duration = { type: 'duration', unit: 'hours', time: undefined, start: 'won_at', stop: 'met_at' };
const ratio = { type: 'ratio', unit: 'percent', numerator: 'is_good' };
const ofOthers = { model: undefined, time: undefined };
const twoVersions = '[{ version: 1, why: First version }, { version: 2, why: Another }]';

/** Each rule that a change of one key triggers; versions, names and whole metrics have tests of their own below. */
const cases: readonly Case[] = [
  {
    rule: 'metric-type',
    after: { type: 'sum', value: 'amount', unit: 'amount' },
    words: 'it is a sum and was a count of rows',
  },
  {
    rule: 'metric-model',
    after: { model: 'leads' },
    words: 'the model that it looks at is `leads` instead of `deals`',
  },
  { rule: 'metric-time', after: { time: 'lost_at' }, words: 'rows are dated by `lost_at` instead of `won_at`' },
  {
    rule: 'metric-filter',
    before: { filter: "not is_excluded and lead_type = 'demo'" },
    after: { filter: 'not is_excluded' },
    words: "the filter loosens: `lead_type = 'demo'` is no longer asked, so that more rows count",
  },
  {
    rule: 'metric-filter',
    after: { filter: 'not is_excluded' },
    words: 'the filter tightens: `not is_excluded` is now asked, so that fewer rows count',
  },
  {
    rule: 'metric-filter',
    before: { filter: 'a and amount > 10' },
    after: { filter: 'a and amount > 20' },
    words: 'the filter tightens: `amount > 10` becomes `amount > 20`, so that fewer rows count',
  },
  {
    rule: 'metric-filter',
    before: { filter: 'a and b' },
    after: { filter: 'a and c' },
    words: 'the filter changes: `c` is asked instead of `b`',
  },
  {
    rule: 'metric-filter',
    before: { filter: "a and country in ('dk', 'se')" },
    after: { filter: "a and country in ('dk', 'se', 'no') and b" },
    words: "the filter changes: `country in ('dk', 'se')` becomes `country in ('dk', 'se', 'no')`, `b` is now asked",
  },
  { rule: 'metric-pending', after: { pending: 'is_open' }, words: 'rows where `is_open` now hold up the verdict' },
  {
    rule: 'metric-pending',
    before: { pending: 'is_open' },
    after: { pending: 'is_open and is_due' },
    words: 'the condition of open rows tightens: `is_due` is now asked, so that fewer rows hold up the verdict',
  },
  {
    rule: 'metric-beside',
    before: { beside: 'is_late' },
    words: 'rows where `is_late` are no longer shown beside the value',
  },
  {
    rule: 'metric-key',
    keys: { type: 'count_distinct' },
    before: { key: 'deal_id' },
    after: { key: '[deal_id, team]' },
    words: 'different values of `deal_id` and `team` are counted instead of `deal_id`',
  },
  {
    rule: 'metric-value',
    keys: { type: 'sum', unit: 'amount' },
    before: { value: 'amount' },
    after: { value: 'amount - discount' },
    words: 'the value of a row is `amount - discount` instead of `amount`',
  },
  {
    rule: 'metric-numerator',
    keys: ratio,
    after: { numerator: 'is_good and is_paid' },
    words: 'the numerator tightens: `is_paid` is now asked, so that fewer rows count above the line',
  },
  {
    rule: 'metric-denominator',
    keys: ratio,
    before: { denominator: 'is_due' },
    words: 'the denominator loosens: `is_due` is no longer asked, so that more rows count below the line',
  },
  {
    rule: 'metric-denominator',
    keys: { ...ofOthers, type: 'ratio', unit: 'number', numerator: '{ metric: won_deals }' },
    before: { denominator: '{ metric: calls }' },
    after: { denominator: '{ metric: meetings_held }' },
    words: 'the denominator is Meetings instead of Calls',
  },
  {
    rule: 'metric-percentile',
    keys: { type: 'percentile', value: 'minutes', unit: 'minutes' },
    before: { percentile: '0.9' },
    after: { percentile: '0.5' },
    words: 'the median is told instead of the 90th percentile',
  },
  {
    rule: 'metric-start',
    keys: { ...duration, time: 'won_at' },
    after: { start: 'seen_at' },
    words: 'the clock starts at `seen_at` instead of `won_at`',
  },
  {
    rule: 'metric-stop',
    keys: duration,
    after: { stop: 'paid_at' },
    words: 'the column that stops the clock is `paid_at` instead of `met_at`',
  },
  {
    rule: 'metric-stop',
    keys: { ...duration, by: 'deal_id', stop: events },
    after: { stop: '{ model: meetings, time: booked_at }' },
    words: 'the filter of what stops the clock loosens: `is_held` is no longer asked, so that more events stop it',
  },
  {
    rule: 'metric-calendar',
    keys: duration,
    after: { clock: 'business', calendar: '{ column: calendar }' },
    words: 'only time in which a calendar is open counts, the one that `calendar` names; all time did',
  },
  {
    rule: 'metric-statistic',
    keys: { ...duration, unfinished: 'left_out' },
    after: { statistic: 'p90' },
    words: 'the 90th percentile is told instead of the median',
  },
  {
    rule: 'metric-unfinished',
    keys: duration,
    after: { unfinished: 'left_out' },
    words: 'what has not stopped yet is left out, and was ranked longest',
  },
  {
    rule: 'metric-to',
    keys: conversion,
    after: { to: 'paid_at' },
    words: 'the column that must follow is `paid_at` instead of `met_at`',
  },
  {
    rule: 'metric-to',
    keys: conversionOfEvents,
    after: { to: '{ model: meetings, time: booked_at, filter: is_held and is_first }' },
    words: 'the filter of what follows tightens: `is_first` is now asked, so that fewer events count',
  },
  {
    rule: 'metric-to-filter',
    keys: conversion,
    after: { to_filter: 'is_held' },
    words: 'the condition of what follows tightens: `is_held` is now asked, so that fewer rows can convert',
  },
  {
    rule: 'metric-by',
    keys: conversionOfEvents,
    after: { by: '[deal_id, team]' },
    words: 'the link between the two models is `deal_id` and `team` instead of `deal_id`',
  },
  {
    rule: 'metric-attribution',
    keys: conversionOfEvents,
    after: { attribution: 'first' },
    words: 'an event counts for the first row in whose window it lies instead of every row',
  },
  {
    rule: 'metric-counts',
    keys: conversionOfEvents,
    after: { counts: 'entities' },
    words: 'entities are counted instead of rows',
  },
  {
    rule: 'metric-window',
    keys: conversion,
    before: { window_days: '30' },
    after: { window_days: '14' },
    words: 'the window shortens from 30 to 14 days',
  },
  {
    rule: 'metric-window',
    keys: conversion,
    before: { window_days: '1' },
    words: 'all that ever follows counts, and not only within 1 day',
  },
  {
    rule: 'metric-window-in',
    keys: { ...conversion, window_days: '30' },
    after: { window_in: 'dates' },
    words: 'the window is told in local dates instead of days of 24 hours',
  },
  {
    rule: 'metric-cumulative-metric',
    keys: { ...ofOthers, type: 'cumulative', rolling: '4' },
    before: { metric: 'calls' },
    after: { metric: 'meetings_held' },
    words: 'it is worked out from Meetings instead of Calls',
  },
  {
    rule: 'metric-cumulative-window',
    keys: { ...ofOthers, type: 'cumulative', metric: 'calls' },
    before: { rolling: '4' },
    after: { to_date: 'quarter' },
    words: 'it is taken over the quarter to date instead of 4 periods',
  },
  {
    rule: 'metric-expression',
    keys: { ...ofOthers, type: 'derived', unit: 'number' },
    before: { expression: 'calls - won_deals' },
    after: { expression: 'meetings_held - won_deals' },
    words:
      'the formula is `meetings_held - won_deals` instead of `calls - won_deals`; it now looks at Meetings; it no longer looks at Calls',
  },
  {
    rule: 'metric-dimension-added',
    before: { dimensions: '[team]' },
    after: { dimensions: '[source, team]' },
    words: 'it is also split by `source`',
  },
  { rule: 'metric-dimension-removed', before: { dimensions: '[team]' }, words: 'it is no longer split by `team`' },
  {
    rule: 'metric-grain-added',
    before: { grains: '[month]' },
    after: { grains: '[week, month]' },
    words: 'it is also worked out by week',
  },
  {
    rule: 'metric-grain-removed',
    after: { grains: '[quarter, month]' },
    words: 'it is no longer worked out by week',
  },
  {
    rule: 'metric-unit',
    keys: { type: 'sum', value: 'amount' },
    before: { unit: 'amount' },
    after: { unit: 'number' },
    words: 'the unit is number instead of amount',
  },
  { rule: 'metric-direction', after: { direction: 'down' }, words: 'lower is better, and higher was' },
  {
    rule: 'metric-target',
    keys: ratio,
    before: { target: '85 %' },
    after: { target: '90 %' },
    words: 'the target rises from 85 % to 90 %, which is harder to meet',
  },
  {
    rule: 'metric-target',
    keys: { ...duration, direction: 'down' },
    before: { target: '4' },
    after: { target: '8' },
    words: 'the target rises from 4 hours to 8 hours, which is easier to meet',
  },
  {
    rule: 'metric-target',
    keys: ratio,
    after: { target: '85 %' },
    words: 'it has a target of its own: at least 85 %',
  },
  { rule: 'metric-owner', after: { owner: 'sales' }, words: 'sales answers for it instead of marketing' },
  {
    rule: 'metric-minimum-sample',
    after: { minimum_sample: '50' },
    words: 'a trend needs 50 instead of 20 rows',
  },
  { rule: 'metric-headline', after: { headline: 'true' }, words: 'it is shown on the home page' },
  {
    rule: 'metric-effective-from',
    after: { effective_from: '2026-10-01' },
    words: 'it counts for periods from 2026-10-01 on',
  },
  {
    rule: 'metric-deprecation',
    after: { deprecated_on: '2026-12-31' },
    words: 'it may be used until 2026-12-31, the last day',
  },
  {
    rule: 'metric-deprecation',
    before: { deprecated_on: '2026-12-31' },
    after: { deprecated_on: '2027-03-31' },
    words: 'its last day is 2027-03-31 and was 2026-12-31',
  },
  {
    rule: 'metric-deprecation-earlier',
    before: { deprecated_on: '2026-12-31' },
    after: { deprecated_on: '2026-11-30' },
    words: 'its last day is 2026-11-30 and was 2026-12-31',
  },
  {
    rule: 'metric-label',
    after: { label: '{ en: Qualified, da: Antal MQL }' },
    words: 'the English label is "Qualified" instead of "MQL volume"',
  },
  {
    rule: 'metric-description',
    after: { description: '{ en: How many., da: Antallet. }' },
    words: 'the Danish description is worded otherwise',
  },
  {
    rule: 'metric-changes',
    after: { changes: '[{ version: 1, why: The first, approved_by: [head of sales] }]' },
    words: 'the line of version 1 says otherwise why it came to be',
  },
];

/** Metrics that others are made of. */
const inputs = {
  'metrics/calls.yml': metricYaml('calls', { label: '{ en: Calls, da: Opkald }' }),
  'metrics/meetings_held.yml': metricYaml('meetings_held', { label: '{ en: Meetings, da: Møder }', model: 'meetings' }),
};

async function compared(before: Project, after: Project): Promise<DefinitionChange[]> {
  return compareMetrics(before, after, await formsOf(before, after));
}

const withMetric = (keys: Keys) => projectOf({ ...inputs, 'metrics/x.yml': metricYaml('x', keys) });

describe('a change of one key', () => {
  it.each(cases)('$rule: $words', async ({ rule, keys, before, after, words }) => {
    const [change, ...others] = await compared(withMetric({ ...keys, ...before }), withMetric({ ...keys, ...after }));
    expect(others).toEqual([]);
    expect(change?.fields.map((field) => [field.rule, field.words])).toContainEqual([rule, words]);
    const expected = metricRules.find(({ id }) => id === rule)?.class;
    expect(change?.fields.find((field) => field.rule === rule)?.class).toBe(expected);
    expect(change).toMatchObject({ kind: 'metric', name: 'x', change: 'changed', isUnknown: false });
  });
});

const versioned = (versions: Readonly<Record<string, Keys>>) =>
  projectOf(
    Object.fromEntries(
      Object.entries(versions).map(([file, keys]) => [
        `metrics/${file}.yml`,
        metricYaml(file.split('.')[0] ?? '', keys),
      ]),
    ),
  );

const first = { label: '{ en: First, da: Første }' };
const second = { ...first, version: '2', changes: twoVersions, filter: 'is_good' };

/** Changes of names and of versions: both sides, and what each rule says of them. */
const ofWholes: readonly {
  readonly rule: string;
  readonly before: Readonly<Record<string, Keys>>;
  readonly after: Readonly<Record<string, Keys>>;
  readonly words: string;
}[] = [
  { rule: 'metric-added', before: {}, after: { x: first }, words: 'is new' },
  { rule: 'metric-removed', before: { x: first }, after: {}, words: 'is gone' },
  { rule: 'metric-renamed', before: { x: first }, after: { y: first }, words: 'it is called `y` and was `x`' },
  {
    rule: 'metric-version-raised',
    before: { x: first },
    after: { x: second, 'x.v1': first },
    words: 'it is version 2 and was 1',
  },
  {
    rule: 'metric-effective-from-of-new-version',
    before: { x: first },
    after: { x: { ...second, effective_from: '2026-10-01' }, 'x.v1': first },
    words: 'it counts for periods from 2026-10-01 on',
  },
  {
    rule: 'metric-version-lowered',
    before: { x: second, 'x.v1': first },
    after: { x: first },
    words: 'it is version 1 and was 2',
  },
  {
    rule: 'metric-version-dropped',
    before: { x: first },
    after: { x: second },
    words: 'version 1 is no longer kept, so that version 2 stands for its periods too',
  },
  {
    rule: 'metric-version-inserted',
    before: { x: second },
    after: { x: second, 'x.v1': first },
    words: 'version 1 is there too, and earlier periods are its own',
  },
];

describe('a change of a whole metric', () => {
  it.each(ofWholes)('$rule: $words', async ({ rule, before, after, words }) => {
    const changes = await compared(versioned(before), versioned(after));
    expect(changes.flatMap(({ fields }) => fields.map((field) => [field.rule, field.words]))).toContainEqual([
      rule,
      words,
    ]);
  });
});

it('has a case for each rule of the table', () => {
  const tried = new Set([...cases, ...ofWholes].map(({ rule }) => rule));
  expect(metricRules.map(({ id }) => id).filter((id) => !tried.has(id))).toEqual([]);
});
