import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { testModels } from '../../src/build/test.ts';
import { formatFailure, reasonOf } from '../../src/commands/print-tests.ts';
import { type Diagnostic, DiagnosticsError } from '../../src/diagnostics/diagnostic.ts';
import { openProject } from '../../src/project/project.ts';
import { tinyProject } from './project.ts';

type Files = Readonly<Record<string, string>>;

/** A project in which model m reads raw.deals, whose columns are declared, and is made by `sql`. */
function projectOf(sql: string, tests: string, files: Files = {}): string {
  return tinyProject({
    'handover.yml': `
name: tiny
sources:
  deals:
    kind: table
    files: dumps/not-there-*.csv
    columns: { deal_id: varchar, won_at: timestamptz, amount: integer, price: double, tags: "varchar[]", more: json }
`,
    'models/marts/deals.sql': 'from raw.deals',
    'models/marts/m.sql': sql,
    'models/marts/m.yml': 'name: m\ndescription: Deals.\ngrain: [deal_id]\n',
    'models/marts/m.tests.yml': tests,
    ...files,
  });
}

async function run(root: string, select: readonly string[] = []) {
  return testModels(openProject(root), { selection: { select, exclude: [] } });
}

async function outcome(sql: string, tests: string, files: Files = {}): Promise<string[]> {
  const results = await run(projectOf(sql, tests, files));
  return results.map((result) => (result.passed ? 'pass' : reasonOf(result)));
}

async function printed(sql: string, tests: string, files: Files = {}): Promise<string> {
  const results = await run(projectOf(sql, tests, files));
  return results
    .filter(({ passed }) => !passed)
    .map((result) => formatFailure(result, { color: false }))
    .join('\n');
}

async function problems(sql: string, tests: string, files: Files = {}): Promise<readonly Diagnostic[]> {
  const error = await run(projectOf(sql, tests, files)).catch((caught: unknown) => caught);
  if (error instanceof DiagnosticsError) return error.diagnostics;
  throw new Error(`expected a DiagnosticsError, got ${error}`);
}

describe('what a test gives is what its model reads', () => {
  it('and nothing of another test, though nothing was built and no dump is there', async () => {
    const sql = 'select deal_id, amount from raw.deals where amount > 10';
    const tests = `
tests:
  - name: one of two
    given: { raw.deals: [{ deal_id: d1, amount: 10 }, { deal_id: d2, amount: 11 }] }
    expect: [{ deal_id: d2, amount: 11 }]
  - name: none
    given: { raw.deals: [{ deal_id: d3, amount: 10 }] }
    expect: []
  - name: none is not one
    given: { raw.deals: [{ deal_id: d4, amount: 12 }] }
    expect: []
`;
    expect(await outcome(sql, tests)).toEqual(['pass', 'pass', '1 row was not expected']);
  });

  it('rows count as often as they are there, in any order, and only by the columns named', async () => {
    const rows = '[{ deal_id: a, amount: 1 }, { deal_id: a, amount: 2 }, { deal_id: b }]';
    const tests = ['[{ deal_id: b }, { deal_id: a }, { deal_id: a }]', '[{ deal_id: a }, { deal_id: b }]'].map(
      (expected, index) => `  - { name: t${index}, given: { raw.deals: ${rows} }, expect: ${expected} }`,
    );
    expect(await outcome('from raw.deals', `tests:\n${tests.join('\n')}\n`)).toEqual([
      'pass',
      '1 row was not expected',
    ]);
  });

  it('a model that it reads is a table like any other, an ephemeral one too', async () => {
    const files = {
      'models/intermediate/int_paid.sql': 'select deal_id, amount * 2 as doubled from deals where amount > 100',
      'models/intermediate/int_paid.yml':
        'name: int_paid\ndescription: Paid deals.\ngrain: [deal_id]\nmaterialized: ephemeral\n',
    };
    const tests = `
tests:
  - name: whatever its own SQL says
    given: { int_paid: [{ deal_id: d1, doubled: 1 }] }
    expect: [{ deal_id: d1, tripled: 3 }]
`;
    expect(await outcome('select deal_id, doubled * 3 as tripled from int_paid', tests, files)).toEqual(['pass']);
  });

  it('seeds are empty unless given, or taken as the project has them', async () => {
    const files = { 'seeds/kinds.csv': 'kind,factor\nsmall,2\nlarge,3\n' };
    const tests = `
tests:
  - { name: project, given: { seeds.kinds: project }, expect: [{ kind: small, factor: 2 }, { kind: large, factor: 3 }] }
  - { name: given, given: { seeds.kinds: [{ kind: huge, factor: 9 }] }, expect: [{ kind: huge, factor: 9 }] }
  - { name: left out, expect: [] }
  - { name: project again, given: { seeds.kinds: project }, expect: [{ kind: small }, { kind: large }] }
`;
    expect(await outcome('from seeds.kinds', tests, files)).toEqual(['pass', 'pass', 'pass', 'pass']);
  });
});

describe('values', () => {
  it('have the type of their column: times are UTC unless they say otherwise, texts stay as written', async () => {
    const sql = `
select
    deal_id || '' as id,
    won_at = '2026-03-02 09:00:00+00'::timestamptz as is_nine,
    won_at::timestamp as local_at,
    won_at::date as won_on,
    len(tags) as tags,
    more ->> 'a' as a
from raw.deals`;
    const tests = `
tests:
  - name: written in several ways
    given:
      raw.deals:
        - { deal_id: 007, won_at: 2026-03-02T09:00:00Z, tags: [x, y], more: { a: 1.50 } }
        - { deal_id: 1.50, won_at: 2026-03-02T10:00+01:00, tags: [], more: '{"a": "b"}' }
        - { deal_id: true, won_at: 2026-03-02 09:00, more: [1] }
        - { deal_id: null }
    expect:
      - { id: "007", is_nine: true, local_at: 2026-03-02T09:00:00, won_on: 2026-03-02, tags: 2, a: "1.5" }
      - { id: "1.50", is_nine: true, local_at: 2026-03-02T11:00:00+02:00, won_on: 2026-03-02, tags: 0, a: b }
      - { id: "true", is_nine: true, local_at: 2026-03-02T09:00:00Z, won_on: 2026-03-02, tags: null, a: null }
      - { id: null, is_nine: null, local_at: null, won_on: null, tags: null, a: null }
`;
    expect(await printed(sql, tests)).toBe('');
  });

  it('may come as CSV, in which an empty cell is null and quotes hold anything', async () => {
    const tests = `
tests:
  - name: csv
    given:
      raw.deals:
        csv: |
          deal_id,amount,more
          "a, ""b""",1,"{""x"": 1}"
          "",,
    expect:
      csv: |
        deal_id,amount,x
        "a, ""b""",1,1
        "",,
`;
    expect(await printed(`select deal_id, amount, more ->> 'x' as x from raw.deals`, tests)).toBe('');
  });

  it('floats are the same to a billionth, lists, structs and JSON by what they hold', async () => {
    const sql = `
select
    deal_id,
    price / 3 as third,
    {'a': price / 3, 'b': tags} as both,
    more as json
from raw.deals`;
    const tests = (third: string) => `
tests:
  - name: t
    given: { raw.deals: [{ deal_id: d1, price: 1, tags: [x], more: '{"b": [1, 2.0], "a": null}' }] }
    expect: [{ third: ${third}, both: { a: ${third}, b: [x] }, json: { a: null, b: [1, 2] } }]
`;
    expect(await outcome(sql, tests('0.3333333335'))).toEqual(['pass']);
    expect(await outcome(sql, tests('0.333333335'))).toEqual(['1 row differs']);
  });
});

describe('a difference is printed for a person', () => {
  it('rows paired by the grain, with the cells that differ, and those missing and too many', async () => {
    const tests = `
tests:
  - name: three deals
    given: { raw.deals: [{ deal_id: d1, amount: 1, price: 5 }, { deal_id: d2, amount: 2 }, { deal_id: d4, amount: 4 }] }
    expect:
      - { deal_id: d1, amount: 9, price: 5 }
      - { deal_id: d2, amount: 2, price: null }
      - { deal_id: d3, amount: 3, price: 7 }
`;
    expect(await printed('from raw.deals', tests)).toBe(
      [
        'fails models/marts/m.tests.yml:3:11 m: three deals',
        '  1 row differs, 1 row is missing, 1 row was not expected',
        '    ~ expected → found   - expected and missing   + found and not expected',
        '      deal_id  amount  price',
        '    ~ d1       9 → 1   5.0',
        '    - d3       3       7.0',
        '    + d4       4       null',
      ].join('\n'),
    );
  });

  it('of rows that only differ, the columns that do; without the grain, rows that are most alike', async () => {
    const tests = `
tests:
  - name: named
    given: { raw.deals: [{ deal_id: d1, amount: 1, price: 5 }] }
    expect: [{ deal_id: d1, amount: 2, price: 5 }]
  - name: a sum
    given: { raw.deals: [{ amount: 1 }] }
    expect: [{ amount: 3 }]
  - name: by likeness
    given: { raw.deals: [{ amount: 1, price: 5, won_at: 2026-03-02 }, { amount: 2, price: 6, won_at: 2026-03-03 }] }
    expect:
      - { amount: 2, price: 7, won_at: 2026-03-03 }
      - { amount: 1, price: 5, won_at: 2026-03-04 }
`;
    expect(await printed('from raw.deals', tests)).toBe(
      [
        'fails models/marts/m.tests.yml:3:11 m: named',
        '  1 row differs',
        '    ~ expected → found',
        '      deal_id  amount',
        '    ~ d1       2 → 1',
        'fails models/marts/m.tests.yml:6:11 m: a sum',
        '  1 row differs',
        '    ~ expected → found',
        '      amount',
        '    ~ 3 → 1',
        'fails models/marts/m.tests.yml:9:11 m: by likeness',
        '  2 rows differ',
        '    ~ expected → found',
        '      won_at                                       amount  price',
        '    ~ 2026-03-03T00:00:00Z                         2       7.0 → 6.0',
        '    ~ 2026-03-04T00:00:00Z → 2026-03-02T00:00:00Z  1       5.0',
      ].join('\n'),
    );
  });

  it('and when no row came out, what the test left empty', async () => {
    const tests = 'tests: [{ name: no clock, given: { deals: [{ deal_id: d1 }] }, expect: [{ deal_id: d1 }] }]';
    expect(await printed('select deal_id, as_of from deals cross join run.clock', tests)).toBe(
      [
        'fails models/marts/m.tests.yml:1:17 m: no clock',
        '  1 row is missing',
        '    - expected and missing',
        '      deal_id',
        '    - d1',
        '  no row came out; the test leaves empty: run.clock',
      ].join('\n'),
    );
  });

  it('SQL that fails on the rows fails the test, at its place, and the others still run', async () => {
    const sql = 'select\n    deal_id,\n    deal_id::integer as number\nfrom raw.deals';
    const tests = `
tests:
  - { name: no number, given: { raw.deals: [{ deal_id: x }] }, expect: [{ number: 1 }] }
  - { name: a number, given: { raw.deals: [{ deal_id: "1" }] }, expect: [{ number: 1 }] }
`;
    const results = await run(projectOf(sql, tests));
    expect(results.map(({ passed }) => passed)).toEqual([false, true]);
    expect(results[0]?.problem).toMatchObject({
      code: 'sql-failed',
      file: 'models/marts/m.sql',
      line: 3,
      column: 12,
      message: expect.stringContaining(`Could not convert string 'x' to INT32`),
    });
  });
});

describe('a named common table expression', () => {
  const sql = `
with
    paid as (
        select deal_id, amount::varchar::integer as amount from raw.deals where amount > 0
    ),
    final as (select sum(amount) as total from paid)
select * from final`;

  it('is tested instead of the result, whatever its case', async () => {
    const tests = `
tests:
  - { name: cte, cte: PAID, given: { raw.deals: [{ deal_id: a, amount: 0 }, { deal_id: b, amount: 1 }] }, expect: [{ deal_id: b, amount: 1 }] }
  - { name: all, given: { raw.deals: [{ amount: 2 }, { amount: 1 }] }, expect: [{ total: 3 }] }
`;
    expect(await outcome(sql, tests)).toEqual(['pass', 'pass']);
  });

  it('that is not there is told with those that are', async () => {
    expect(await problems(sql, 'tests: [{ name: t, cte: pad, expect: [] }]')).toMatchObject([
      {
        code: 'unknown-cte',
        message: 'model "m" has no common table expression "pad"',
        file: 'models/marts/m.tests.yml',
        line: 1,
        column: 25,
        expected: 'one of paid, final',
        fix: 'Did you mean "paid"?',
      },
    ]);
  });
});

describe('what cannot be meant is told before anything runs', () => {
  it('all of it at once, each at its place', async () => {
    const tests = `
tests:
  - name: t
    given:
      raw.deal: [{ deal_id: a }]
      deals: [{ deal_idd: a, amount: 1.5 }]
      run.clock: project
    expect: [{ deal_id: a, total: 1 }]
  - name: t
    version: 2
    expect: [{ deal_id: [a], won_at: soon }]
`;
    const found = await problems('select deal_id, won_at from deals cross join run.clock', tests);
    expect(found.map(({ code, line, column, message }) => `${line}:${column} ${code} ${message}`)).toEqual([
      '9:11 duplicate-name a second test named "t"',
      '10:14 unknown-version there is no version 2 of model "m"',
    ]);
    const second = tests.replace('  - name: t\n    version: 2', '  - name: u');
    const later = await problems('select deal_id, won_at from deals cross join run.clock', second);
    expect(later.map(({ code, line, column, message }) => `${line}:${column} ${code} ${message}`)).toEqual([
      '5:17 unknown-input model "m" does not read "raw.deal"',
      '7:18 invalid-value "project": "run.clock" is neither a seed nor a table of the agreement, and has no rows of its own',
      '6:27 unknown-column there is no column "deal_idd"',
      '6:38 invalid-value "1.5" does not fit column "amount" of type integer',
      '8:35 unknown-column there is no column "total"',
      '10:25 invalid-value ["a"] does not fit column "deal_id" of type varchar',
      '10:38 invalid-value "soon" does not fit column "won_at" of type timestamp with time zone',
    ]);
    expect(later[0]).toMatchObject({ expected: 'one of deals, run.clock' });
    expect(later[2]).toMatchObject({ fix: 'Did you mean "deal_id"?' });
  });

  it.each([
    ['won_at', '09:00'],
    ['amount', 'true'],
    ['amount', '"1.0"'],
    ['price', 'cheap'],
    ['tags', 'x'],
    ['tags', '{ a: b }'],
    ['more', 'not JSON'],
  ])('%s: %s', async (column, value) => {
    const tests = `tests: [{ name: t, given: { raw.deals: [{ ${column}: ${value} }] }, expect: [] }]`;
    expect((await problems('from raw.deals', tests)).map(({ code }) => code)).toEqual(['invalid-value']);
  });

  it('a line of CSV with a cell too many, an unknown key', async () => {
    const csv = 'tests:\n  - name: t\n    expect:\n      csv: |\n        deal_id\n        a\n        b,c\n';
    expect(await problems('from raw.deals', csv)).toMatchObject([{ line: 7, column: 9, message: /2 cells/ }]);
    const key = 'tests: [{ name: t, gven: {}, expect: [] }]';
    expect(await problems('from raw.deals', key)).toMatchObject([
      { code: 'unknown-key', fix: 'Did you mean "given"?' },
    ]);
  });

  it('tests of no model', () => {
    const root = projectOf('from raw.deals', 'tests: []', { 'models/marts/mm.tests.yml': 'tests: []' });
    expect(() => openProject(root)).toThrow(/mm.tests.yml tests a model, and there is none named "mm"/);
  });
});

describe('which tests run', () => {
  const tests = `
tests:
  - { name: first, expect: [] }
  - { name: second one, expect: [] }
`;
  const other = { 'models/marts/deals.tests.yml': 'tests: [{ name: third, expect: [] }]' };

  it.each([
    [[], ['third', 'first', 'second one']],
    [['m'], ['first', 'second one']],
    [['second one'], ['second one']],
    [
      ['second one', 'deals'],
      ['third', 'second one'],
    ],
    [['+m'], ['third', 'first', 'second one']],
  ])('%j', async (select, expected) => {
    const results = await run(projectOf('from deals', tests, other), select);
    expect(results.map(({ checked }) => checked.test.name)).toEqual(expected);
  });

  it('a name that is nothing is an error, and no tests at all are none', async () => {
    await expect(run(projectOf('from deals', tests), ['n_o'])).rejects.toThrow(DiagnosticsError);
    const root = projectOf('from deals', tests);
    rmSync(join(root, 'models/marts/m.tests.yml'));
    expect(await run(root)).toEqual([]);
  });

  it('of a model with versions the latest, unless a test names another', async () => {
    const versions = {
      'models/marts/v.v1.sql': 'select 1 as one',
      'models/marts/v.v2.sql': 'select 2 as two',
      'models/marts/v.yml':
        'name: v\ndescription: x\nlatest_version: 2\nversions:\n  - { version: 1, change: a, why: b }\n  - { version: 2, change: a, why: b }\n',
      'models/marts/v.tests.yml':
        'tests: [{ name: latest, expect: [{ two: 2 }] }, { name: old, version: 1, expect: [{ one: 1 }] }]',
    };
    const results = await run(projectOf('from deals', 'tests: []', versions));
    expect(results.map(({ checked, passed }) => [checked.model.file.name, passed])).toEqual([
      ['v_v2', true],
      ['v_v1', true],
    ]);
  });

  it('tests go with an inherited model, and not with one that takes its place', async () => {
    const base = projectOf('from deals', tests, other);
    const inheriting = tinyProject({
      'handover.yml': `name: heir\nextends: ${base}\nsources: { deals: { kind: table, files: d.csv, columns: { deal_id: varchar } } }\n`,
      'models/marts/deals.sql': 'select deal_id from raw.deals',
    });
    const results = await run(inheriting);
    expect(results.map(({ checked }) => checked.test.name)).toEqual(['first', 'second one']);
  });

  it('inherited tests that take rows of the project are left out where this one has rows of its own', async () => {
    const seed = { 'seeds/kinds.csv': 'kind\nsmall\n', 'seeds/others.csv': 'kind\nother\n' };
    const base = projectOf(
      'select k.kind, o.kind as other from seeds.kinds as k, seeds.others as o',
      `
tests:
  - { name: kinds, given: { seeds.kinds: project, seeds.others: [{ kind: x }] }, expect: [{ kind: small, other: x }] }
  - { name: others, given: { seeds.kinds: [{ kind: x }], seeds.others: project }, expect: [{ kind: x, other: other }] }
`,
      seed,
    );
    const inheriting = tinyProject({
      'handover.yml': `name: heir\nextends: ${base}\n`,
      'seeds/kinds.csv': 'kind\nhuge\n',
      'models/marts/deals.sql': 'select 1 as deal_id',
    });
    const results = await run(inheriting);
    expect(results.map(({ checked, passed }) => [checked.test.name, passed])).toEqual([['others', true]]);
  });
});
