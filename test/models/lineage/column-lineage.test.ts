import { describe, expect, it } from 'vitest';
import { columnLineage } from '../../../src/models/lineage/column-lineage.ts';
import { feeds, traceColumn } from '../../../src/models/lineage/trace.ts';
import { parsed } from './parsed.ts';

const tables = {
  t: ['a', 'b', 'c', 'Mixed Case'],
  u: ['a', 'd', 'e'],
  's.v': ['a', 'f'],
  list: ['id', 'items', 'info'],
};

/** `x: t.a u.d` for each column, `x: unknown` where it is not known, then what decides the rows. */
async function lineage(sql: string) {
  const { statement, known } = await parsed(sql, tables);
  const { columns, filters, unknown } = columnLineage(statement, known);
  const text = ({ from, unknown: doubt }: (typeof columns)[number] | typeof filters) =>
    [...from.map(({ table, column }) => `${table}.${column}`), ...(doubt === undefined ? [] : [`? ${doubt}`])].join(
      ' ',
    );
  return {
    columns: columns.map((column) => `${column.name}: ${text(column)}`.trim()),
    filters: text(filters),
    ...(unknown === undefined ? {} : { unknown }),
  };
}

describe('what feeds a column:', () => {
  it.each([
    ['an expression', 'select a + b as x from t', ['x: t.a t.b']],
    ['a constant', `select 1 as x, 'y' as y, current_date as d`, ['x:', 'y:', 'd:']],
    ['names in quotes and in other cases', 'select T."mixed case" as x, A as y from T', ['x: t.Mixed Case', 'y: t.a']],
    ['a schema', 'select s.v.f, v.a from s.v', ['f: s.v.f', 'a: s.v.a']],
    ['a star', 'from u', ['a: u.a', 'd: u.d', 'e: u.e']],
    [
      'a star that leaves out, replaces and renames',
      'select * exclude (e) replace (d + a as d) rename (a as k) from u',
      ['k: u.a', 'd: u.a u.d'],
    ],
    ['a star of one relation', 'select u.* exclude (u.a), t.b from t, u', ['d: u.d', 'e: u.e', 'b: t.b']],
    ['columns by a pattern', `select columns('^[ab]$') from t`, ['a: t.a', 'b: t.b']],
    ['columns by names, one expression each', `select max(columns(['a', 'c'])) as m from t`, ['m: t.a', 'm: t.c']],
    ['columns named by a pattern', `select columns('(a|d)') as 'x_\\1' from u`, ['x_a: u.a', 'x_d: u.d']],
    ['FROM alone with SELECT after it', 'from t select b', ['b: t.b']],
    [
      'an alias used further on',
      'select a as x, x + b as y, y * 2 as z from t',
      ['x: t.a', 'y: t.a t.b', 'z: t.a t.b'],
    ],
    ['a column that wins over an alias', 'select b as a, a as x from t', ['a: t.b', 'x: t.a']],
    ['aliases of a table and its columns', 'select z.p, z.b from t as z(p)', ['p: t.a', 'b: t.b']],
    [
      'a common table expression',
      'with x as (select a, b + c as s from t), y(k, v) as (from x) select v, k from y',
      ['v: t.b t.c', 'k: t.a'],
    ],
    ['one that hides a table', 'with t as (select d as a from u) select a from t', ['a: u.d']],
    [
      'an inner one that hides an outer one',
      'with x as (select a from t) select (with x as (select d from u) select max(d) from x) as m, a from x',
      ['m: u.d', 'a: t.a'],
    ],
    [
      'recursion',
      `with recursive r(n, m) as (select a, b from t union all select r.m, u.d from r join u on u.a = r.n) select n, m from r`,
      ['n: t.a t.b u.d', 'm: t.b u.d'],
    ],
    ['a subquery', 'select q.s from (select a, sum(b) as s from t group by a) as q', ['s: t.b']],
    ['names that come twice', 'select a, a_1 from (select * from t join u on t.b = u.d)', ['a: t.a', 'a_1: u.a']],
    ['USING, inner', 'select a, t.a as l, u.a as r from t join u using (a)', ['a: t.a', 'l: t.a', 'r: u.a']],
    ['USING, right', 'select a from t right join u using (a)', ['a: u.a']],
    ['USING, full', 'select a from t full join u using (a)', ['a: t.a u.a']],
    [
      'USING and a star',
      'select * exclude (b, c, "Mixed Case") from t join u using (a)',
      ['a: t.a', 'd: u.d', 'e: u.e'],
    ],
    ['a natural join', 'select * from u natural join s.v', ['a: u.a', 'd: u.d', 'e: u.e', 'f: s.v.f']],
    ['ASOF', 'select t.b, u.d from t asof join u on t.a = u.a and t.c >= u.e', ['b: t.b', 'd: u.d']],
    ['a semi join', 'select * from u semi join t on u.a = t.a', ['a: u.a', 'd: u.d', 'e: u.e']],
    ['a positional join', 'select b, d from t positional join u', ['b: t.b', 'd: u.d']],
    [
      'a comma and lateral',
      'select q.x from t, lateral (select t.a + max(u.d) as x from u where u.a = t.b) as q',
      ['x: t.a u.d'],
    ],
    ['a union, by place', 'select a, b from t union all select d, e from u', ['a: t.a u.d', 'b: t.b u.e']],
    [
      'a union, by name',
      'select a, b from t union all by name select d as b, e from u',
      ['a: t.a', 'b: t.b u.d', 'e: u.e'],
    ],
    ['EXCEPT', 'select a from t except select d from u', ['a: t.a u.d']],
    ['VALUES', 'select v.y from (values (1, 2)) as v(x, y)', ['y:']],
    [
      'a table function',
      'select list.id, n.item, r.i from list, unnest(list.items) as n(item), range(list.id) as r(i)',
      ['id: list.id', 'item: list.items', 'i: list.id'],
    ],
    ['UNNEST in the select list', 'select id, unnest(items) as item from list', ['id: list.id', 'item: list.items']],
    [
      'UNNEST of structs',
      `select unnest([{'k': a, 'v': b}, {'k': c, 'v': 1}], recursive := true) from t`,
      ['k: t.a t.c', 'v: t.b'],
    ],
    ['UNPIVOT', 'from (select a, b, c from t) unpivot (v for n in (b, c))', ['a: t.a', 'n:', 'v: t.b t.c']],
    [
      'an aggregate with its filter and order',
      'select string_agg(a, b order by c) filter (where "Mixed Case") as x from t',
      ['x: t.Mixed Case t.a t.b t.c'],
    ],
    [
      'a window, named, with its frame',
      'select sum(a) over (w rows between b preceding and current row) as x from t window w as (partition by c)',
      ['x: t.a t.b t.c'],
    ],
    [
      'a scalar subquery',
      'select t.b, (select max(d) from u where u.a = t.c) as m from t',
      ['b: t.b', 'm: t.c u.a u.d'],
    ],
    [
      'IN and EXISTS',
      'select a in (select d from u where e > 1) as i, exists (select 1 from u where u.a = t.b) as x from t',
      ['i: t.a u.d u.e', 'x: t.b u.a'],
    ],
    [
      'a lambda',
      'select list_transform(items, lambda id: id + 1) as x, list_filter(items, i -> i > id) as y from list',
      ['x: list.items', 'y: list.id list.items'],
    ],
    ['a look into JSON', `select info -> 'x' ->> 'y' as x from list`, ['x: list.info']],
    [
      'a field that may be a table’s column',
      'select info.a.b as x, list.info.a as y from list',
      ['x: list.info', 'y: list.info'],
    ],
    [
      'fields of a struct',
      `with s as (select {'x': a, 'y': b} as p from t) select p.x as k, p['y'] as l, p as m from s`,
      ['k: t.a', 'l: t.b', 'm: t.a t.b'],
    ],
    ['fields through an aggregate', `select arg_max({'x': a, 'y': b}, c).x as k from t`, ['k: t.a t.c']],
    [
      'fields through CASE',
      `select (case when c > 0 then {'x': a} else {'x': b} end).x as k from t`,
      ['k: t.a t.b t.c'],
    ],
    ['a whole row', 'select any_value(u).d as d, u as row from u group by u', ['d: u.d', 'row: u.a u.d u.e']],
    ['the fields of a row, as a star', 'select r.* from (select u as r from u)', ['a: u.a', 'd: u.d', 'e: u.e']],
  ])('%s', async (_, sql, columns) => {
    const found = await lineage(sql);
    expect(found.columns).toEqual(columns);
    expect(found.unknown).toBeUndefined();
    expect(found.filters).not.toContain('?');
  });
});

describe('what decides the rows:', () => {
  it.each([
    ['nothing', 'select a from t order by b', ''],
    ['a condition', 'select a from t where b > c', 't.b t.c'],
    ['an alias in a condition', 'select a + b as x from t where x > 1', 't.a t.b'],
    ['a join', 'select b from t join u on t.a = u.a and t.c > u.d', 't.a t.c u.a u.d'],
    ['USING', 'select b from t join u using (a)', 't.a u.a'],
    ['a natural join', 'select f from u natural join s.v', 's.v.a u.a'],
    ['groups', 'select sum(a) as s from t group by b', 't.b'],
    ['groups by place', 'select b + c as g, sum(a) as s from t group by 1', 't.b t.c'],
    ['groups by alias', 'select b + c as g, sum(a) as s from t group by g', 't.b t.c'],
    ['groups by a column that has an alias’s name', 'select max(b) as a, c from t group by a, c', 't.a t.c'],
    ['GROUP BY ALL', 'select b, sum(a) as s from t group by all', 't.b'],
    ['HAVING', 'select b, sum(a) as s from t group by b having s > 1', 't.a t.b'],
    ['HAVING by an alias that hides a column', 'select max(b) as a from t having a > 5', 't.a t.b'],
    ['QUALIFY', 'select a from t qualify row_number() over (partition by b order by c) = 1', 't.b t.c'],
    ['DISTINCT', 'select distinct a, b from t', 't.a t.b'],
    ['DISTINCT ON', 'select distinct on (a) b from t order by c', 't.a t.c'],
    ['LIMIT', 'select a from t order by b limit 10', 't.b'],
    ['LIMIT by alias', 'select b + 1 as x from t order by x limit 10', 't.b'],
    ['a union that drops duplicates', 'select a from t union select d from u', 't.a u.d'],
    ['EXISTS', 'select a from t where exists (select 1 from u where u.d = t.b)', 't.b u.d'],
    ['the order inside', 'select list(a) as l from (select a from t order by b)', 't.b'],
    ['UNNEST', 'select id, unnest(items) as item from list', 'list.items'],
    ['a common table expression', 'with x as (select a from t where c > 1) select a from x', 't.c'],
  ])('%s', async (_, sql, filters) => {
    expect((await lineage(sql)).filters).toBe(filters);
  });
});

describe('what is not known is said:', () => {
  it.each([
    ['a name of two tables', 'select a from t, u', ['a: ? "a" is a column of "t" and of "u"']],
    ['a name of none', 'select t.a, nothing as x from t', ['a: t.a', 'x: ? no column "nothing" is in sight']],
    ['a table that is not known', 'select a, t.b from t, elsewhere', ['a: t.a', 'b: t.b']],
    [
      'a column of it',
      'select x, elsewhere.y from t, elsewhere',
      ['x: ? the columns of elsewhere are not known', 'y: ? the columns of elsewhere are not known'],
    ],
    ['a table function', `select x from glob('*') as g`, ['x: ? the table function glob is not followed']],
    ['PIVOT', 'select x from (from t) pivot (sum(a) for b in (1, 2))', ['x: ? PIVOT is not followed']],
    ['DESCRIBE', 'select column_name from (describe t)', ['column_name: ? SHOW_REF in FROM is not followed']],
  ])('%s', async (_, sql, columns) => {
    expect((await lineage(sql)).columns).toEqual(columns);
  });

  it.each([
    ['a star over it', 'select * from elsewhere', 'the columns of elsewhere are not known'],
    ['columns by a lambda', `select columns(c -> c like 'a%') from t`, 'columns(…) chooses by more than names'],
    [
      'columns by a pattern that JavaScript reads otherwise',
      `select columns('(?i)A') from t`,
      'columns(…) chooses by more than names',
    ],
    ['a star with LIKE', `select * like 'a%' from t`, 'a star that is filtered by name is not followed'],
    [
      'UNNEST of unknown fields',
      'select unnest(items, recursive := true) from list',
      'the fields that unnest takes out are not known',
    ],
    ['the fields of a column', 'select info.* from list', 'the fields of "info" are not known'],
    ['UNION BY NAME without names', 'select 1 union by name select 2', 'UNION BY NAME over a column without a name'],
  ])('%s', async (_, sql, unknown) => {
    expect((await lineage(sql)).unknown).toBe(unknown);
  });

  it('also through a common table expression, and of the rows', async () => {
    const found = await lineage('with x as (select b, columns(c -> true) from t) select b, z from x where zz > 1');
    expect(found.columns).toEqual(['b: t.b', 'z: ? columns(…) chooses by more than names']);
    expect(found.filters).toBe('? columns(…) chooses by more than names');
  });
});

it('calls expressions without an alias as DuckDB does', async () => {
  const { statement, known } = await parsed('select a, count(*) from t group by a', tables);
  expect(columnLineage(statement, known).columns.map(({ name }) => name)).toEqual(['a', 'column 2']);
  expect(columnLineage(statement, known, ['a', 'count_star()']).columns[1]?.name).toBe('count_star()');
});

describe('through several models', () => {
  const models = async (sql: Readonly<Record<string, string>>) => {
    const found = new Map<string, ReturnType<typeof columnLineage>>();
    const columns: Record<string, readonly string[]> = { ...tables };
    for (const [name, text] of Object.entries(sql)) {
      const { statement, known } = await parsed(text, columns);
      const one = columnLineage(statement, known);
      found.set(name, one);
      columns[name] = one.columns.map((column) => column.name);
    }
    return found;
  };
  const sql = {
    m1: 'select a, b as x from t where c > 1',
    m2: 'select m1.a, m1.x + u.d as y from m1 join u on m1.a = u.a',
    m3: 'select count(*) as n, max(y) as z from m2',
  };

  it('traces values and filters with the way there', async () => {
    const trace = traceColumn(await models(sql), 'm3', 'z');
    expect(trace).toEqual({
      values: [
        {
          table: 'u',
          column: 'd',
          path: [
            { table: 'm3', column: 'z' },
            { table: 'm2', column: 'y' },
            { table: 'u', column: 'd' },
          ],
        },
        {
          table: 't',
          column: 'b',
          path: [
            { table: 'm3', column: 'z' },
            { table: 'm2', column: 'y' },
            { table: 'm1', column: 'x' },
            { table: 't', column: 'b' },
          ],
        },
      ],
      filters: [
        {
          table: 'u',
          column: 'a',
          path: [
            { table: 'm3', column: 'z' },
            { table: 'm2', column: 'y' },
            { table: 'u', column: 'a' },
          ],
        },
        expect.objectContaining({ table: 't', column: 'c' }),
        expect.objectContaining({ table: 't', column: 'a' }),
      ],
      unknown: [],
    });
  });

  it('says where the way is lost', async () => {
    const lost = await models({ ...sql, m1: 'select a, elsewhere.b as x from t, elsewhere' });
    expect(traceColumn(lost, 'm3', 'z').unknown).toEqual([
      { table: 'm1', column: 'x', reason: 'the columns of elsewhere are not known' },
    ]);
  });

  it('finds all that a column feeds, and all models whose rows it decides', async () => {
    const all = await models(sql);
    expect(feeds(all, 't', 'b')).toEqual({
      values: [
        expect.objectContaining({ table: 'm1', column: 'x' }),
        expect.objectContaining({ table: 'm2', column: 'y' }),
        expect.objectContaining({ table: 'm3', column: 'z' }),
      ],
      filters: [],
    });
    const { values, filters } = feeds(all, 't', 'c');
    expect(values).toEqual([]);
    expect(filters.map(({ table }) => table)).toEqual(['m1', 'm2', 'm3']);
  });
});
