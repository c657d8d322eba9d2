import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DiagnosticsError } from '../../src/diagnostics/diagnostic.ts';
import { queryMetrics } from '../../src/metrics/query.ts';
import type { MetricRequest } from '../../src/metrics/query-request.ts';
import type { Metric } from '../../src/project/metric.ts';
import { withInputs } from '../../src/project/metric-inputs.ts';
import type { Warehouse } from '../../src/warehouse/warehouse.ts';
import { evaluated, metric, openWarehouse } from './project.ts';

/** Seven answers in three weeks; of one nobody knows the team. */
const answers = `
    create table main.answers as
    from (values
        (timestamptz '2026-03-02 08:00:00Z', 'north', 'DK', 10, true),
        (timestamptz '2026-03-03 08:00:00Z', 'north', 'SE', 20, true),
        (timestamptz '2026-03-04 08:00:00Z', 'south', 'DK', 30, false),
        (timestamptz '2026-03-10 08:00:00Z', 'north', 'DK', 40, false),
        (timestamptz '2026-03-11 08:00:00Z', 'south', 'DK', 50, true),
        (timestamptz '2026-03-12 08:00:00Z', null, 'DK', 60, true),
        (timestamptz '2026-03-16 05:00:00Z', 'south', 'SE', 70, true)
    ) as rows (due_at, team, country, minutes, is_met)`;

const rows = 'model: answers\ntime: due_at';
const metrics = withInputs([
  metric('volume', `type: count\n${rows}\ndimensions: [team, country]\nminimum_sample: 2`),
  metric('weekly', `type: count\n${rows}\ngrains: [week]`),
  metric('met_rate', `type: ratio\n${rows}\nnumerator: is_met\ndenominator: "true"\ndimensions: [team, country]`),
  metric('by_team', `type: count\n${rows}\ndimensions: [team]`),
  metric('doubled', 'type: derived\nexpression: volume * 2\nunit: number\ndimensions: [country]'),
]);

let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await openWarehouse('2026-03-16T06:00:00Z');
  await warehouse.run(answers);
  await evaluated(warehouse, metrics);
  await warehouse.lock();
});
afterAll(() => warehouse.close());

describe('values as they were published', () => {
  it('are the totals of a grain, by period', async () => {
    const { columns, rows: found, asOf } = await queryMetrics(warehouse, { metrics: ['volume'], grain: 'week' });
    expect(found.map((row) => [row.period_start, row.value, row.unit, row.is_complete])).toEqual([
      ['2026-03-02', 3, 'count', true],
      ['2026-03-09', 3, 'count', true],
      ['2026-03-16', 1, 'count', false],
    ]);
    expect(Object.keys(found[0] ?? {})).toEqual(columns.map(({ name }) => name));
    expect(asOf).toBe('2026-03-16T06:00:00Z');
  });

  it('have a column of the name of a dimension, and lie between two dates, both of them included', async () => {
    const request = { metrics: ['volume'], grain: 'week', by: ['team'], from: '2026-03-09', to: '2026-03-09' } as const;
    const { rows: found, parts } = await queryMetrics(warehouse, request);
    expect(found.map((row) => [row.team, row.value])).toEqual([
      ['(none)', 1],
      ['north', 1],
      ['south', 1],
    ]);
    expect(parts).toEqual(['team']);
  });

  it('of several metrics come by metric, each once', async () => {
    const request = { metrics: ['volume', 'met_rate', 'volume'], grain: 'quarter' } as const;
    const { rows: found, metrics: described } = await queryMetrics(warehouse, request);
    expect(found.map((row) => [row.metric, row.unit, row.numerator, row.denominator])).toEqual([
      ['met_rate', 'percent', 5, 7],
      ['volume', 'count', 7, null],
    ]);
    expect(described.map(({ metric: name, minimumSample }) => [name, minimumSample])).toEqual([
      ['volume', 2],
      ['met_rate', 20],
    ]);
  });
});

describe('values that are computed', () => {
  it('of two dimensions are those of their combinations', async () => {
    const request = { metrics: ['met_rate'], grain: 'quarter', by: ['country', 'team'] } as const;
    const { rows: found, columns } = await queryMetrics(warehouse, request);
    expect(found.map((row) => [row.country, row.team, row.numerator, row.denominator])).toEqual([
      ['DK', '(none)', 1, 1],
      ['DK', 'north', 1, 2],
      ['DK', 'south', 1, 2],
      ['SE', 'north', 1, 1],
      ['SE', 'south', 1, 1],
    ]);
    expect(columns.slice(4, 7).map(({ name }) => name)).toEqual(['period_end', 'country', 'team']);
  });

  it('under a condition count only what it holds for', async () => {
    const request = { metrics: ['met_rate', 'volume'], grain: 'week', where: "country = 'DK'" } as const;
    const { rows: found } = await queryMetrics(warehouse, request);
    expect(found.map((row) => [row.metric, row.period_start, row.value])).toEqual([
      ['met_rate', '2026-03-02', 0.5],
      ['met_rate', '2026-03-09', 2 / 3],
      ['met_rate', '2026-03-16', null],
      ['volume', '2026-03-02', 2],
      ['volume', '2026-03-09', 3],
      ['volume', '2026-03-16', 0],
    ]);
  });

  it('of a metric made of others are made of the same part of those', async () => {
    const request = { metrics: ['doubled'], grain: 'week', where: "country = 'DK'", to: '2026-03-09' } as const;
    expect((await queryMetrics(warehouse, request)).rows.map(({ value }) => value)).toEqual([4, 6]);
    const missing = await problemsOf({ ...request, where: "team = 'north'" });
    expect(missing).toEqual([
      'unknown-dimension: 1:1 doubled has no dimension "team" [it has the dimensions country] ',
    ]);
  });

  it('take a condition as it stands: null is unknown, and a comment ends with it', async () => {
    const count = async (where: string) =>
      (await queryMetrics(warehouse, { metrics: ['volume'], grain: 'quarter', where })).rows[0]?.value;
    expect(await count('team is null')).toBe(1);
    expect(await count("team <> 'north'")).toBe(3);
    expect(await count("TEAM = 'north' or country = 'SE' -- either")).toBe(4);
    expect(await count("country = 'D\nK'")).toBe(0);
  });
});

it('tells the period before, and what became of it, only when asked', async () => {
  const request = { metrics: ['volume'], grain: 'week' } as const;
  expect(Object.keys((await queryMetrics(warehouse, request)).rows[0] ?? {})).not.toContain('change');
  const { rows: found } = await queryMetrics(warehouse, { ...request, from: '2026-03-09', compare: 'previous' });
  expect(found.map((row) => [row.period_start, row.value, row.previous_value, row.difference, row.change])).toEqual([
    ['2026-03-09', 3, 3, 0, 'steady'],
    ['2026-03-16', 1, null, null, null],
  ]);
});

describe('of a metric with two versions', () => {
  /** From 9 March on answers in Denmark alone count. */
  const versions: readonly Metric[] = [
    metric('answered', `type: count\n${rows}\ndimensions: [team]`),
    {
      ...metric('answered', `type: count\n${rows}\ndimensions: [team]\nfilter: country = 'DK'`),
      version: 2,
      effectiveFrom: '2026-03-09',
    },
  ];

  let own: Warehouse;
  beforeAll(async () => {
    own = await openWarehouse('2026-03-16T06:00:00Z');
    await own.run(answers);
    await evaluated(own, versions);
  });
  afterAll(() => own.close());

  const ask = async (name: string, where?: string) => {
    const request = { metrics: [name], grain: 'week', ...(where === undefined ? {} : { where }) } as const;
    const { rows: found } = await queryMetrics(own, request);
    return found.map((row) => [row.version, row.period_start, row.value]);
  };

  it.each([undefined, 'true'])('the name alone is the one in force in each period (where %s)', async (where) => {
    expect(await ask('answered', where)).toEqual([
      [1, '2026-03-02', 3],
      [2, '2026-03-09', 3],
      [2, '2026-03-16', 0],
    ]);
  });

  it.each([undefined, 'true'])('each can be asked for by itself (where %s)', async (where) => {
    expect(await ask('answered.v2', where)).toEqual([
      [2, '2026-03-02', 2],
      [2, '2026-03-09', 3],
      [2, '2026-03-16', 0],
    ]);
    expect((await ask('answered.v1', where)).at(-1)).toEqual([1, '2026-03-16', 1]);
  });

  it('named in both ways has each row once', async () => {
    const { rows: found } = await queryMetrics(own, { metrics: ['answered', 'answered.v2'], grain: 'week' });
    expect(found.map((row) => [row.period_start, row.version])).toEqual([
      ['2026-03-02', 1],
      ['2026-03-02', 2],
      ['2026-03-09', 2],
      ['2026-03-16', 2],
    ]);
  });

  it('tells a version that nobody knows which there are', async () => {
    await expect(ask('answered.v3')).rejects.toThrow('unknown-version: answered has no version 3');
  });
});

/** What is wrong with a request, as text. */
async function problemsOf(request: MetricRequest): Promise<string[]> {
  const error: unknown = await queryMetrics(warehouse, request).catch((caught: unknown) => caught);
  if (!(error instanceof DiagnosticsError)) throw error;
  expect(error.kind).toBe('invalid');
  return error.diagnostics.map(({ code, message, expected, fix, line, column }) => {
    const place = line === undefined ? '' : `${line}:${column} `;
    return `${code}: ${place}${message} [${expected ?? ''}] ${fix ?? ''}`;
  });
}

/** A request as JavaScript may make it. */
function anyRequest(request: object): MetricRequest {
  return JSON.parse(JSON.stringify({ metrics: ['volume'], grain: 'week', ...request }));
}

describe('names, all at once, what is wrong:', () => {
  it.each<[string, object, string[]]>([
    [
      'an unknown metric',
      { metrics: ['volum', 'weekly'] },
      [
        'unknown-metric: unknown metric "volum" [one of by_team, doubled, met_rate, volume, weekly] Did you mean "volume"?',
      ],
    ],
    [
      'an unknown version',
      { metrics: ['volume.v2'] },
      ['unknown-version: volume has no version 2 [one of volume.v1] '],
    ],
    [
      'no metric',
      { metrics: [] },
      ['missing-argument: no metric named [a list with the name of at least one metric] '],
    ],
    [
      'a name that stands in no list',
      { metrics: 'volume' },
      ['missing-argument: no metric named [a list with the name of at least one metric] '],
    ],
    ['no grain', { grain: undefined }, ['unknown-grain: unknown grain "undefined" [one of week, month, quarter] ']],
    [
      'a dimension that the metric lacks',
      { metrics: ['volume', 'weekly'], by: ['tema'] },
      [
        'unknown-dimension: volume has no dimension "tema" [it has the dimensions team, country] Did you mean "team"?',
        'unknown-dimension: weekly has no dimension "tema" [it has no dimensions] ',
      ],
    ],
    [
      'a grain that nobody knows',
      { grain: 'weak' },
      ['unknown-grain: unknown grain "weak" [one of week, month, quarter] Did you mean "week"?'],
    ],
    [
      'a grain that the metric lacks',
      { metrics: ['weekly'], grain: 'month' },
      ['unknown-grain: weekly is not computed by month [it has week] '],
    ],
    [
      'dates that are none',
      { from: '2026-02-30', to: "2026'; drop" },
      [
        'invalid-date: from: "2026-02-30" is not a date [a day such as 2026-06-01] ',
        `invalid-date: to: "2026'; drop" is not a date [a day such as 2026-06-01] `,
      ],
    ],
    [
      'dates in the wrong order',
      { from: '2026-03-09', to: '2026-03-02' },
      ['invalid-date: from 2026-03-09 is after to 2026-03-02 [the earlier date first] '],
    ],
    [
      'a comparison that nobody knows',
      { compare: 'last_year' },
      ['invalid-option: values cannot be compared with "last_year" [previous] '],
    ],
    [
      'a condition over a dimension that one of the metrics lacks',
      { metrics: ['volume', 'by_team'], where: "team = 'north' and country = 'DK'" },
      ['unknown-dimension: 1:20 by_team has no dimension "country" [it has the dimensions team] '],
    ],
    [
      'a condition over a column of the model that is no dimension, beside a name that nobody knows',
      { metrics: ['volume', 'volumes'], where: 'minutes > 30' },
      [
        'unknown-metric: unknown metric "volumes" [one of by_team, doubled, met_rate, volume, weekly] Did you mean "volume"?',
        'unknown-dimension: 1:1 volume has no dimension "minutes" [it has the dimensions team, country] ',
      ],
    ],
    [
      'a condition that is none',
      { where: "coalesce(team, 'x')" },
      ['wrong-type: 1:1 the condition is VARCHAR, not true or false [a comparison, such as team is not null] '],
    ],
    [
      'a condition on what is shown where there is no value',
      { where: "country = 'DK' and team = '(none)'" },
      [`no-value: 1:27 '(none)' is how a row shows that there is no value [] Ask for "is null".`],
    ],
    [
      'a condition that breaks off',
      { where: "team = 'north' and" },
      ['invalid-expression: 1:18 the condition ends too early, or has a parenthesis too many [one condition over'],
    ],
    [
      'a condition that reaches out of its parentheses',
      { where: "country = 'DK') or (true" },
      ['invalid-expression: 1:15 the condition ends too early, or has a parenthesis too many'],
    ],
    ['a condition that compares what cannot be compared', { where: 'team + 1 = true' }, ['invalid-expression']],
    [
      'a condition that looks elsewhere',
      { where: 'team in (select team from main.answers)' },
      ['forbidden-expression: 1:6 a subquery cannot stand in a condition [dimensions and fixed values] '],
    ],
    [
      'a condition that has another answer tomorrow',
      { where: "current_date > date '2026-01-01' and random() < 0.5" },
      ['volatile-function: 1:38 random has another value', 'volatile-function: 1:1 current_date has another value'],
    ],
    ['a condition over all rows', { where: 'count(*) > 1' }, ['forbidden-expression: 1:1 the aggregate count']],
  ])('%s', async (_, request, problems) => {
    const found = await problemsOf(anyRequest(request));
    expect(found).toEqual(problems.map((problem) => expect.stringContaining(problem)));
  });

  it('a condition that fails on the rows', async () => {
    expect(await problemsOf({ metrics: ['volume'], grain: 'week', where: 'cast(team as integer) = 1' })).toEqual([
      expect.stringContaining('query-failed: the values cannot be computed: Could not convert string'),
    ]);
  });
});

describe('text that would do more than it says', () => {
  const hostile = [
    "x'); drop table main.answers; --",
    "' or true --",
    'volume"; drop table main.answers; --',
    "country = 'DK') or (true",
    'true) union select * from (select 1',
    "team = 'north'; drop table main.answers",
    "team = (select content from read_text('/etc/passwd'))",
    "getenv('HOME') = 'x'",
  ];

  it.each(hostile)('%s is refused wherever it stands', async (text) => {
    const everywhere = [
      { metrics: [text] },
      { by: [text] },
      { grain: text },
      { from: text },
      { to: text },
      { where: text },
      { compare: text },
    ];
    for (const request of everywhere) expect(await problemsOf(anyRequest(request))).not.toEqual([]);
    expect(await warehouse.rows('select count(*) as answers from main.answers')).toEqual([{ answers: 7 }]);
  });

  it('is harmless as a value', async () => {
    const where = "team = 'x''); drop table main.answers; --'";
    const { rows: found } = await queryMetrics(warehouse, { metrics: ['volume'], grain: 'week', where });
    expect(found.map(({ value }) => value)).toEqual([0]);
  });
});

it('says which model would have to be published to compute what was not', async () => {
  const own = await openWarehouse('2026-03-16T06:00:00Z');
  try {
    await own.run(answers);
    await evaluated(own, metrics);
    await own.run('drop table main.answers');
    const stored = await queryMetrics(own, { metrics: ['volume'], grain: 'quarter' });
    expect(stored.rows.map(({ value }) => value)).toEqual([7]);
    const computed = queryMetrics(own, { metrics: ['doubled'], grain: 'quarter', where: "country = 'DK'" });
    await expect(computed).rejects.toThrow(
      'unpublished-model: doubled is computed from "answers", which is not published',
    );
  } finally {
    own.close();
  }
});

it('keeps a dimension apart from the column of a value that has its name', async () => {
  const own = await openWarehouse('2026-03-16T06:00:00Z');
  try {
    await own.run(`create table main.answers as select timestamptz '2026-03-02 08:00:00Z' as due_at, 'late' as status`);
    await evaluated(own, [metric('volume', `type: count\n${rows}\ndimensions: [status]`)]);
    const { rows: found } = await queryMetrics(own, { metrics: ['volume'], grain: 'quarter', by: ['status'] });
    expect(found.map((row) => [row.by_status, row.status, row.value])).toEqual([['late', null, 1]]);
  } finally {
    own.close();
  }
});

it('asks for a build of this version where the file is of another', async () => {
  const own = await openWarehouse('2026-03-16T06:00:00Z');
  try {
    await own.run('create table main.metric_definitions (metric varchar)');
    const outdated = queryMetrics(own, { metrics: ['volume'], grain: 'week' });
    await expect(outdated).rejects.toThrow('outdated-file: the published file was made by another version');
  } finally {
    own.close();
  }
});
