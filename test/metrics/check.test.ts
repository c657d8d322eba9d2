import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import { checkMetrics } from '../../src/metrics/check.ts';
import type { Metric } from '../../src/project/metric.ts';
import { readMetric } from '../../src/project/metric-file.ts';
import { checkTogether } from '../../src/project/metric-inputs.ts';
import { Warehouse } from '../../src/warehouse/warehouse.ts';

let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await Warehouse.open(':memory:', { threads: 1 });
});
afterAll(() => warehouse.close());

const models = new Map([
  [
    'lead_responses',
    new Map([
      ['lead_id', 'VARCHAR'],
      ['team', 'VARCHAR'],
      ['status', 'VARCHAR'],
      ['due_at', 'TIMESTAMP WITH TIME ZONE'],
      ['mql_date', 'DATE'],
      ['minutes', 'DOUBLE'],
      ['tags', 'VARCHAR[]'],
      ['current_date', 'DATE'],
      ['current_time_zone', 'VARCHAR'],
    ]),
  ],
]);

const good = `name: rate
type: ratio
label: { en: Rate, da: Rate }
description: { en: A rate, da: En rate }
owner: sales
model: lead_responses
time: due_at
filter: team is not null
numerator: status = 'met'
dimensions: [team]
unit: percent
direction: up
changes: [{ version: 1, why: First version }]
`;

/** \`file:line:column code: message [expected] fix\` of everything that is wrong. */
async function problemsOf(text: string, name = 'rate'): Promise<string[]> {
  const problems: Diagnostic[] = [];
  const metric = readMetric({ path: `metrics/${name}.yml`, text }, problems);
  if (metric !== undefined && problems.length === 0) {
    problems.push(...(await checkMetrics(warehouse, { metrics: [metric] }, models)));
  }
  return problems.map(({ line, column, code, message, fix }) =>
    [`${line}:${column} ${code}: ${message}`, ...(fix === undefined ? [] : [fix])].join(' | '),
  );
}

test('a good metric has no problems', async () => {
  expect(await problemsOf(good)).toEqual([]);
});

describe('names that are not there', () => {
  test.each([
    [
      'model: lead_responses',
      'model: lead_response',
      '6:8 unknown-model: unknown model "lead_response" | Did you mean "lead_responses"?',
    ],
    [
      'time: due_at',
      'time: due_on',
      '7:7 unknown-column: unknown column "due_on" in model "lead_responses" | Did you mean "due_at"?',
    ],
    [
      '[team]',
      '[lead_id, tem]',
      '10:23 unknown-column: unknown column "tem" in model "lead_responses" | Did you mean "team"?',
    ],
    [
      "status = 'met'",
      "statsu = 'met'",
      '9:12 unknown-column: unknown column "statsu" in model "lead_responses" | Did you mean "status"?',
    ],
    [
      "status = 'met'",
      "team = 'æøå' and satus = 'met'",
      '9:29 unknown-column: unknown column "satus" in model "lead_responses" | Did you mean "status"?',
    ],
  ])('%s → %s', async (from, to, problem) => {
    expect(await problemsOf(good.replace(from, to))).toEqual([problem]);
  });

  test('names are compared as DuckDB does, and may carry the model’s', async () => {
    expect(await problemsOf(good.replace("status = 'met'", "STATUS = 'met' and lead_responses.team = 'x'"))).toEqual(
      [],
    );
  });
});

describe('expressions', () => {
  test.each([
    ['status =', /^9:\d+ invalid-expression: numerator: syntax error/],
    ["status = 'met'), (1", /not a single expression/],
    ["status = 'met') union (select true", /not a single expression/],
    ['exists (select 1 from lead_cycles)', /9:12 forbidden-expression: numerator: a subquery/],
    ['due_at < now()', /9:21 volatile-function: numerator: now has another value in the next run/],
    ['due_at < current_timestamp', /9:21 volatile-function/],
    ['random() < 0.5', /volatile-function/],
    ['age(due_at) < interval 1 day', /volatile-function/],
    ["getvariable('x')", /volatile-function/],
    ['count(*) > 1', /forbidden-expression: numerator: the aggregate count_star\(\)/],
    ["read_text('/etc/passwd') is null", /forbidden-expression: numerator: the table function read_text\(\)/],
    ['minutes > lag(minutes) over ()', /forbidden-expression: numerator: a window function/],
    ['statu(team)', /unknown-function: numerator: unknown function "statu"/],
    ['status = $1', /forbidden-expression: numerator: a parameter/],
    ['minutes', /9:12 wrong-type: numerator: the expression is DOUBLE/],
    ['team > minutes and due_at', /9:\d+ invalid-expression/],
  ])('%s', async (expression, problem) => {
    const problems = await problemsOf(good.replace("status = 'met'", expression));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(problem);
  });

  test.each([
    "status in ('met', 'late') and minutes between 0 and 30",
    'case when minutes is null then false else coalesce(minutes, 0) < 30 end',
    "status = 'met' -- a comment",
    '"len(list_filter(tags, lambda tag: tag <> \'spam\')) > 0"',
    'current_date > mql_date',
    "current_time_zone like '%Copenhagen'",
  ])('%s is one', async (expression) => {
    expect(await problemsOf(good.replace("status = 'met'", expression))).toEqual([]);
  });

  test('one that is folded over lines is pointed at by its beginning', async () => {
    const folded = good.replace("status = 'met'", ">-\n  status = 'met'\n  and teem = 'x'");
    expect(await problemsOf(folded)).toEqual([
      '9:12 unknown-column: unknown column "teem" in model "lead_responses" | Did you mean "team"?',
    ]);
  });
});

describe('what the file says', () => {
  test.each([
    ['name: rate', 'name: raet', /^1:7 name-mismatch: name is "raet", the file is named "rate"/],
    ['name: rate', 'name: "rate; drop table x"', /^1:7 invalid-value/],
    ['type: ratio', 'type: ration', /^2:7 invalid-value/],
    ['type: ratio\n', '', /type/],
    ['numerator:', 'numerater:', /unknown-key: unknown key "numerater" \| Did you mean "numerator"\?/],
    ['time: due_at\n', '', /missing-key: missing key "time"/],
    ["numerator: status = 'met'\n", '', /missing-key: missing key "numerator"/],
    ['unit:', 'percentile: 0.5\nunit:', /^11:1 unknown-key: unknown key "percentile"$/],
    ['owner: sales', 'owner: hr', /^5:8 invalid-value/],
    ['unit: percent', 'unit: minutes', /^11:7 invalid-value: unit "minutes" does not fit a metric of type "ratio"/],
    ['[team]', '[team, team]', /duplicate-name: "team" twice in dimensions/],
    ['version: 1,', 'version: 2,', /undocumented-version: version 1 is not among the changes/],
    ['direction: up', 'direction: up\ncontract: { range: [1, 0] }', /invalid-value: contract.range: 1 is above 0/],
  ])('%s → %s', async (from, to, problem) => {
    const problems = await problemsOf(good.replace(from, to));
    expect(problems.join('\n')).toMatch(problem);
  });

  test('a window of zero is refused', async () => {
    const conversion = good
      .replace('type: ratio', 'type: conversion\nfrom: due_at\nto: due_at\nwindow_days: 0')
      .replace(/time: .*\n/, '')
      .replace(/numerator: .*\n/, '');
    expect((await problemsOf(conversion)).join('\n')).toMatch(/window_days: a window is longer than zero days/);
  });

  test('only an instant can date a row', async () => {
    expect((await problemsOf(good.replace('time: due_at', 'time: mql_date'))).join('\n')).toMatch(
      /^7:7 wrong-type: time: "mql_date" of lead_responses is DATE/,
    );
  });
});

test('at most six metrics are headlines', async () => {
  const metrics = Array.from({ length: 7 }, (_, index) => {
    const text = good.replace('name: rate', `name: rate_${index}`).replace('unit:', 'headline: true\nunit:');
    return readMetric({ path: `metrics/rate_${index}.yml`, text }, []);
  }).filter((metric) => metric !== undefined);
  const problems = checkTogether(metrics);
  expect(problems.map(({ code, file }) => [code, file])).toEqual([['too-many-headlines', 'metrics/rate_6.yml']]);
});

test('the metrics that ship are read without a problem, and label themselves in both languages', () => {
  const problems: Diagnostic[] = [];
  const metrics = readdirSync('metrics')
    .filter((file) => file.endsWith('.yml'))
    .map((file) => readMetric({ path: `metrics/${file}`, text: readFileSync(`metrics/${file}`, 'utf8') }, problems))
    .filter((metric): metric is Metric => metric !== undefined);
  expect(problems).toEqual([]);
  expect(metrics.length).toBeGreaterThanOrEqual(15);
  expect(metrics.filter((metric) => metric.headline).length).toBeLessThanOrEqual(6);
  expect(new Set(metrics.map((metric) => metric.label.da)).size).toBe(metrics.length);
});
