import { describe, expect, it } from 'vitest';
import { checkPartition } from '../../../src/models/partition/check-partition.ts';
import { parsed } from '../lineage/parsed.ts';

/** events and cycles are cut by lead_id; stages and run.clock are read whole. */
const tables = {
  events: ['lead_id', 'day', 'type', 'tags'],
  cycles: ['lead_id', 'cycle_no', 'opened_at'],
  stages: ['stage', 'rung', 'lead_id'],
  'run.clock': ['as_of'],
};
const keyed = ['events', 'cycles'];

async function check(sql: string, options: { by?: string; inputs?: readonly string[] } = {}) {
  const { statement, known } = await parsed(sql, tables);
  const inputs = options.inputs ?? keyed.filter((name) => new RegExp(`\\b(from|join|,) ${name}\\b`).test(sql));
  const problems = checkPartition(statement, {
    ...known,
    partitionBy: options.by ?? 'lead_id',
    inputs: new Map(inputs.map((name) => [name, 'lead_id'])),
  });
  return problems.map(({ reason, position }) => ({
    reason,
    at: position === undefined ? undefined : Buffer.from(sql).subarray(position).toString(),
  }));
}

describe('is safe:', () => {
  it.each([
    [
      'rows chosen and renamed',
      `select lead_id, day + interval 1 day as later from events where type = 'x' order by day`,
    ],
    ['the key under another case', 'select Lead_ID from events'],
    ['an alias', 'select e.lead_id from events as e'],
    ['a star', 'from events'],
    [
      'a common table expression of the same name',
      'with events as (select * from events where day is not null) from events',
    ],
    ['a whole table joined', 'select e.lead_id, s.rung from events as e left join stages as s on e.type = s.stage'],
    [
      'a whole table first in an inner join',
      'select e.lead_id from stages as s inner join events as e on e.type = s.stage',
    ],
    ['a whole table in a cross join', 'select lead_id, as_of from events cross join run.clock'],
    ['a whole table right of it', 'select e.lead_id from stages as s right join events as e on e.type = s.stage'],
    ['a whole table aggregated', 'select lead_id, (select max(rung) from stages) as top from events'],
    [
      'a window over a whole table',
      `select e.lead_id, s.no from events as e
      inner join (select stage, row_number() over (order by rung) as no from stages limit 3) as s on e.type = s.stage`,
    ],
    [
      'two joined by the key',
      'select e.lead_id from events as e inner join cycles as c on e.lead_id = c.lead_id and e.day > c.opened_at',
    ],
    ['… left', 'select c.lead_id, e.day from cycles as c left join events as e on c.lead_id = e.lead_id'],
    ['… right', 'select e.lead_id, c.cycle_no from cycles as c right join events as e on c.lead_id = e.lead_id'],
    ['… full, with USING', 'select lead_id, day, opened_at from cycles full join events using (lead_id)'],
    [
      '… full, with COALESCE',
      'select coalesce(c.lead_id, e.lead_id) as lead_id from cycles as c full join events as e on c.lead_id = e.lead_id',
    ],
    [
      '… three times full',
      `select lead_id, count(*) as n from cycles full join events using (lead_id)
      full join (select lead_id, max(day) as last from events group by lead_id) using (lead_id) group by lead_id`,
    ],
    ['… semi', 'select c.lead_id from cycles as c semi join events as e on c.lead_id = e.lead_id'],
    ['… anti', 'from cycles anti join events using (lead_id)'],
    [
      '… ASOF',
      'select c.lead_id from cycles as c asof join events as e on c.lead_id = e.lead_id and c.opened_at >= e.day',
    ],
    ['… natural', 'from cycles natural join events'],
    ['… by a comma', 'select e.lead_id from events as e, cycles as c where c.cycle_no = 1 and e.lead_id = c.lead_id'],
    [
      '… by a comma, a third between them',
      'select e.lead_id from events as e, cycles as c, events as f where e.lead_id = f.lead_id and c.lead_id = f.lead_id',
    ],
    [
      '… by a comma, then a left join',
      `select e.lead_id from events as e cross join cycles as c
      left join events as f on f.lead_id = e.lead_id where e.lead_id = c.lead_id`,
    ],
    [
      '… by nulls too',
      'select e.lead_id from events as e join cycles as c on e.lead_id is not distinct from c.lead_id',
    ],
    [
      '… through the side that may be missing',
      `select c.lead_id from cycles as c
      left join events as e on c.lead_id = e.lead_id left join events as f on f.lead_id = e.lead_id`,
    ],
    ['groups', 'select lead_id, count(*) as n from events group by lead_id, type having count(*) > 1'],
    ['groups by place', 'select lead_id, count(*) as n from events group by 1'],
    ['groups by alias', 'select e.lead_id as lead, count(*) as n from events as e group by lead', 'lead'],
    ['GROUP BY ALL', 'select lead_id, type, count(*) as n from events group by all'],
    [
      'a rollup within the key',
      'select lead_id, type, count(*) as n from events group by grouping sets ((lead_id), (lead_id, type))',
    ],
    ['DISTINCT', 'select distinct lead_id, type from events'],
    ['DISTINCT ON', 'select distinct on (lead_id, type) * from events order by day'],
    ['a window', 'select lead_id, row_number() over (partition by type, lead_id order by day) as n from events'],
    [
      'a named window and QUALIFY',
      `select *, lag(day) over w as before from events
      window w as (partition by lead_id order by day) qualify row_number() over w > 1`,
    ],
    [
      'a window over groups',
      'select lead_id, sum(count(*)) over (partition by lead_id) as n from events group by lead_id, type',
    ],
    ['a union', 'select lead_id, day from events union all select lead_id, opened_at from cycles'],
    ['a union by name', 'select day, lead_id from events union by name select lead_id, cycle_no from cycles'],
    ['EXCEPT a whole table', 'select lead_id from events except select lead_id from stages'],
    ['INTERSECT', 'select lead_id from events intersect select lead_id from cycles'],
    [
      'EXISTS tied to the row',
      `select c.lead_id from cycles as c where not exists (
      select 1 from events as e where e.lead_id = c.lead_id and e.day > c.opened_at)`,
    ],
    [
      'a scalar subquery tied to the row',
      'select c.lead_id, (select max(day) from events as e where e.lead_id = c.lead_id) as last from cycles as c',
    ],
    [
      '… with its own order and limit',
      `select c.lead_id, (select day from events as e where e.lead_id = c.lead_id order by day limit 1) as first from cycles as c`,
    ],
    [
      '… through two levels',
      `select c.lead_id, (select count(*) from events as e where e.lead_id = c.lead_id and
      e.day > (select min(f.day) from events as f where f.lead_id = e.lead_id)) as n from cycles as c`,
    ],
    ['the key IN keys', 'select lead_id from cycles where lead_id in (select lead_id from events) or cycle_no = 1'],
    [
      'a lateral subquery tied to the row',
      `select c.lead_id, l.last from cycles as c,
      lateral (select max(e.day) as last from events as e where e.lead_id = c.lead_id) as l`,
    ],
    ['rows made of a row', 'select e.lead_id, u.tag, n.i from events as e, unnest(e.tags) as u(tag), range(3) as n(i)'],
    ['UNNEST in the select list', 'select lead_id, unnest(tags) as tag from events'],
    ['VALUES', `select e.lead_id from events as e join (values ('x', 1)) as v(type, no) on e.type = v.type`],
    ['UNPIVOT', 'from cycles unpivot (v for name in (cycle_no))'],
    [
      'recursion by the key',
      `with recursive chain as (
        select lead_id, day, 1 as no from events
        union all
        select chain.lead_id, e.day, no + 1 from chain inner join events as e on e.lead_id = chain.lead_id and e.day > chain.day
      ) from chain`,
    ],
    [
      'recursion over a whole table',
      `with recursive steps as (select stage, rung from stages union select s.stage, s.rung from steps inner join stages as s on s.rung = steps.rung + 1)
      select e.lead_id from events as e inner join steps on steps.stage = e.type`,
    ],
  ])('%s', async (_, sql, by?: string) => {
    expect(await check(sql, by === undefined ? {} : { by })).toEqual([]);
  });
});

describe('is refused:', () => {
  it.each([
    [
      'a join without the key',
      'select e.lead_id from events as e join cycles as c on e.day = c.opened_at',
      /^this join lets rows .* add lead_id = lead_id/,
    ],
    ['a cross join', 'select e.lead_id from events as e, cycles as c', /^this join lets rows/],
    [
      'a join by an expression of the key',
      'select e.lead_id from events as e join cycles as c on upper(e.lead_id) = upper(c.lead_id)',
      /^this join lets rows/,
    ],
    [
      'a join where the equality is one of two ways',
      'select e.lead_id from events as e join cycles as c on e.lead_id = c.lead_id or e.day = c.opened_at',
      /^this join lets rows/,
    ],
    [
      'an outer join with the equality only in WHERE',
      'select e.lead_id from events as e left join cycles as c on e.day = c.opened_at where e.lead_id = c.lead_id',
      /^this join lets rows/,
    ],
    [
      'ASOF with the equality only in WHERE',
      'select e.lead_id from events as e asof join cycles as c on e.day >= c.opened_at where e.lead_id = c.lead_id',
      /^this join lets rows/,
    ],
    [
      'a self join without the key',
      'with e as (from events) select l.lead_id from e as l join e as r on l.day = r.day',
      /^this join lets rows/,
    ],
    [
      'nulls of an outer join that meet null keys',
      `select c.lead_id from cycles as c left join events as e on c.lead_id = e.lead_id
      left join events as f on f.lead_id is not distinct from e.lead_id`,
      /^this join lets rows/,
    ],
    [
      'a whole table that is kept whole',
      'select e.lead_id, s.rung from stages as s left join events as e on e.type = s.stage',
      /^this join keeps rows/,
    ],
    [
      '… right',
      'select e.lead_id from events as e right join stages as s on e.type = s.stage',
      /^this join keeps rows/,
    ],
    ['… full', 'select e.lead_id from events as e full join stages as s on e.type = s.stage', /^this join keeps rows/],
    [
      '… by ASOF',
      'select e.lead_id from stages as s asof join events as e on s.stage = e.type and s.rung >= e.day',
      /^this ASOF join/,
    ],
    [
      'whole rows chosen by a keyed table',
      'select s.lead_id from stages as s semi join events as e on e.lead_id = s.lead_id',
      /^rows of a table that is not cut/,
    ],
    [
      '… by IN',
      'select s.lead_id from stages as s where s.lead_id in (select lead_id from events)',
      /^this subquery reads/,
    ],
    ['a positional join', 'select e.lead_id from events as e positional join cycles as c', /POSITIONAL/],
    [
      'the right side of a left join as key',
      'select e.lead_id from cycles as c left join events as e on c.lead_id = e.lead_id',
      /is not the key of an input/,
    ],
    [
      'one side of a full join as key',
      'select e.lead_id from cycles as c full join events as e on c.lead_id = e.lead_id',
      /is not the key of an input/,
    ],
    [
      'groups without the key',
      'select type, max(lead_id) as lead_id from events group by type',
      /^this grouping mixes rows of different lead_id: add lead_id/,
    ],
    [
      'a rollup',
      'select lead_id, type, count(*) as n from events group by rollup (lead_id, type)',
      /^this grouping mixes/,
    ],
    [
      'grouping sets that each hold another key',
      `select e.lead_id, c.lead_id as other, count(*) as n from events as e join cycles as c on e.lead_id = c.lead_id
      group by grouping sets ((e.lead_id), (c.lead_id))`,
      /is not the key of an input/,
    ],
    ['GROUP BY ALL without the key', 'select type, count(*) as n from events group by all', /^this grouping mixes/],
    [
      'an aggregate of everything',
      'select count(*) as n, max(lead_id) as lead_id from events',
      /^this aggregate takes rows of every lead_id/,
    ],
    ['an aggregating macro', 'select json_group_array(day) as lead_id from events', /^this aggregate takes/],
    [
      'groups by a column that hides the key',
      'select type as lead_id, count(*) as n from events group by type',
      /^this grouping mixes/,
    ],
    [
      'DISTINCT without the key',
      'with t as (select distinct type from events) select e.lead_id from events as e join t on e.type = t.type',
      /^DISTINCT compares/,
    ],
    ['DISTINCT ON without the key', 'select distinct on (type) * from events order by day', /^DISTINCT compares/],
    [
      'DISTINCT ON an alias that hides the key',
      'select distinct on (lead_id) type as lead_id from events',
      /^DISTINCT compares/,
    ],
    [
      'a window without the key',
      'select lead_id, lag(day) over (partition by type order by day) as before from events',
      /^this window mixes rows of different lead_id: add lead_id to its partition by/,
    ],
    ['… in QUALIFY', 'select * from events qualify row_number() over (order by day) = 1', /^this window mixes/],
    ['… in an expression', 'select lead_id, day - min(day) over () as since from events', /^this window mixes/],
    [
      '… in ORDER BY with a limit',
      'select * from events order by row_number() over (order by day)',
      /^this window mixes/,
    ],
    ['LIMIT', 'select * from events order by day limit 10', /^LIMIT and OFFSET/],
    ['OFFSET', 'select * from events order by day offset 10', /^LIMIT and OFFSET/],
    ['a sample', 'select * from events using sample 10', /sample/],
    ['a sampled table', 'select * from events tablesample 10%', /sample/],
    [
      'a union at different places',
      'select lead_id, type as other from events union all select type, lead_id from events',
      /^the two sides/,
    ],
    [
      'a union with a whole table',
      'select lead_id from events union all select lead_id from stages',
      /^this set operation puts/,
    ],
    ['a union with a constant', `select lead_id from events union select 'none'`, /^this set operation puts/],
    [
      'a whole table EXCEPT a keyed one',
      'select lead_id from stages except select lead_id from events',
      /^this set operation puts/,
    ],
    [
      'a union by name where one side lacks the key',
      'select lead_id, day from events union all by name select day from events',
      /^the two sides/,
    ],
    [
      'a subquery over everything',
      'select lead_id, day - (select min(day) from events) as since from cycles join events using (lead_id)',
      /^this aggregate takes rows of every lead_id/,
    ],
    [
      'EXISTS that is tied by something else',
      'select c.lead_id from cycles as c where exists (select 1 from events as e where e.day = c.opened_at)',
      /^this subquery reads/,
    ],
    [
      'EXISTS tied by one of two ways',
      'select c.lead_id from cycles as c where exists (select 1 from events as e where e.lead_id = c.lead_id or e.day = c.opened_at)',
      /^this subquery reads/,
    ],
    [
      'the key NOT IN keys',
      'select lead_id from cycles where lead_id not in (select lead_id from events)',
      /^this subquery reads/,
    ],
    [
      'the key IN keys, as a value',
      'select lead_id, lead_id in (select lead_id from events) as has_event from cycles',
      /^this subquery reads/,
    ],
    [
      'another column IN keys',
      'select lead_id from cycles where opened_at in (select lead_id from events)',
      /^this subquery reads/,
    ],
    [
      'a window inside a tied subquery’s table',
      `select c.lead_id, (select max(n) from (select lead_id, row_number() over (order by day) as n from events) as e where e.lead_id = c.lead_id) as n from cycles as c`,
      /^this window mixes/,
    ],
    [
      'an aggregate of the query outside',
      'select lead_id from events as e where exists (select max(e.day)) and day is not null',
      /^this aggregate in a subquery/,
    ],
    [
      'a lateral subquery that is not tied',
      `select c.lead_id from cycles as c, lateral (select max(e.day) as last from events as e where e.day > c.opened_at) as l`,
      /^this aggregate takes/,
    ],
    [
      'a tied subquery whose outer join keeps rows that are not',
      `select c.lead_id, (select count(*) from events as e
        left join (select * from cycles as d where d.lead_id = c.lead_id) as d on e.lead_id = d.lead_id
        cross join (select * from cycles as f where f.lead_id = c.lead_id) as f) as n from cycles as c`,
      /^this join lets rows/,
    ],
    [
      'a key that may be missing, which a lateral subquery is tied to',
      `select l.lead_id, q.n from (select c.lead_id from cycles as c right join events as e on c.lead_id = e.lead_id) as l,
        lateral (select count(*) as n from events as f where f.lead_id = l.lead_id) as q`,
      /is not the key of an input/,
    ],
    [
      'recursion that leaves the key',
      `with recursive chain as (
        select lead_id, day from events
        union
        select e.type, e.day from chain inner join events as e on e.lead_id = chain.lead_id
      ) from chain`,
      /^the recursive step leaves the lead_id/,
    ],
    [
      'recursion that starts whole',
      `with recursive chain as (
        select lead_id from stages
        union
        select e.lead_id from chain inner join events as e on e.lead_id = chain.lead_id
      ) from chain`,
      /^this set operation puts/,
    ],
    [
      'the key left out on the way',
      'with t as (select type, day from events) select e.lead_id from events as e join t on e.day = t.day',
      /^this select leaves out the key lead_id/,
    ],
    ['the key changed', 'select upper(lead_id) as lead_id from events', /is not the key of an input/],
    ['no key in the result', 'select day from events', /^the result has no column lead_id/],
    ['an unknown table function', `select e.lead_id from events as e, glob('*') as g`, /cannot be told/],
    ['PIVOT', 'from (from events) pivot (count(*) for type in (1, 2))', /PIVOT is not followed/],
    ['a schema', 'select lead_id from main.events', /^events is read with its schema/],
    ['the row number of a stored row', 'select lead_id, rowid as no from events', /cannot be told/],
  ])('%s', async (_, sql, reason) => {
    const problems = await check(sql, {
      inputs: keyed.filter((name) => new RegExp(`\\b(from|join|,) (main\\.)?${name}\\b`).test(sql)),
    });
    expect(problems.map((problem) => problem.reason)).toEqual([expect.stringMatching(reason)]);
  });

  it('an input that is not read, and one without the column', async () => {
    expect(await check('select lead_id from events', { inputs: ['events', 'cycles'] })).toEqual([
      { reason: 'the input cycles is not read: take it out of the inputs', at: undefined },
    ]);
    const { statement, known } = await parsed('select lead_id from events', tables);
    const options = { ...known, partitionBy: 'lead_id', inputs: new Map([['events', 'lead']]) };
    expect(checkPartition(statement, options)[0]?.reason).toBe('events has no column lead to be cut by');
  });

  it('a result that reads nothing that is cut', async () => {
    expect((await check('select stage as lead_id from stages'))[0]?.reason).toMatch(/reads nothing that is cut/);
  });
});

it('says each problem at its place, in bytes', async () => {
  const problems = await check(
    `select 'æ' as a, lead_id, lag(day) over (order by day) as b, max(day) over () as c from events`,
  );
  expect(problems.map(({ at }) => at?.slice(0, 8))).toEqual(['lag(day)', 'max(day)']);
});

it('reads a model in place that is made nowhere', async () => {
  const inner = await parsed('select lead_id, row_number() over (order by day) as no from events', tables);
  const { statement, known } = await parsed('select lead_id, no from numbered', tables);
  const options = { ...known, partitionBy: 'lead_id', inputs: new Map([['events', 'lead_id']]) };
  const statementOf = (model: string) => (model === 'numbered' ? inner.statement : undefined);
  expect(checkPartition(statement, { ...options, statementOf })).toEqual([
    { reason: expect.stringMatching(/^this window mixes/), position: 16, model: 'numbered' },
  ]);
});
