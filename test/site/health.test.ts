import { expect, test } from 'vitest';
import { siteOf } from './site-rows.ts';

/** The data end 73 hours and one minute before the build. */
const build = `
  create table build_info as
  select 'small' as project, timestamptz '2026-03-29 00:30:00Z' as as_of, 'Europe/Copenhagen' as time_zone,
    timestamptz '2026-04-01 01:31:00Z' as now;
`;

const published = `
  ${build}
  create table load_files as
  from (values
    ('/home/ann/exports/b.csv', 'crm', 'events', 10, 6, 2, 1, 1),
    ('C:\\dumps\\a.csv', 'crm', 'events', 5, 5, 0, 0, 0),
    ('calls.csv', 'phone', 'calls', 4, 2, 0, 0, 1)
  ) as files (path, source, table_name, rows_read, rows_loaded, rows_duplicate, rows_superseded, rows_rejected);
  create table load_rejects as
  from (values
    ('/home/ann/exports/b.csv', 7, 'stage', 'stage: unknown stage "Ann Smith"', 'unknown-stage', 'crm'),
    ('/home/ann/exports/b.csv', 12, 'stage', 'stage: unknown stage "Bob"', 'unknown-stage', 'crm'),
    ('C:\\dumps\\a.csv', 90, 'stage', 'stage: unknown stage "Eve"', 'unknown-stage', 'crm'),
    ('calls.csv', 3, null, 'has 2 columns, the header has 4', 'column-count', 'phone')
  ) as rejects (path, line, "column", reason, code, source);
  insert into contract_results from (values
    (null, null, 'freshness', 'warn', false, 'data as of 2026-03-29T00:30:00Z, 4 days before this run', 'at most 36 h', null, null),
    (null, 'leads', 'unique(lead_id)', 'warn', false, '2 keys more than once: L7 (2 rows), L9 (3 rows)', 'one row per lead_id', 'lead_id = L7', 'audit.leads__unique'),
    (null, 'leads', 'not-null(team)', 'error', true, 'every row keeps it', 'team in every row', null, null),
    ('win_rate', 'leads', 'freshness', 'warn', false, 'newest row 2026-01-01: old', 'a row at most 3 days before the data end', null, null),
    ('win_rate', 'leads', 'unique(values)', 'error', false, 'it could not be checked: L7 is no number', 'one value', null, null)
  ) as results (metric, model, rule, severity, passed, observed, expected, sample, rows_in);
  create table data_health as
  select measure, crm, item, value, expected, since::timestamptz as since, is_problem from (values
    ('future_events', 'all', 'all', 3, null, null, false),
    ('history_mismatch', 'crm', 'stage', 0, 0, null, false),
    ('history_mismatch', 'crm', 'owner', 1, 2, null, false),
    ('merge_loops', 'all', 'all', 1, 0, null, true),
    ('stage_history', 'crm', 'won', 0, null, null, true),
    ('stage_history', 'crm', 'mql', 40, null, '2026-01-31 23:30:00Z', false),
    ('stage_history', 'crm', 'lead', 90, null, '2026-01-02 10:00:00Z', false),
    ('events_on_day', 'crm', '2026-03-27', 5, 40, null, true),
    ('events_on_day', 'crm', '2026-03-28', 30, 20, null, false)
  ) as health (measure, crm, item, value, expected, since, is_problem)
  union all
  select 'unmapped_stage', 'crm', 'stage ' || lpad(number::text, 2, '0'), 100 - number, 0, null, true from range(1, 13) as many (number);
`;

test('the data are as old as the rule about it says, in its own steps, and each thing to look at counts once', async () => {
  const rows = await siteOf(published);
  // 73 h 1 min are more than 72 h: days, rounded up.
  const [health] = await rows('health');
  expect(health).toMatchObject({
    ...{ as_of: '2026-03-29T01:30', built_at: '2026-04-01T03:31', age: 4, age_unit: 'days' },
    ...{ is_fresh: false, allowed: 36, allowed_unit: 'hours' },
    ...{ rules: 5, rules_passed: 1, errors: 1, rules_broken: 3 },
    ...{
      files: 3,
      sources: 2,
      rows_read: 19,
      rows_loaded: 13,
      rows_duplicate: 2,
      rows_superseded: 1,
      rows_rejected: 2,
    },
    ...{ files_off: 1, measures_off: 15, days_off: 1, stages_off: 1 },
    // Freshness, checks, rows that do not add up, a day, a stage, and the rest of the measures.
    problems: 6,
  });
});

test('what was read adds up per source, and no folder is named', async () => {
  const rows = await siteOf(published);
  expect(await rows('load_files')).toEqual([
    {
      ...{ source: 'phone', table_name: 'calls', files: 1, first_file: 'calls.csv', last_file: 'calls.csv' },
      ...{ rows_read: 4, rows_loaded: 2, rows_duplicate: 0, rows_superseded: 0, rows_rejected: 1, adds_up: false },
    },
    {
      ...{ source: 'crm', table_name: 'events', files: 2, first_file: 'a.csv', last_file: 'b.csv' },
      ...{ rows_read: 15, rows_loaded: 11, rows_duplicate: 2, rows_superseded: 1, rows_rejected: 1, adds_up: true },
    },
  ]);
});

test('rejected rows are told by their reason and the last place, without what they hold', async () => {
  const rows = await siteOf(published);
  expect(await rows('rejects')).toEqual([
    {
      ...{ source: 'crm', code: 'unknown-stage', column_name: 'stage' },
      ...{ rows_rejected: 3, last_file: 'b.csv', last_line: 12 },
    },
    {
      ...{ source: 'phone', code: 'column-count', column_name: null },
      ...{ rows_rejected: 1, last_file: 'calls.csv', last_line: 3 },
    },
  ]);
});

test('what a check found names no row of the data, and kinds of checks are counted', async () => {
  const rows = await siteOf(published);
  const contracts = await rows('contracts');
  expect(contracts.map(({ kind, observed }) => [kind, observed])).toEqual([
    ['unique', 'it could not be checked'],
    ['freshness', 'newest row 2026-01-01: old'],
    ['unique', '2 keys more than once'],
    ['freshness', 'data as of 2026-03-29T00:30:00Z, 4 days before this run'],
    ['not-null', 'every row keeps it'],
  ]);
  expect(await rows('contract_kinds')).toEqual([
    { kind: 'freshness', rules: 2, passed: 0, errors: 0 },
    { kind: 'unique', rules: 2, passed: 0, errors: 1 },
    { kind: 'not-null', rules: 1, passed: 1, errors: 0 },
  ]);
});

test('measures come problems first, the ten most of each and how many more there are', async () => {
  const rows = await siteOf(published);
  const measures = await rows('health_measures');
  expect(measures.map(({ measure, item, value, more }) => `${measure} ${item} ${value} ${more}`)).toEqual([
    'merge_loops all 1 0',
    ...Array.from({ length: 9 }, (_, index) => `unmapped_stage stage 0${index + 1} ${99 - index} 0`),
    'unmapped_stage stage 10 90 2',
    'future_events all 3 0',
    // Two that are as expected, in one row.
    'history_mismatch all 1 0',
  ]);
  expect(measures.at(-1)).toMatchObject({ expected: 2, is_rest: true, is_problem: false });
});

test('stages are dated by the local day and stand in the order of the ladder, those never recorded first', async () => {
  const rows = await siteOf(published);
  expect((await rows('health_stages')).map(({ stage, since, entries }) => [stage, since, entries])).toEqual([
    ['won', null, 0],
    ['lead', '2026-01-02', 90],
    ['mql', '2026-02-01', 40],
  ]);
});

test('the strip of days is drawn to the tallest of what came and what is usual', async () => {
  const rows = await siteOf(published);
  expect(await rows('health_days')).toMatchObject([
    { day: '2026-03-27', value_share: 5 / 40, expected_share: 1, is_problem: true },
    { day: '2026-03-28', value_share: 30 / 40, expected_share: 20 / 40, is_problem: false },
  ]);
});

test('a project without data, checks or measures has nothing, and no failure', async () => {
  const rows = await siteOf(build);
  const [health] = await rows('health');
  expect(health).toMatchObject({ files: 0, rows_read: 0, rules: 0, is_fresh: null, allowed: null, problems: 0 });
  const tables = [
    'contracts',
    'contract_kinds',
    'health_measures',
    'health_days',
    'health_stages',
    'load_files',
    'rejects',
  ];
  for (const table of tables) expect(await rows(table)).toEqual([]);
});
