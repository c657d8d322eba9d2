import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { checkSelects } from '../../src/build/contract-selects.ts';
import { planProject } from '../../src/build/plan-project.ts';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import { openProject } from '../../src/project/project.ts';
import { Warehouse } from '../../src/warehouse/warehouse.ts';
import { baseFiles, tinyProject } from './project.ts';

const columns = new Map([
  [
    'deals',
    new Map([
      ['deal_id', 'VARCHAR'],
      ['won_at', 'TIMESTAMP WITH TIME ZONE'],
      ['amount', 'INTEGER'],
    ]),
  ],
  ['half', new Map([['deal_id', 'VARCHAR']])],
]);
const values = new Map([
  ['metric', 'VARCHAR'],
  ['value', 'DOUBLE'],
  ['is_in_force', 'BOOLEAN'],
]);

/** What is wrong with the contract of a metric, and where. `defaults`: contracts of handover.yml for all. */
async function problemsOf(contract: string, defaults = ''): Promise<Diagnostic[]> {
  const root = tinyProject({
    'handover.yml': `${baseFiles['handover.yml']}${defaults}`,
    'models/marts/half.sql': 'select deal_id from deals',
    'models/marts/half.yml': 'name: half\ndescription: Kept nowhere.\nmaterialized: ephemeral\n',
    'metrics/won_deals.yml': `${baseFiles['metrics/won_deals.yml'].replace(/contract:.*\n/, '')}${contract}`,
    'metrics/lost_deals.yml': baseFiles['metrics/won_deals.yml'].replace('won_deals', 'lost_deals'),
  });
  const project = openProject(root);
  const work = await Warehouse.open(':memory:', { threads: 1 });
  onTestFinished(() => work.close());
  await work.run(`
    create schema raw;
    create table raw.deals (deal_id varchar, won_at varchar, amount varchar);
    create schema run;
    create table run.clock (as_of timestamptz)`);
  return checkSelects(work, project, await planProject(project), { columns, values });
}

/** The file begins with the twelve lines of the metric. */
const told = (problems: readonly Diagnostic[]) =>
  problems.map(({ file, line, column, message, expected, fix }) => [
    `${file}:${line}:${column} ${message}`,
    ...(expected === undefined ? [] : [expected]),
    ...(fix === undefined ? [] : [fix]),
  ]);

let start: number;
beforeAll(() => {
  start = baseFiles['metrics/won_deals.yml'].replace(/contract:.*\n/, '').split('\n').length;
});

describe('selects of contracts', () => {
  test('may read models, sources, the clock and metric values', async () => {
    const problems = await problemsOf(`contract:
  reconciles_with: select count(*) from main.deals
  sql:
    - name: all
      select: |
        with late as (select deal_id from deals where won_at > (select as_of from run.clock))
        select deal_id from late
        union all
        select deal_id from raw.deals where deal_id is null -- and more;
        union all
        select metric from metric_values where is_in_force and value < 0`);
    expect(problems).toEqual([]);
  });

  test.each([
    ['select count(*) from deal', 'reconciles-with: unknown table "deal"', 'Did you mean "deals"?'],
    ['select count(*) from deals where amuont > 0', 'unknown-column', 'Did you mean "amount"?'],
    [
      'select 1; drop table deals',
      'reconciles-with: the select is not a select',
      'A rule only reads: write one select.',
    ],
    ['select 1; select 2', 'reconciles-with: the select holds 2 statements', 'A rule only reads: write one select.'],
    ['drop table deals', 'reconciles-with: the select is not a select', 'A rule only reads: write one select.'],
    ['select count( from deals', 'syntax error', ''],
    ['select count(*)) from deals --', 'syntax error', ''],
    ['select 1; -- that is all', 'reconciles-with: the select ends with a semicolon', ''],
    [`select count(*) from read_csv('/etc/passwd')`, 'reconciles-with: the select may not call read_csv', ''],
    ['select count(*) from duckdb_settings()', 'reconciles-with: the select may not call duckdb_settings', ''],
    [`select count(*) from '/etc/passwd'`, 'unknown table "/etc/passwd"', ''],
    ['select count(*) from deals where won_at < now()', 'reconciles-with: now gives another answer at every run', ''],
    ['select count(*) from half', '"half" is ephemeral', 'Write "materialized: view" in half.yml.'],
    ['select deal_id from deals', 'reconciles-with: the select gives VARCHAR', ''],
    ['select 1, 2', 'reconciles-with: the select gives 2 columns', ''],
  ])('%s', async (select, message, help) => {
    const problems = await problemsOf(`contract: { reconciles_with: "${select}" }`);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ severity: 'error', file: 'metrics/won_deals.yml', line: start });
    expect(`${problems[0]?.code} ${problems[0]?.message}`).toContain(message);
    if (help !== '') expect(problems[0]?.fix ?? '').toContain(help);
    expect(JSON.stringify(told(problems))).not.toMatch(/select_of_a_contract|in model/);
  });

  test('are told by the place in the YAML, also in a block', async () => {
    const problems = await problemsOf(`contract:
  sql:
    - name: no_future
      select: |
        select deal_id
        from daels
    - { name: other, select: "select deal_id from raw.deals where amonut is null" }`);
    expect(told(problems)).toEqual([
      [
        `metrics/won_deals.yml:${start + 5}:14 sql(no_future): unknown table "daels"`,
        'a model, or a table of raw, seeds, sla or run',
        'Did you mean "deals"?',
      ],
    ]);
  });

  test('that stand in handover.yml are told once', async () => {
    const problems = await problemsOf(
      '',
      `contracts: { metrics: { sql: [{ name: x, select: select 1 from nothing_there }] } }`,
    );
    expect(told(problems)).toEqual([
      ['handover.yml:5:64 sql(x): unknown table "nothing_there"', 'a model, or a table of raw, seeds, sla or run'],
    ]);
  });
});
