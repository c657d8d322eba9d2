import { describe, expect, it } from 'vitest';
import { clockComparisons } from '../../../src/models/partition/clock-comparisons.ts';
import { parsed } from '../lineage/parsed.ts';

/** events and duties are cut; stages is read whole. */
const tables = {
  events: ['lead_id', 'occurred_at', 'type'],
  duties: ['lead_id', 'duty_no', 'due_at', 'ends_at'],
  stages: ['stage', 'starts_at'],
  'run.clock': ['as_of'],
};

async function compared(sql: string): Promise<readonly string[] | undefined> {
  const { statement, known } = await parsed(sql, tables);
  const statements = new Map([['overdue', (await parsed(overdue, tables)).statement]]);
  const found = clockComparisons(statement, {
    ...known,
    inputs: new Set(['events', 'duties']),
    statementOf: (model) => statements.get(model),
  });
  return found?.map(({ input, column }) => `${input}.${column}`).sort();
}

/** An ephemeral model, read in place. */
const overdue = 'select duties.lead_id, duties.due_at < clock.as_of as is_overdue from duties cross join run.clock';

describe('as_of is only compared with columns of cut inputs:', () => {
  it.each<[string, string, ...string[]]>([
    [
      'a join as crm_events has it',
      `with events as (select * from events),
        final as (select events.lead_id from events inner join run.clock on events.occurred_at <= clock.as_of)
      select * from final`,
      'events.occurred_at',
    ],
    [
      'on either side, in a CASE, under another name, left out of the result',
      `with judged as (
          select d.lead_id, d.due_at as due, case when now > d.due_at then 'overdue' else 'pending' end as status, c.now
          from duties as d cross join run.clock as c(now)
        )
      select * exclude (now), coalesce(due <= now, false) as is_counted from judged`,
      'duties.due_at',
    ],
    [
      'below an outer join, which leaves null',
      'select e.lead_id, d.due_at >= as_of as x from events as e cross join run.clock left join duties as d using (lead_id)',
      'duties.due_at',
    ],
    [
      'in the filter of an aggregate',
      'select lead_id, count(*) filter (where occurred_at < as_of) as n from events, run.clock group by lead_id',
      'events.occurred_at',
    ],
    [
      'in a subquery tied to the row',
      `select d.lead_id, (select count(*) from events as e where e.lead_id = d.lead_id and e.occurred_at < c.as_of) as n
      from duties as d, run.clock as c`,
      'events.occurred_at',
    ],
    [
      'BETWEEN, either way',
      `select lead_id, as_of between due_at and ends_at as x, not ends_at between timestamptz '2026-01-01Z' and as_of as y
      from duties, run.clock`,
      'duties.due_at',
      'duties.ends_at',
    ],
    [
      'in both sides of a union',
      `select lead_id from duties, run.clock where due_at < as_of
      union all select lead_id from events semi join run.clock on events.occurred_at > clock.as_of`,
      'duties.due_at',
      'events.occurred_at',
    ],
    ['in an ephemeral model', 'select lead_id, is_overdue from overdue', 'duties.due_at'],
    [
      'the clock by a star',
      'select duties.* from duties cross join (select * from run.clock) as c where due_at < c.as_of',
      'duties.due_at',
    ],
    ['the clock unused', 'select lead_id from duties cross join run.clock'],
    ['no clock', 'select lead_id from duties'],
  ])('%s', async (_, sql, ...columns) => {
    expect(await compared(sql)).toEqual(columns);
  });
});

const from = 'from duties cross join run.clock';
const joined = 'from duties cross join run.clock as clock';

describe('anything else done with as_of is not safe:', () => {
  it.each([
    ['shown', `select lead_id, as_of ${from}`],
    ['shown under another name', `with c as (select as_of as now from run.clock) select lead_id, now from duties, c`],
    ['shown by a star', `select * ${from}`],
    ['shown by the star of the table', `select lead_id, clock.* ${joined}`],
    ['shown as a row', `select lead_id, clock ${joined}`],
    ['part of a struct', `select lead_id, struct_pack(at := as_of).at > due_at as x ${from}`],
    ['reckoned with', `select lead_id, as_of - due_at as age ${from}`],
    ['compared after reckoning', `select lead_id, due_at < as_of - interval 1 day as x ${from}`],
    ['compared with what was reckoned', `select lead_id, due_at + interval 1 day < as_of as x ${from}`],
    [
      '… in another select',
      `with d as (select lead_id, due_at + interval 1 day as x from duties) select lead_id, x < as_of as y from d, run.clock`,
    ],
    ['cast', `select lead_id, due_at < as_of::date as x ${from}`],
    ['compared with a default', `select lead_id, coalesce(due_at, timestamptz '2026-01-01Z') < as_of as x ${from}`],
    ['as a default', `select lead_id, coalesce(due_at, as_of) as x ${from}`],
    ['the lesser', `select lead_id, least(due_at, as_of) as x ${from}`],
    ['in a CASE', `select lead_id, case when due_at is null then as_of end as x ${from}`],
    ['compared with a constant', `select lead_id, as_of > timestamptz '2026-01-01Z' as x ${from}`],
    ['compared with itself', `select lead_id, as_of >= as_of as x ${from}`],
    ['compared for equality', `select lead_id, due_at = as_of as x ${from}`],
    ['in a list', `select lead_id, due_at in (as_of) as x ${from}`],
    [
      'between a constant and a column',
      `select lead_id, as_of between timestamptz '2026-01-01Z' and due_at as x ${from}`,
    ],
    ['compared with a table that is not cut', `select lead_id, starts_at < as_of as x from duties, stages, run.clock`],
    ['compared with an aggregate', `select lead_id, max(due_at) < any_value(as_of) as x ${from} group by lead_id`],
    [
      'compared after a set operation',
      `with d as (select lead_id, due_at from duties union all select lead_id, occurred_at from events) select lead_id from d, run.clock where due_at < as_of`,
    ],
    ['aggregated', `select lead_id, max(as_of) > max(due_at) as x ${from} group by lead_id`],
    ['grouped by', `select lead_id, count(*) as n ${from} group by lead_id, as_of`],
    ['… with all', `select lead_id, as_of, count(*) as n ${from} group by all`],
    ['ordered by', `select distinct on (lead_id) lead_id, due_at ${from} order by as_of - due_at`],
    [
      'ordered by in an aggregate',
      `select lead_id, list(duty_no order by as_of - due_at) as x ${from} group by lead_id`,
    ],
    ['chosen by', `select lead_id, arg_min(duty_no, as_of - due_at) as x ${from} group by lead_id`],
    ['in a window', `select lead_id, count(*) over (partition by lead_id order by as_of) as n ${from}`],
    [
      'in the frame of a window',
      `select lead_id, count(*) over (partition by lead_id order by due_at range between as_of - due_at preceding and current row) as n ${from}`,
    ],
    ['in QUALIFY', `select lead_id ${from} qualify lag(as_of) over (partition by lead_id order by due_at) > due_at`],
    ['distinct', `select lead_id from (select distinct lead_id, as_of ${from})`],
    ['distinct on', `select distinct on (lead_id, as_of) lead_id ${from}`],
    [
      'in a union',
      `with c as (select as_of from run.clock union all select as_of from run.clock) select lead_id from duties, c`,
    ],
    ['in EXCEPT', `select lead_id from (select lead_id, due_at from duties except select lead_id, as_of ${from})`],
    [
      'in a recursion',
      `with recursive c as (select as_of from run.clock union all select as_of from c where false) select lead_id from duties, c`,
    ],
    ['turned', `select lead_id from (unpivot (select lead_id, due_at, as_of ${from}) on due_at, as_of)`],
    [
      'in a table function',
      `select lead_id from duties, run.clock, unnest([as_of, due_at]) as t(x) where t.x < due_at`,
    ],
    [
      'matched by ASOF',
      `select d.lead_id from duties as d asof join (from events, run.clock) as c on d.lead_id = c.lead_id and d.due_at >= c.as_of`,
    ],
    [
      'joined by USING',
      `select lead_id from (select lead_id, due_at as as_of from duties) join run.clock using (as_of)`,
    ],
    ['joined by nature', `select lead_id from (select lead_id, due_at as as_of from duties) natural join run.clock`],
    ['asked of a subquery', `select lead_id from duties where due_at < (select as_of from run.clock)`],
    ['IN a subquery', `select lead_id from duties where due_at in (select as_of from run.clock)`],
    ['ANY of a subquery', `select lead_id from duties, run.clock where as_of < any (select occurred_at from events)`],
    ['for all columns', `select lead_id, max(columns([due_at, as_of])) ${from} group by lead_id`],
    ['in place of a column', `select * exclude (as_of) replace (as_of as due_at) ${from}`],
    ['… for all columns', `select max(columns(* exclude (as_of) replace (as_of as due_at))) ${from} group by lead_id`],
    ['… unpacked', `select lead_id, coalesce(*columns(* exclude (as_of) replace (as_of as due_at))) as x ${from}`],
    ['as an alias further on', `select lead_id, as_of as now, now - due_at as age ${from}`],
    ['in HAVING', `select lead_id ${from} group by lead_id having max(as_of - due_at) > interval 1 day`],
    ['in a lambda', `select lead_id, list_filter([due_at], lambda x: x < as_of) as x ${from}`],
    ['in LIMIT', `select lead_id from duties limit (select epoch_us(as_of) from run.clock)`],
    ['tested for null', `select lead_id, as_of is null as x from duties left join run.clock on due_at < as_of`],
    ['an input with its schema', `select lead_id from main.duties, run.clock where due_at < as_of`],
    [
      'of a table whose columns are not known',
      `select duties.lead_id from duties, run.clock, unheard_of where due_at < as_of`,
    ],
  ])('%s', async (_, sql) => {
    expect(await compared(sql)).toBeUndefined();
  });
});
