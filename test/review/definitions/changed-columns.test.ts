import { describe, expect, it } from 'vitest';
import { changedColumns } from '../../../src/review/definitions/changed-columns.ts';
import { sideOf } from './model-sides.ts';

/** What both select from: a model with the columns of raw.t, and one with those of raw.w. */
const read = { u: 'select id, a, b, c from raw.t', v: 'select id, x, y from raw.w' };

interface Case {
  readonly what: string;
  readonly before: string;
  readonly after: string;
  /** Undefined: the same SQL. */
  readonly columns: readonly string[] | null | undefined;
}

const told: readonly Case[] = [
  {
    what: 'formatting, comments and letter case of keywords',
    before: 'select id, a from u where a > 1',
    after: 'SELECT id,\n    a -- the first\nFROM u WHERE a > 1',
    columns: undefined,
  },
  {
    what: 'one expression',
    before: 'select id, a + 1 as k from u',
    after: 'select id, a + 2 as k from u',
    columns: ['k'],
  },
  {
    what: 'what an alias feeds',
    before: 'select id, a as k, k + b as l, b as m from u',
    after: 'select id, -a as k, k + b as l, b as m from u',
    columns: ['k', 'l'],
  },
  {
    what: 'an expression of a common table, through another and a star',
    before: 'with x as (select id, a as k, b as l from u), z as (select *, k * 2 as m from x) select id, m, l from z',
    after:
      'with x as (select id, a - 1 as k, b as l from u), z as (select *, k * 2 as m from x) select id, m, l from z',
    columns: ['m'],
  },
  {
    what: 'an expression of a common table that nothing reads',
    before: 'with x as (select id, a as k from u) select id from x',
    after: 'with x as (select id, b as k from u) select id from x',
    columns: [],
  },
  {
    what: 'one of a common table that only a column beside it shares a name with',
    before: 'with x as (select id, a as k from u) select x.id, v.x as k from x join v on v.id = x.id',
    after: 'with x as (select id, b as k from u) select x.id, v.x as k from x join v on v.id = x.id',
    columns: [],
  },
  {
    what: 'what an aggregate adds up, and what it leaves out',
    before: 'select c, sum(a) as s, count(*) filter (where b > 1) as n from u group by c',
    after: 'select c, sum(b) as s, count(*) filter (where b > 2) as n from u group by c',
    columns: ['s', 'n'],
  },
  {
    what: 'a filter that looks at what changed before it',
    before:
      'with x as (select c, a + 1 as k from u) select c, count(*) filter (where k > 1) as n, max(c) as m from x group by c',
    after:
      'with x as (select c, a + 2 as k from u) select c, count(*) filter (where k > 1) as n, max(c) as m from x group by c',
    columns: ['n'],
  },
  {
    what: 'an order within an aggregate',
    before:
      'with x as (select c, a as k from u) select c, string_agg(c order by k) as list, min(c) as m from x group by c',
    after:
      'with x as (select c, b as k from u) select c, string_agg(c order by k) as list, min(c) as m from x group by c',
    columns: ['list'],
  },
  {
    what: 'an aggregate under group by all',
    before: 'select c, max(a) as m from u group by all',
    after: 'select c, min(a) as m from u group by all',
    columns: ['m'],
  },
  {
    what: 'one aggregate of all rows for another',
    before: 'select max(a) as m, count(*) as n from u',
    after: 'select min(a) as m, count(*) as n from u',
    columns: ['m'],
  },
  {
    what: 'a window, and what is chosen by it elsewhere stays',
    before:
      'select id, row_number() over (partition by c order by a, id) as n, b from u qualify rank() over (order by b) = 1',
    after:
      'select id, row_number() over (partition by c order by b, id) as n, b from u qualify rank() over (order by b) = 1',
    columns: ['n'],
  },
  {
    what: 'a new column at the end',
    before: 'select id, a from u',
    after: 'select id, a, b + 1 as n from u',
    columns: ['n'],
  },
  {
    what: 'a new column through two common tables',
    before: 'with x as (select id, a from u), z as (select x.*, v.y from x join v on v.id = x.id) select * from z',
    after: 'with x as (select id, a, b from u), z as (select x.*, v.y from x join v on v.id = x.id) select * from z',
    columns: ['b'],
  },
  { what: 'a column that is gone', before: 'select id, a, b from u', after: 'select id, a from u', columns: ['b'] },
  { what: 'columns in another order', before: 'select id, a, b from u', after: 'select id, b, a from u', columns: [] },
  {
    what: 'expressions in another order',
    before: 'select id, v.x as q, id + v.y as r from v',
    after: 'select id, id + v.y as r, v.x as q from v',
    columns: [],
  },
  {
    what: 'another name for the same',
    before: 'select id, a as k from u',
    after: 'select id, a as l from u',
    columns: ['l', 'k'],
  },
  {
    what: 'a subquery in a select list',
    before: 'select id, (select x from v where v.id = u.id) as m, a from u',
    after: 'select id, (select y from v where v.id = u.id) as m, a from u',
    columns: ['m'],
  },
  {
    what: 'one side of a union',
    before: 'select id, a as k, b as l from u union all select id, x, y * 2 from v',
    after: 'select id, a as k, b as l from u union all select id, x, y * 3 from v',
    columns: ['l'],
  },
  {
    what: 'a table outside models',
    before: 'select id, a + 1 as k, b from raw.t',
    after: 'select id, a + 2 as k, b from raw.t',
    columns: ['k'],
  },
  {
    what: 'a case whose branch differs',
    before: `select id, case when a > 1 then 'x' else 'y' end as k, b from u`,
    after: `select id, case when a > 1 then 'x' else 'z' end as k, b from u`,
    columns: ['k'],
  },
];

const untold: readonly Omit<Case, 'columns'>[] = [
  { what: 'a condition', before: 'select id from u where a > 1', after: 'select id from u where a > 2' },
  { what: 'a condition that is gone', before: 'select id from u where a > 1', after: 'select id from u' },
  { what: 'another table', before: 'select id from u', after: 'select id from v' },
  {
    what: 'another join',
    before: 'select u.id, v.x from u join v on v.id = u.id',
    after: 'select u.id, v.x from u left join v on v.id = u.id',
  },
  {
    what: 'a column that a condition reads further on',
    before: 'with x as (select id, a as k from u) select id from x where k > 1',
    after: 'with x as (select id, b as k from u) select id from x where k > 1',
  },
  {
    what: 'a column that a join reads further on',
    before: 'with x as (select id, a as k from u) select x.id from x join v on v.id = x.k',
    after: 'with x as (select id, b as k from u) select x.id from x join v on v.id = x.k',
  },
  {
    what: 'a group',
    before: 'select a as k, count(*) as n from u group by 1',
    after: 'select b as k, count(*) as n from u group by 1',
  },
  {
    what: 'a group by its alias',
    before: 'select a + 1 as k, count(*) as n from u group by k',
    after: 'select a + 2 as k, count(*) as n from u group by k',
  },
  {
    what: 'a group of all',
    before: 'select lower(c) as k, count(*) as n from u group by all',
    after: 'select upper(c) as k, count(*) as n from u group by all',
  },
  {
    what: 'a new group of all',
    before: 'select c, count(*) as n from u group by all',
    after: 'select c, a, count(*) as n from u group by all',
  },
  {
    what: 'a group of all over what changed before',
    before: 'with x as (select a as k from u) select abs(k) as k, count(*) as n from x group by all',
    after: 'with x as (select b as k from u) select abs(k) as k, count(*) as n from x group by all',
  },
  {
    what: 'an aggregate of all rows in place of a value',
    before: 'select a as k from u',
    after: 'select max(a) as k from u',
  },
  {
    what: 'a value in place of the only aggregate',
    before: 'select count(*) as n from u',
    after: 'select 1 as n from u',
  },
  {
    what: 'an aggregate over the rows of the query around it',
    before: 'select (select u.a) as k from u',
    after: 'select (select sum(u.a)) as k from u',
  },
  {
    what: 'a function that nobody here knows to look at one row',
    before: 'select a::double as k from u',
    after: 'select entropy(a) as k from u',
  },
  { what: 'distinct rows', before: 'select distinct a from u', after: 'select distinct a + 1 as a from u' },
  {
    what: 'a union of distinct rows',
    before: 'select id, a from u union select id, x from v',
    after: 'select id, -a as a from u union select id, x from v',
  },
  {
    what: 'a list turned into rows',
    before: 'select id, unnest([a, b]) as k from u',
    after: 'select id, unnest([a]) as k from u',
  },
  {
    what: 'a list turned into rows further on',
    before: 'with x as (select id, [a, b] as k from u) select id, unnest(k) as k from x',
    after: 'with x as (select id, [a] as k from u) select id, unnest(k) as k from x',
  },
  {
    what: 'the order in which rows are cut off',
    before: 'with x as (select id, a as k from u) select id from x order by k limit 3',
    after: 'with x as (select id, b as k from u) select id from x order by k limit 3',
  },
  {
    what: 'which row of several is kept',
    before:
      'with x as (select id, c, a as k from u) select id from x qualify row_number() over (partition by c order by k) = 1',
    after:
      'with x as (select id, c, b as k from u) select id from x qualify row_number() over (partition by c order by k) = 1',
  },
  {
    what: 'columns of a common table that a union takes by place',
    before: 'with x as (select id, a, b from u) select * from x union all select id, x, y from v',
    after: 'with x as (select id, b, a from u) select * from x union all select id, x, y from v',
  },
  {
    what: 'columns of a common table that get other names by place',
    before: 'with x as (select id, a, b from u) select k, l from x as z(k, l)',
    after: 'with x as (select id, b, a from u) select k, l from x as z(k, l)',
  },
  {
    what: 'a number that only a longer one is told from',
    before: 'select id, a + 1 as k from u where a <> 9007199254740992',
    after: 'select id, a + 2 as k from u where a <> 9007199254740993',
  },
  {
    what: 'a star that leaves out another column',
    before: 'select * exclude (a) from u',
    after: 'select * exclude (b) from u',
  },
  {
    what: 'what exists',
    before: 'select id from u where exists (select 1 from v where v.id = u.id and v.x > 1)',
    after: 'select id from u where exists (select 1 from v where v.id = u.id and v.x > 2)',
  },
  {
    what: 'what a condition looks for',
    before: 'select id from u where id in (select x from v)',
    after: 'select id from u where id in (select y from v)',
  },
];

async function changedIn(cases: readonly Omit<Case, 'columns'>[]) {
  const files = (which: 'before' | 'after') =>
    Object.fromEntries([
      ...Object.entries(read).map(([name, sql]) => [`models/${name}.sql`, sql]),
      ...cases.map((entry, index) => [`models/case_${index}.sql`, entry[which]]),
    ]);
  const [before, after] = [await sideOf(files('before')), await sideOf(files('after'))];
  expect([...before.problems, ...after.problems]).toEqual([]);
  const changed = changedColumns(before, after);
  return (index: number) => changed.get(`case_${index}`);
}

describe('columns that a model makes otherwise', () => {
  it('are told where only expressions of select lists differ', async () => {
    const changed = await changedIn(told);
    expect(told.map(({ what }, index) => [what, changed(index)])).toEqual(
      told.map(({ what, columns }) => [what, columns]),
    );
  });

  it('are any where rows may come and go, or it cannot be told', async () => {
    const changed = await changedIn(untold);
    expect(untold.map(({ what }, index) => [what, changed(index)])).toEqual(untold.map(({ what }) => [what, null]));
  });

  it('are any in another order that a union of another model takes', async () => {
    const files = { 'models/u.sql': read.u, 'models/v.sql': read.v };
    const reader = { 'models/both.sql': 'select * from k union all select * from v' };
    const before = await sideOf({ ...files, ...reader, 'models/k.sql': 'select id, a, b from u' });
    const after = await sideOf({ ...files, ...reader, 'models/k.sql': 'select id, b, a from u' });
    expect([...changedColumns(before, after)]).toEqual([['k', null]]);
  });

  it('are none of a model that reads another by its new name', async () => {
    const before = await sideOf({ 'models/old.sql': read.u, 'models/k.sql': 'select old.id, a from old' });
    const after = await sideOf({ 'models/new.sql': read.u, 'models/k.sql': 'select new.id, a from new' });
    expect([...changedColumns(before, after)]).toEqual([]);
  });

  it('are any of a model whose SQL differs where a side cannot be read', async () => {
    const before = await sideOf({ 'models/u.sql': read.u, 'models/k.sql': 'select id, a from u' });
    const after = await sideOf({ 'models/u.sql': read.u, 'models/k.sql': 'select id, from where u' });
    expect([...changedColumns(before, after)]).toEqual([['k', null]]);
  });
});
