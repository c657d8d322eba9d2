import { expect, test } from 'vitest';
import { siteOf } from './site-rows.ts';

const build = `
  create table build_info as
  select 'small' as project, timestamptz '2026-03-29 00:30:00Z' as as_of, 'UTC' as time_zone, now() as now;
  insert into metric_definitions by name
  select * from (values
    ('won', 1, ['wins'], []::text[], false),
    ('won', 2, ['wins_v2'], [], true),
    ('leads', 1, ['all_leads'], [], true),
    ('share', 1, [], ['won', 'leads'], true),
    ('share_so_far', 1, [], ['share'], true)
  ) as definitions (metric, version, models, inputs, is_current);
  update metric_definitions set label_en = upper(metric), label_da = 'da ' || metric, owner = 'sales', is_headline = false;
  insert into metric_values by name
  select metric, version, 'week' as grain, start as period_start, start + 7 as period_end, 'all' as dimension,
    true as is_complete, true as is_in_force
  from (values ('won', 1, date '2026-03-02'), ('won', 1, date '2026-03-09'), ('leads', 1, date '2026-03-02')) as weeks (metric, version, start);
  create table load_files as
  from (values ('a.csv', 'north', 'events'), ('b.csv', 'south', 'events')) as files (path, source, table_name);
`;

const models = `
  create table model_inputs as
  from (values
    ('stg_events', 'staging', 'raw.events', 'source', 'Events.'),
    ('int_a', 'intermediate', 'stg_events', 'model', 'A.'),
    ('int_a', 'intermediate', 'run.clock', 'run', 'A.'),
    ('int_b', 'intermediate', 'int_a', 'model', null),
    ('int_b', 'intermediate', 'seeds.holidays', 'seed', null),
    ('days', 'calendar', null, null, 'Days.'),
    ('all_leads', 'marts', 'stg_events', 'model', 'Leads.'),
    ('wins', 'marts', 'int_b', 'model', 'Wins.'),
    ('wins', 'marts', 'all_leads', 'model', 'Wins.'),
    ('wins', 'marts', 'days', 'model', 'Wins.'),
    ('wins', 'marts', 'sla.promises', 'agreement', 'Wins.'),
    ('wins_v2', 'marts', 'all_leads', 'model', 'Wins anew.'),
    ('not_read', 'marts', 'wins', 'model', 'Nobody reads it.')
  ) as inputs (model, layer, input, input_kind, description);
`;

test('a metric is followed back to its sources, level by level, by the version in force', async () => {
  const rows = await siteOf(build + models);
  const lineage = (await rows('lineage')).filter(({ metric }) => metric === 'won');
  // Version 2 is not in force for any period yet: wins_v2 is not shown.
  expect(lineage.map(({ level, kind, name, depth }) => `${level} ${kind} ${name} ${depth}`)).toEqual([
    'source source raw.events 0',
    'source seed seeds.holidays 0',
    'source agreement sla.promises 0',
    'source run run.clock 0',
    'staging model stg_events 1',
    'intermediate model int_a 2',
    'intermediate model int_b 3',
    'other model days 1',
    'marts model all_leads 2',
    'marts model wins 4',
  ]);
  const named = new Map(lineage.map((row) => [row.name, row]));
  expect(named.get('raw.events')).toMatchObject({ sources: 'north, south', reads: null });
  expect(named.get('int_a')).toMatchObject({ reads: 'stg_events, run.clock', description: 'A.', sources: null });
  expect(named.get('wins')).toMatchObject({ reads: 'all_leads, days, int_b, sla.promises', description: 'Wins.' });
  expect(named.get('days')).toMatchObject({ reads: null, description: 'Days.' });
});

test('a metric of metrics names these, the farthest first, and everything behind them', async () => {
  const rows = await siteOf(build + models);
  const lineage = (await rows('lineage')).filter(({ metric }) => metric === 'share_so_far');
  const metrics = lineage.filter(({ level }) => level === 'metric');
  expect(metrics.map(({ name, label_da: label }) => [name, label])).toEqual([
    ['leads', 'da leads'],
    ['won', 'da won'],
    ['share', 'da share'],
  ]);
  const marts = lineage.filter(({ level }) => level === 'marts');
  expect(marts.map(({ name }) => name)).toEqual(['all_leads', 'wins']);
});

test('a file that does not tell what models read has the metric and its models, and no sources', async () => {
  const rows = await siteOf(build);
  const lineage = (await rows('lineage')).filter(({ metric }) => metric === 'won');
  expect(lineage).toMatchObject([{ level: 'other', name: 'wins', reads: null, description: null }]);
});
