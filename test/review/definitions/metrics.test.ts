import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Metric } from '../../../src/project/metric.ts';
import type { Project } from '../../../src/project/project.ts';
import { differencesOf, toFieldChange } from '../../../src/review/definitions/fields.ts';
import { compareMetrics } from '../../../src/review/definitions/metrics.ts';
import { metricFields } from '../../../src/review/definitions/metrics-fields.ts';
import { metricRules } from '../../../src/review/definitions/rules-metrics.ts';
import type { DefinitionChange } from '../../../src/review/types.ts';
import { formsOf, metricYaml, projectOf } from './definitions.ts';

async function compared(before: Project, after: Project): Promise<DefinitionChange[]> {
  return compareMetrics(before, after, await formsOf(before, after));
}

type Keys = Readonly<Record<string, string | undefined>>;

const filesOf = (metrics: Readonly<Record<string, Keys>>) =>
  Object.fromEntries(
    Object.entries(metrics).map(([file, keys]) => [`metrics/${file}.yml`, metricYaml(file.split('.')[0] ?? '', keys)]),
  );
const project = (metrics: Readonly<Record<string, Keys>>) => projectOf(filesOf(metrics));

const events = '{ model: meetings, time: booked_at, filter: is_held }';
const rows = { filter: 'is_good', pending: 'is_open', beside: 'is_late' };
const whole = {
  version: '2',
  changes: '[{ version: 1, why: First, approved_by: [head of sales] }, { version: 2, why: Another }]',
  dimensions: '[team]',
  grains: '[week, month]',
  target: '5',
  minimum_sample: '7',
  effective_from: '2026-07-01',
  deprecated_on: '2027-07-01',
};
const noRows = { model: undefined, time: undefined };

/** A metric of every type with every key that it may have. */
const filled: Readonly<Record<string, Keys>> = {
  count: { ...whole, ...rows, grains: '[month]', headline: 'true' },
  count_distinct: { ...whole, ...rows, grains: '[month]', type: 'count_distinct', key: '[deal_id, team]' },
  sum: { ...whole, ...rows, grains: '[month]', type: 'sum', value: 'amount', unit: 'amount' },
  average: { ...whole, ...rows, type: 'average', value: 'amount', unit: 'amount' },
  ratio: { ...whole, ...rows, type: 'ratio', numerator: 'a', denominator: 'b', unit: 'percent', target: '50 %' },
  percentile: { ...whole, ...rows, type: 'percentile', value: 'minutes', percentile: '0.9', unit: 'minutes' },
  duration: {
    ...whole,
    ...rows,
    type: 'duration',
    unit: 'hours',
    start: 'seen_at',
    stop: events,
    by: 'deal_id',
    clock: 'business',
    calendar: '{ column: calendar }',
    statistic: 'p90',
    unfinished: 'left_out',
  },
  duration_to_column: { ...whole, type: 'duration', unit: 'hours', start: 'won_at', stop: 'met_at' },
  conversion: {
    ...whole,
    ...rows,
    type: 'conversion',
    unit: 'percent',
    target: '50 %',
    time: undefined,
    from: 'won_at',
    to: events,
    by: 'deal_id',
    attribution: 'first',
    counts: 'entities',
    window_days: '30',
    window_in: 'dates',
  },
  conversion_to_column: {
    ...whole,
    type: 'conversion',
    unit: 'percent',
    target: '50 %',
    time: undefined,
    from: 'won_at',
    to: 'met_at',
    to_filter: 'is_held',
  },
  cumulative: { ...whole, ...noRows, type: 'cumulative', metric: 'won_deals', rolling: '4', grains: '[month]' },
  derived: { ...whole, ...noRows, type: 'derived', expression: 'won_deals * 2', unit: 'number' },
  ratio_of_metrics: {
    ...whole,
    ...noRows,
    type: 'ratio',
    unit: 'number',
    numerator: '{ metric: won_deals }',
    denominator: '{ metric: won_deals }',
  },
};

/** That others are made of. */
const wonDeals = { 'metrics/won_deals.yml': metricYaml('won_deals', { dimensions: '[team]' }) };

const named = (metrics: Readonly<Record<string, Keys>>) =>
  Object.fromEntries(Object.entries(metrics).map(([name, keys]) => [`m_${name}`, keys]));

describe('every key of every type', () => {
  it('has a rule, whether it comes or goes', async () => {
    const all = projectOf({ ...wonDeals, ...filesOf(named(filled)) });
    const forms = await formsOf(all, all);
    const fields = all.metrics.flatMap((metric) => metricFields(metric, { forms, labelOf: (name) => name }));
    expect(new Set(all.metrics.map(({ type }) => type)).size).toBe(11);
    // Those that every metric has are there on both sides, or are told by the change of its type.
    const changes = fields.flatMap((field) =>
      [undefined, { ...field, value: 'another', text: '' }].flatMap((other) => [
        ...differencesOf('metric', other ? [other] : [], [field]),
        ...differencesOf('metric', [field], other ? [other] : []),
      ]),
    );
    const isOfParts = (field: string) => field === 'dimensions' || field === 'grains';
    const unknown = changes
      .filter(({ field, before, after }) => !(isOfParts(field) && before !== undefined && after !== undefined))
      .map((change) => ({ field: change.field, ...toFieldChange(change, '', metricRules) }))
      .filter(({ isUnknown }) => isUnknown);
    expect(unknown.map(({ field }) => field)).toEqual([]);
    expect(new Set(fields.map(({ field }) => field)).size).toBeGreaterThan(45);
  });

  it('is a field: each key of its YAML that is changed is a difference', async () => {
    const all = projectOf({ ...wonDeals, ...filesOf(named(filled)) });
    const forms = await formsOf(all, all);
    for (const metric of all.metrics.filter(({ name }) => name !== 'won_deals')) {
      const paths = metricFields(metric, { forms, labelOf: (name) => name }).map(({ path }) => path);
      const keys = Object.keys(filled[metric.name.replace('m_', '')] ?? {});
      const elsewhere: Readonly<Record<string, string>> = { from: 'time', clock: 'calendar', rolling: 'window' };
      const missing = keys
        .filter((key) => key !== 'version' && key !== 'time' && key !== 'model')
        .filter((key) => !paths.some((path) => path === (elsewhere[key] ?? key) || path.startsWith(`${key}.`)));
      expect([metric.name, missing]).toEqual([metric.name, []]);
    }
  });

  it('that no rule knows counts as breaking and says so', async () => {
    const [before, after] = [project({ x: {} }), project({ x: { owner: 'sales' } })];
    const metrics = after.metrics.map((metric): Metric & { readonly sampleShare?: number } =>
      metric.name === 'x' ? { ...metric, sampleShare: 0.1 } : metric,
    );
    const [change] = compareMetrics(before, { ...after, metrics }, await formsOf(before, after));
    expect(change).toMatchObject({ class: 'breaking', isUnknown: true });
    expect(change?.fields.at(-1)).toMatchObject({
      path: 'sample_share',
      rule: 'unknown',
      isUnknown: true,
      words: 'the `sample_share` is `0.1`, where there was none',
    });
  });
});

describe('what means nothing', () => {
  it('is no change: order of keys and operands, spaces, comments, how YAML is written', async () => {
    const spaces = fc.constantFrom(' ', '  ', ' /* c */ ');
    const names = Object.keys(filled).filter((name) => name !== 'won_deals');
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...names),
        fc.array(fc.nat(), { minLength: 40, maxLength: 40 }),
        spaces,
        async (name, places, space) => {
          const keys: Keys = {
            ...filled[name],
            ...(name in noFilter ? {} : { filter: "is_good and team in ('a', 'b')" }),
          };
          const other: Keys = {
            ...keys,
            ...(name in noFilter ? {} : { filter: `|\n  TEAM${space}IN ('b','a') -- teams\n  AND${space}(is_good)` }),
          };
          const lines = metricYaml(`m_${name}`, other).match(/^\S.*\n(?: .*\n)*/gm) ?? [];
          const shuffled = lines
            .map((line, index) => ({ line, place: places[index] ?? 0 }))
            .sort((left, right) => left.place - right.place)
            .map(({ line }) => `# a comment\n${line}\n`)
            .join('');
          const before = projectOf({ ...wonDeals, [`metrics/m_${name}.yml`]: metricYaml(`m_${name}`, keys) });
          const after = projectOf({ ...wonDeals, [`metrics/m_${name}.yml`]: shuffled });
          expect(after.metrics[0]?.file.text).not.toBe(before.metrics[0]?.file.text);
          expect(await compared(before, after)).toEqual([]);
        },
      ),
      { numRuns: 20, seed: 20_261_126 },
    );
  });

  it('such as defaults that are written out, and order of lists', async () => {
    const before = project({ x: { dimensions: '[team, source]' } });
    const after = project({
      x: { dimensions: '[source, team]', grains: '[quarter, month, week]', minimum_sample: '20', filter: 'true' },
    });
    expect(await compared(before, after)).toEqual([]);
  });
});

const noFilter = { cumulative: true, derived: true, ratio_of_metrics: true };

describe('versions', () => {
  const twice = '[{ version: 1, why: First }, { version: 2, why: Shorter }]';
  const first = {
    type: 'conversion',
    unit: 'percent',
    time: undefined,
    from: 'won_at',
    to: 'met_at',
    window_days: '30',
    changes: '[{ version: 1, why: First }]',
  };
  const second = { ...first, version: '2', changes: twice, window_days: '14', effective_from: '2026-10-01' };

  it('raised, with the earlier one kept, are one change that counts from its day on', async () => {
    const changes = await compared(project({ x: first }), project({ x: second, 'x.v1': first }));
    expect(changes).toHaveLength(1);
    expect(changes[0]).toMatchObject({
      title: 'MQL volume',
      versionBefore: 1,
      versionAfter: 2,
      effectiveFrom: '2026-10-01',
      class: 'breaking',
      file: 'metrics/x.yml',
    });
    expect(changes[0]?.fields.map(({ rule, class: kindOf }) => [rule, kindOf])).toEqual([
      ['metric-version-raised', 'additive'],
      ['metric-window', 'breaking'],
      ['metric-effective-from-of-new-version', 'additive'],
      ['metric-changes', 'cosmetic'],
    ]);
  });

  it('raised, with the earlier one gone, count for all periods', async () => {
    const [change, ...others] = await compared(project({ x: first }), project({ x: second }));
    expect(others).toEqual([]);
    expect(change).toMatchObject({ versionBefore: 1, versionAfter: 2, effectiveFrom: null });
    expect(change?.fields.map(({ rule }) => rule)).toContain('metric-version-dropped');
  });

  it('changed in place are told with their number', async () => {
    const after = project({ x: second, 'x.v1': { ...first, window_days: '21', deprecated_on: '2026-12-31' } });
    const changes = await compared(project({ x: second, 'x.v1': first }), after);
    expect(changes).toHaveLength(1);
    expect(changes[0]).toMatchObject({
      name: 'x',
      title: 'MQL volume, version 1',
      versionBefore: 1,
      versionAfter: 1,
      file: 'metrics/x.v1.yml',
      effectiveFrom: null,
    });
    expect(changes[0]?.fields.map(({ words }) => words)).toEqual([
      'the window shortens from 30 to 21 days',
      'it may be used until 2026-12-31, the last day',
    ]);
  });

  it('changed in place keep the day from which they count', async () => {
    const [change] = await compared(
      project({ x: second, 'x.v1': first }),
      project({ x: { ...second, window_days: '7' }, 'x.v1': first }),
    );
    expect(change).toMatchObject({ versionBefore: 2, versionAfter: 2, effectiveFrom: '2026-10-01', line: 13 });
  });
});

describe('names', () => {
  it('of the same content are renamed, with what else is different', async () => {
    const before = project({ x: { filter: 'is_good' } });
    const after = project({ y: { filter: 'is_good', dimensions: '[team]', label: '{ en: Leads, da: Antal MQL }' } });
    const changes = await compared(before, after);
    expect(changes).toHaveLength(1);
    expect(changes[0]).toMatchObject({
      change: 'renamed',
      name: 'y',
      previousName: 'x',
      class: 'breaking',
      title: 'Leads',
    });
    expect(changes[0]?.fields.map(({ rule }) => rule)).toEqual([
      'metric-renamed',
      'metric-label',
      'metric-dimension-added',
    ]);
  });

  it('of one label and type are renamed too, the nearest first', async () => {
    const before = project({ x: { filter: 'is_good' } });
    const after = project({ y: { filter: 'is_bad', owner: 'sales' }, z: { filter: 'is_better' } });
    const changes = await compared(before, after);
    expect(changes.map(({ change, name }) => [change, name])).toEqual([
      ['added', 'y'],
      ['renamed', 'z'],
    ]);
  });

  it('of something else are one that is gone and one that is new', async () => {
    const before = project({ x: { filter: 'is_good' } });
    const after = project({ y: { filter: 'is_bad', label: '{ en: Bad leads, da: Leads }' } });
    const changes = await compared(before, after);
    expect(changes.map(({ change, name, class: kindOf, fields }) => [change, name, kindOf, fields])).toMatchObject([
      ['removed', 'x', 'breaking', [{ path: '', before: 'MQL volume', after: null, rule: 'metric-removed' }]],
      ['added', 'y', 'additive', [{ path: '', before: null, after: 'Bad leads', rule: 'metric-added' }]],
    ]);
  });
});

it('says of another type what it is, and of its keys only those that both have', async () => {
  const before = project({ x: { type: 'sum', value: 'amount', unit: 'amount', filter: 'is_good' } });
  const after = project({ x: { filter: 'is_good and is_paid' } });
  const [change] = await compared(before, after);
  expect(change?.fields.map(({ words }) => words)).toEqual([
    'it is a count of rows and was a sum',
    'the filter tightens: `is_paid` is now asked, so that fewer rows count',
    'the unit is count instead of amount',
  ]);
  const metrics = after.metrics.map((metric) => ({ ...metric, sampleShare: 0.1 }));
  const [unknown] = compareMetrics(before, { ...after, metrics }, await formsOf(before, after));
  expect(unknown?.isUnknown).toBe(true);
});

it('names a hostile text as it stands but for backticks, on one line and cut', async () => {
  const filter = `"a = '\`\\n## x' and b = '${'y'.repeat(400)}'"`;
  const [change] = await compared(project({ x: {} }), project({ x: { filter } }));
  const told = change?.fields[0]?.words ?? '';
  expect(told).toContain("`a = 'ˋ ## x'` is now asked");
  expect(told).not.toContain('\n');
  expect(told.length).toBeLessThan(400);
});
