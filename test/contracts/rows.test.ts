import { describe, expect, test } from 'vitest';
import { checkContracts, toDiagnostic } from '../../src/contracts/check.ts';
import { broken, openWorld, readOne } from './world.ts';

const cycles = {
  yml: 'grain: [lead_id, cycle_no]',
  sql: `from (values ('a', 1), ('a', 2), ('b', 1)) as rows (lead_id, cycle_no)`,
};

describe('relationships', () => {
  const yml = `grain: [id]
contract:
  relationships:
    - { columns: [lead, no], to: cycles, to_columns: [lead_id, cycle_no] }
    - { columns: [lead], to: cycles, to_columns: [lead_id], severity: warn }`;

  test('hold where every row has its match; a row that names nothing breaks none', async () => {
    const sql = `from (values (1, 'a', 1), (2, 'a', 2), (3, 'b', null), (4, null, 7), (5, 'b', 1)) as rows (id, lead, no)`;
    const { check } = await openWorld({ cycles, answers: { yml, sql } });
    const results = (await check()).filter(({ model }) => model === 'answers');
    expect(results.map(({ rule, severity, passed, observed }) => [rule, severity, passed, observed])).toEqual([
      ['unique(id)', 'error', true, 'every key once'],
      ['not-null(id)', 'error', true, 'every row keeps it'],
      ['relationship(lead, no to cycles(lead_id, cycle_no))', 'error', true, 'every row has its match'],
      ['relationship(lead to cycles(lead_id))', 'warn', true, 'every row has its match'],
    ]);
  });

  test('that find no match are counted by row and shown by key', async () => {
    const sql = `from (values (1, 'a', 3), (2, 'b', 2), (3, 'b', 2), (4, 'c', 1), (5, 'c', null)) as rows (id, lead, no)`;
    const { check, warehouse } = await openWorld({ cycles, answers: { yml, sql } });
    const results = await check();
    expect(broken(results)).toEqual({
      'relationship(lead, no to cycles(lead_id, cycle_no))':
        '4 rows without a match in cycles: lead = a, no = 3; lead = b, no = 2; lead = c, no = 1',
      'relationship(lead to cycles(lead_id))': '2 rows without a match in cycles: lead = c',
    });
    expect(await warehouse.rows('from audit.answers__relationship_lead_no_to_cycles_lead_id_cycle_no')).toEqual([
      { id: 1, lead: 'a', no: 3 },
      { id: 2, lead: 'b', no: 2 },
      { id: 3, lead: 'b', no: 2 },
      { id: 4, lead: 'c', no: 1 },
    ]);
    expect(results.find(({ severity }) => severity === 'warn')).toMatchObject({
      expected: 'lead to be found in cycles(lead_id)',
      place: { file: 'models/intermediate/answers.yml', line: 7 },
    });
  });
});

describe('expressions', () => {
  const yml = `grain: [id]
contract:
  expressions:
    - { name: due after start, that: due >= start }
    - name: small
      that: |
        due < 100 -- or nothing
      severity: warn`;

  test('hold where they are true or null', async () => {
    const sql = `from (values (1, 1, 2), (2, null, 5), (3, 4, null)) as rows (id, start, due)`;
    const { check } = await openWorld({ answers: { yml, sql } });
    expect(broken(await check())).toEqual({});
  });

  test('that are false for a row are told by its key, with the rule as it is written', async () => {
    const sql = `from (values (1, 3, 2), (2, 3, 1), (3, 100, 100)) as rows (id, start, due)`;
    const { check } = await openWorld({ answers: { yml, sql } });
    const results = (await check()).filter(({ passed }) => !passed);
    expect(results.map(toDiagnostic)).toMatchObject([
      {
        severity: 'error',
        message:
          'answers: expression(due after start) does not hold: 2 rows: id = 1; id = 2; see: handover show audit.answers__expression_due_after_start',
        expected: 'due >= start',
        line: 6,
      },
      { severity: 'warning', expected: 'due < 100 -- or nothing', line: 8 },
    ]);
  });

  test('one that fails on the data is told, and the other rules are checked all the same', async () => {
    const words = `grain: [id]
contract:
  expressions:
    - { name: a number, that: word::integer > 0, severity: warn }
    - { name: short, that: length(word) < 3 }`;
    const { check } = await openWorld({ answers: { yml: words, sql: `select 1 as id, 'four' as word` } });
    const results = await check();
    // Nobody knows whether the numbers are right: no matter of warning.
    expect(results.map(({ severity }) => severity)).not.toContain('warn');
    expect(broken(results)).toEqual({
      'expression(a number)': `it could not be checked: Could not convert string 'four' to INT32 when casting from source column word`,
      'expression(short)': '1 row: id = 1',
    });
  });
});

test('nothing of a model without a table is checked, and the bare name of versions is its latest', async () => {
  const world = await openWorld({ answers: { yml: 'grain: [id]', sql: 'select 1 as id from range(2)' } });
  const [ephemeral] = readOne('nowhere', 'materialized: ephemeral\ngrain: [id]');
  const [alias] = world.project.models;
  if (ephemeral === undefined || alias === undefined) throw new Error('no models');
  await world.warehouse.run('create view answers_alias as from answers');
  const models = [...world.project.models, ephemeral, { ...alias, name: 'answers_alias', aliasOf: 'answers' }];
  const now = '2026-03-16T06:00:00Z';
  const results = await checkContracts(world.warehouse, { ...world.project, models }, { asOf: now, now });
  expect(results.map(({ model }) => model)).toEqual(['answers', 'answers']);
  expect(broken(results)).toEqual({ 'unique(id)': '1 key more than once: 1 (2 rows)' });
});
