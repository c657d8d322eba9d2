import { describe, expect, test } from 'vitest';
import { checkModelContracts, contractDifferences } from '../../src/contracts/check.ts';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import { readModel } from '../../src/project/model-file.ts';
import { openWorld, readOne } from './world.ts';

const cycles = { yml: 'grain: [lead_id, cycle_no]', sql: `select 'a' as lead_id, 1::bigint as cycle_no` };
const answersSql = `select 'a' as lead_id, 1 as cycle_no, timestamptz '2026-03-02' as due_at, 'met' as status`;

async function problemsOf(yml: string): Promise<Diagnostic[]> {
  const { warehouse, project, columns } = await openWorld({ cycles, answers: { yml, sql: answersSql } });
  return checkModelContracts(warehouse, project, columns);
}

async function differencesOf(yml: string): Promise<Diagnostic[]> {
  const { warehouse, project, columns } = await openWorld({ answers: { yml, sql: answersSql } });
  return contractDifferences(warehouse, project.models, columns);
}

const placed = (problems: readonly Diagnostic[]) =>
  problems.map(({ code, line, column, message, expected, fix }) => [
    `${line}:${column} ${message} [${code}]`,
    fix ?? expected ?? '',
  ]);

describe('an enforced contract', () => {
  test('is kept by the same columns, whatever their types are called', async () => {
    const yml = `contract: { enforced: true }
columns:
  lead_id: { description: d, type: text }
  cycle_no: { description: d, type: int4 }
  due_at: { description: d, type: timestamptz }
  STATUS: { description: d, type: string }`;
    expect(await differencesOf(yml)).toEqual([]);
    expect(await problemsOf(yml)).toEqual([]);
  });

  test('tells all that differs at once, with what may have been renamed', async () => {
    const yml = `contract: { enforced: true }
columns:
  leed_id: { description: d, type: varchar }
  cycle_no: { description: d, type: bigint }
  due_at: { description: d, type: timestamptz }
  answered_by: { description: d, type: text }`;
    expect(await differencesOf(yml)).toEqual([
      expect.objectContaining({
        code: 'contract-violated',
        severity: 'error',
        file: 'models/intermediate/answers.yml',
        line: 5,
        message: `answers: columns do not hold:
    missing "leed_id" VARCHAR: renamed? There is "lead_id", which is not declared
    "cycle_no" is INTEGER, declared BIGINT
    missing "answered_by" VARCHAR
    extra "lead_id" VARCHAR: not declared
    extra "status" VARCHAR: not declared`,
        expected: 'the 4 columns of the contract and no other, each of its type',
      }),
    ]);
  });

  test('says the type of every column, one that there is', async () => {
    const yml = `contract: { enforced: true }
columns:
  lead_id: { description: d }
  cycle_no: { description: d, type: whole }`;
    expect(placed(await problemsOf(yml))).toEqual([
      [
        '5:12 column "lead_id" has no type, and the contract of "answers" is enforced [missing-key]',
        'Add "type:", or write "enforced: false".',
      ],
      [
        '6:37 column "cycle_no": DuckDB knows no type "whole" [unknown-type]',
        'a type of DuckDB, such as varchar, bigint, double, boolean, date or timestamptz',
      ],
    ]);
  });

  test('without columns says nothing', async () => {
    expect(placed(await problemsOf('contract: { enforced: true }'))).toEqual([
      [
        '3:23 the contract of "answers" is enforced and declares no columns [missing-key]',
        'every column under "columns:", with its type',
      ],
    ]);
  });
});

test('one that is not enforced differs in nothing before the run', async () => {
  expect(await differencesOf('columns: { nothing: { description: d, type: text } }')).toEqual([]);
});

test('rules name columns that are there', async () => {
  const yml = `grain: [lead_id, cycle]
columns:
  statis: { description: d, accepted_values: [met] }
  other: { description: d }`;
  expect(placed(await problemsOf(yml))).toEqual([
    ['3:18 unknown column "cycle" in model "answers" [unknown-column]', 'one of lead_id, cycle_no, due_at, status'],
    ['5:46 unknown column "statis" in model "answers" [unknown-column]', 'Did you mean "status"?'],
  ]);
});

describe('relationships', () => {
  test('that can be checked are not spoken of; whole numbers of two sizes can be compared', async () => {
    const yml = 'contract: { relationships: [{ columns: [lead_id, cycle_no], to: cycles }] }';
    expect(await problemsOf(yml)).toEqual([]);
  });

  test('name models and columns that are there, as many on both sides and of one type', async () => {
    const yml = `contract:
  relationships:
    - { columns: [leadid], to: cycle, to_columns: [lead_id] }
    - { columns: [lead_id], to: cycles, to_columns: [lead_no] }
    - { columns: [lead_id, cycle_no], to: cycles, to_columns: [lead_id] }
    - { columns: [cycle_no], to: cycles, to_columns: [lead_id] }`;
    expect(placed(await problemsOf(yml))).toEqual([
      ['5:19 unknown column "leadid" in model "answers" [unknown-column]', 'Did you mean "lead_id"?'],
      ['5:32 unknown model "cycle" [unknown-model]', 'Did you mean "cycles"?'],
      ['6:54 unknown column "lead_no" in model "cycles" [unknown-column]', 'Did you mean "lead_id"?'],
      ['7:63 2 columns cannot match 1 of cycles [invalid-value]', 'as many to_columns as columns, in the same order'],
      ['8:55 "cycle_no" is INTEGER, "lead_id" of cycles is VARCHAR [wrong-type]', 'Cast one of them in its model.'],
    ]);
  });
});

describe('expressions', () => {
  const that = (text: string): string => `contract: { expressions: [{ name: rule, that: "${text}" }] }`;

  test.each([
    "status <> 'met' or due_at is not null",
    'answers.cycle_no between 1 and 9 -- a comment',
    'list_contains([1, 2], cycle_no)',
    "case when status = 'late' then due_at > timestamptz '2026-01-01' end",
  ])('%s is one', async (text) => {
    expect(await problemsOf(that(text))).toEqual([]);
  });

  test.each([
    ['due > due_at', '3:48 rule: unknown column "due" in model "answers" [unknown-column]'],
    ['status', '3:47 rule: the expression is VARCHAR [wrong-type]'],
    ['due_at < now()', '3:57 rule: now has another value in the next run [volatile-function]'],
    ['due_at::date < current_date', '3:63 rule: current_date has another value in the next run [volatile-function]'],
    ['cycle_no < random()', '3:59 rule: random has another value in the next run [volatile-function]'],
    ['cycle_no in (select 1)', '3:57 rule: a subquery [forbidden-expression]'],
    ["exists (from read_csv('x'))", '3:48 rule: a subquery [forbidden-expression]'],
    ['count(*) > 1', '3:48 rule: the aggregate count_star() [forbidden-expression]'],
    ['row_number() over () > 1', '3:48 rule: a window function [forbidden-expression]'],
    ['true, false', '3:48 rule: not a single expression [invalid-expression]'],
    ['true) from cycles; drop table cycles; select (true', '3:48 rule: not a single expression [invalid-expression]'],
  ])('%s is not', async (text, message) => {
    expect(placed(await problemsOf(that(text))).map(([first]) => first)).toEqual([message]);
  });

  test('of one model have different names', async () => {
    const yml = `contract:
  expressions:
    - { name: rule, that: cycle_no > 0 }
    - { name: rule, that: cycle_no < 9 }`;
    expect(placed(await problemsOf(yml))).toEqual([
      ['6:15 a second expression named "rule" [duplicate-name]', 'Rename one of them.'],
    ]);
  });
});

test('an ephemeral model, or a relationship to one, cannot be checked', async () => {
  const yml = 'contract: { relationships: [{ columns: [lead_id], to: nowhere }] }';
  const { warehouse, project, columns } = await openWorld({ answers: { yml, sql: answersSql } });
  const ephemeral = [
    ...readOne('nowhere', 'materialized: ephemeral\ngrain: [lead_id]'),
    ...readOne('enforced', 'materialized: ephemeral\ncontract: { enforced: true }'),
    ...readOne('filled', 'materialized: ephemeral\ncolumns: { a: { description: d, not_null: true } }'),
  ];
  const problems = await checkModelContracts(warehouse, { models: [...project.models, ...ephemeral] }, columns);
  expect(problems.map(({ file, line, message }) => `${file}:${line} ${message}`)).toEqual([
    'models/intermediate/enforced.yml:4 "enforced" is ephemeral: no table or view of it is there to be checked',
    'models/intermediate/filled.yml:4 "filled" is ephemeral: no table or view of it is there to be checked',
    'models/intermediate/answers.yml:3 "nowhere" is ephemeral: no table or view of it is there to be looked at',
  ]);
});

test('what is wrong with all versions of a model is told once', async () => {
  const text = `name: deals
description: Deals.
contract: { relationships: [{ columns: [deal_id], to: nothing }] }
versions: [{ version: 1, change: First, why: So }, { version: 2, change: Other, why: So }]`;
  const sqls = [1, 2].map((version) => ({ version, sql: { path: `models/deals.v${version}.sql`, text: 'select 1' } }));
  const models = readModel({ base: 'deals', folders: [], sqls, yml: { path: 'models/deals.yml', text } }, {}, []);
  const { warehouse } = await openWorld({});
  const columns = new Map(models.map(({ name }) => [name, new Map([['deal_id', 'VARCHAR']])]));
  const problems = await checkModelContracts(warehouse, { models }, columns);
  expect(problems.map(({ message }) => message)).toEqual(['unknown model "nothing"']);
});
