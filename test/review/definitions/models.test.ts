import { describe, expect, it } from 'vitest';
import { changedColumns } from '../../../src/review/definitions/changed-columns.ts';
import { foldedSql } from '../../../src/review/definitions/model-names.ts';
import { compareModels } from '../../../src/review/definitions/models.ts';
import { modelRules } from '../../../src/review/definitions/rules-models.ts';
import { sideOf } from './model-sides.ts';

type Files = Readonly<Record<string, string>>;

const u = { 'models/u.sql': 'select id, a, b, c from raw.t', 'models/v.sql': 'select id, x, y from raw.w' };
const yml = (more: string) => `name: k\ndescription: What it is.\n${more}\n`;
const versions = (latest: number, more = '') =>
  yml(`latest_version: ${latest}\nversions:
  - { version: 1, change: The first., why: To begin.${more} }
  - { version: 2, change: Without b., why: Nobody read it. }`);
const tests = (name: string, a: number) =>
  `tests:\n  - name: ${name}\n    given: { u: [{ id: 1, a: ${a} }] }\n    expect: [{ id: 1 }]\n`;

interface Case {
  readonly rule: string;
  readonly before: Files;
  readonly after: Files;
  /** Of the model k unless said otherwise: what it is told to do. */
  readonly says: readonly string[];
  readonly name?: string;
}

const k = (sql: string, more?: string): Files => ({
  'models/k.sql': sql,
  ...(more === undefined ? {} : { 'models/k.yml': yml(more) }),
});

/** The folder of a CRM that no source is an export of. */
const crm: Files = {
  'models/staging/crm/sources.yml': 'tables: { leads: { description: Leads., key: [id], columns: { id: {} } } }',
};

const lyingIn = (folder: string): Files => ({
  [`${folder}/k.sql`]: 'select id from u',
  [`${folder}/k.yml`]: yml('materialized: view\ncolumns: { id: { description: Which., type: bigint } }'),
});

const cases: readonly Case[] = [
  { rule: 'model-added', before: {}, after: k('select id from u'), says: ['is new'] },
  { rule: 'model-removed', before: k('select id from u'), after: {}, says: ['is gone'] },
  {
    rule: 'model-renamed',
    before: { 'models/j.sql': 'select id from u' },
    after: k('SELECT id FROM u'),
    says: ['was called `j`'],
  },
  {
    rule: 'model-latest',
    before: {
      'models/k.v1.sql': 'select id, b from u',
      'models/k.v2.sql': 'select id from u',
      'models/k.yml': versions(1),
    },
    after: {
      'models/k.v1.sql': 'select id, b from u',
      'models/k.v2.sql': 'select id from u',
      'models/k.yml': versions(2),
    },
    says: ['its name means version 2 instead of version 1', 'the column `b` (BIGINT) is gone'],
  },
  {
    rule: 'model-latest-same',
    before: k('select id, b from u', ''),
    after: {
      'models/k.v1.sql': 'select id, b from u',
      'models/k.v2.sql': 'select id from u',
      'models/k.yml': versions(1),
    },
    says: ['its name means version 1 instead of the model without versions'],
  },
  {
    rule: 'model-sql-rows',
    before: k(`select id from u where c = 'met' and a > 1`),
    after: k('select id from u where a > 1 and b is not null'),
    says: [
      "its SQL makes other rows: a condition on rows is gone: `c = 'met'`; a condition on rows is new: `b is not null`",
    ],
  },
  {
    rule: 'model-sql-columns',
    before: k('select id, a + 1 as m from u'),
    after: k('select id, a + 2 as m from u'),
    says: ['its SQL makes `m` otherwise, and the same rows'],
  },
  {
    rule: 'model-sql-new-columns',
    before: k('select id from u'),
    after: k('select id, a + 1 as m from u'),
    says: ['its SQL also makes `m`, and all else as before', 'the column `m` (BIGINT) is new'],
  },
  {
    rule: 'model-sql-same',
    before: k('with x as (select id, a from u) select id from x'),
    after: k('with x as (select id, a + 1 as a from u) select id from x'),
    says: ['its SQL is written otherwise and makes the same'],
  },
  {
    rule: 'model-sql-names',
    before: { ...k('select id from j where j.a > 1'), 'models/j.sql': 'select id, a from u' },
    after: { ...k('select id from l where l.a > 1'), 'models/l.sql': 'select id, a from u' },
    says: ['it reads `j` by its new name `l`'],
  },
  {
    rule: 'model-column-added',
    before: k('select id from u'),
    after: k('select id, a from u'),
    says: ['its SQL also makes `a`, and all else as before', 'the column `a` (BIGINT) is new'],
  },
  {
    rule: 'model-column-removed',
    before: k('select id, a from u'),
    after: k('select id from u'),
    says: ['the column `a` (BIGINT) is gone'],
  },
  {
    rule: 'model-column-retyped',
    before: k('select id, a from u'),
    after: k('select id, a::varchar as a from u'),
    says: ['its SQL makes `a` otherwise, and the same rows', 'the column `a` is VARCHAR instead of BIGINT'],
  },
  {
    rule: 'model-grain',
    before: k('select id, a from u', 'grain: [id]'),
    after: k('select id, a from u', 'grain: [id, a]'),
    says: ['a row is identified by `id` and `a` instead of `id`'],
  },
  {
    rule: 'model-published',
    before: k('select id from u', ''),
    after: k('select id from u', 'public: true'),
    says: ['it is published'],
  },
  {
    rule: 'model-unpublished',
    before: k('select id from u', 'public: true'),
    after: k('select id from u', ''),
    says: ['it is published no longer'],
  },
  {
    rule: 'model-ephemeral',
    before: k('select id from u', ''),
    after: k('select id from u', 'materialized: ephemeral'),
    says: ["it is kept as a part of its readers' SQL instead of a table"],
  },
  {
    rule: 'model-not-ephemeral',
    before: k('select id from u', 'materialized: ephemeral'),
    after: k('select id from u', 'materialized: view'),
    says: ["it is kept as a view instead of a part of its readers' SQL"],
  },
  {
    rule: 'model-materialized',
    before: k('select id from u', ''),
    after: k('select id from u', 'materialized: view'),
    says: ['it is kept as a view instead of a table'],
  },
  {
    rule: 'model-partition',
    before: k('select id, a from u', 'materialized: view\npartition_by: id\ninputs: { u: id }'),
    after: k('select id, a from u', 'materialized: view\npartition_by: a\ninputs: { u: a }'),
    says: ['it is cut by a, of u by a instead of by id, of u by id'],
  },
  {
    rule: 'model-deprecated',
    before: {
      'models/k.v1.sql': 'select id, b from u',
      'models/k.v2.sql': 'select id from u',
      'models/k.yml': versions(2),
    },
    after: {
      ...{ 'models/k.v1.sql': 'select id, b from u', 'models/k.v2.sql': 'select id from u' },
      'models/k.yml': versions(2, ', deprecated_on: 2026-12-31'),
    },
    says: ['it may be used until 2026-12-31'],
    name: 'k_v1',
  },
  {
    rule: 'model-deprecated-sooner',
    before: {
      ...{ 'models/k.v1.sql': 'select id, b from u', 'models/k.v2.sql': 'select id from u' },
      'models/k.yml': versions(2, ', deprecated_on: 2026-12-31'),
    },
    after: {
      ...{ 'models/k.v1.sql': 'select id, b from u', 'models/k.v2.sql': 'select id from u' },
      'models/k.yml': versions(2, ', deprecated_on: 2026-11-30'),
    },
    says: ['it may be used until 2026-11-30 instead of 2026-12-31'],
    name: 'k_v1',
  },
  {
    rule: 'model-note',
    before: {
      'models/k.v1.sql': 'select id, b from u',
      'models/k.v2.sql': 'select id from u',
      'models/k.yml': versions(2),
    },
    after: {
      ...{ 'models/k.v1.sql': 'select id, b from u', 'models/k.v2.sql': 'select id from u' },
      'models/k.yml': versions(2).replace('To begin.', 'To start.'),
    },
    says: ['the note on why there is this version is worded otherwise'],
    name: 'k_v1',
  },
  {
    rule: 'model-description',
    before: k('select id from u', ''),
    after: { 'models/k.sql': 'select id from u', 'models/k.yml': 'name: k\ndescription: Another.\n' },
    says: ['the description is worded otherwise'],
  },
  {
    rule: 'model-column-description',
    before: k('select id from u', 'columns: { id: { description: Which. } }'),
    after: k('select id from u', 'columns: { id: { description: Which one. } }'),
    says: ['the description of the column `id` is worded otherwise'],
  },
  {
    rule: 'model-changes',
    before: k('select id from u', 'tags: [daily]'),
    after: k('select id from u', 'tags: [daily]\nchanges: [{ on: 2026-11-26, why: It was wrong }]'),
    says: ['a line says why it changed, 2026-11-26: It was wrong'],
  },
  {
    rule: 'model-tags',
    before: k('select id from u', 'tags: [daily]'),
    after: k('select id from u', 'tags: [weekly]'),
    says: ['its tags are weekly instead of daily'],
  },
  {
    rule: 'model-idle',
    before: { ...crm, ...lyingIn('models') },
    after: { ...crm, ...lyingIn('models/staging/crm') },
    says: [
      'its file moves from models to models/staging/crm, where it does not run: no source is an export of that CRM',
    ],
  },
  {
    rule: 'model-folder',
    before: { 'models/k.sql': 'select id from u' },
    after: { 'models/some/k.sql': 'select id from u' },
    says: ['its file moves from models to models/some'],
  },
  {
    rule: 'model-tests',
    before: { ...k('select id from u'), 'models/k.tests.yml': tests('"one is one"', 1) },
    after: { ...k('select id from u'), 'models/k.tests.yml': tests('"two"', 1) },
    says: ['the unit test "two" is new', 'the unit test "one is one" is gone'],
  },
];

async function compared(before: Files, after: Files) {
  const [base, head] = [await sideOf({ ...u, ...before }), await sideOf({ ...u, ...after })];
  return compareModels(base, head);
}

describe('what a change of a model does:', () => {
  it.each(cases)('$rule', async ({ rule, before, after, says, name = 'k' }) => {
    const change = (await compared(before, after)).find((entry) => entry.name === name);
    expect(change?.fields.map(({ words }) => words)).toEqual(says);
    const field = change?.fields.find((entry) => entry.rule === rule);
    expect(field).toMatchObject({ class: modelRules.find(({ id }) => id === rule)?.class, isUnknown: false });
  });

  it('every rule has a case', () => {
    expect(cases.map(({ rule }) => rule).sort()).toEqual(modelRules.map(({ id }) => id).sort());
  });
});

describe('models of two sides', () => {
  it('are the same in another order of keys, with comments and other spaces', async () => {
    const before = k('select id, a from u', 'grain: [id]\ntags: [x, y]\ncolumns: { id: { description: Which. } }');
    const after = {
      'models/k.sql': '-- what it is\nselect\n    id,\n    a\nfrom u;\n',
      'models/k.yml':
        'description: >\n  What\n  it is.\ncolumns:\n  id: { description: Which. }\ntags: [y, x]\ngrain: [id]\nname: k\n',
    };
    expect(await compared(before, after)).toEqual([]);
  });

  it('have no new column where one is only written in other letters', async () => {
    const [change] = await compared(k('select id, a from u'), k('select id, a + 1 as A from u'));
    expect(change).toMatchObject({ class: 'breaking' });
    expect(change?.fields.map(({ rule }) => rule)).toEqual(['model-sql-columns']);
  });

  it('are breaking and unknown where SQL cannot be read', async () => {
    const [change] = await compared(k('select id from u'), k('select id from from u'));
    expect(change).toMatchObject({ name: 'k', class: 'breaking', isUnknown: true });
    expect(change?.fields.map(({ rule }) => rule)).toEqual(['unknown']);
  });

  it('that only read a changed one are not changed, unless their published columns are others', async () => {
    const reads = {
      'models/k.sql': 'select * from j',
      'models/k.yml': yml('public: true'),
      'models/l.sql': 'select * from j',
    };
    const changes = await compared(
      { ...reads, 'models/j.sql': 'select id, a from u' },
      { ...reads, 'models/j.sql': 'select id from u' },
    );
    expect(changes.map(({ name, fields }) => [name, fields.map(({ words }) => words)])).toEqual([
      ['j', ['the column `a` (BIGINT) is gone']],
      ['k', ['the column `a` (BIGINT) is gone']],
    ]);
  });

  it('run or not by where they lie, and may then have any rows', async () => {
    const files = { ...u, ...crm, 'models/l.sql': 'select id from k' };
    const before = await sideOf({ ...files, ...lyingIn('models/staging/crm') });
    const after = await sideOf({ ...files, ...lyingIn('models') });
    const [change] = compareModels(before, after);
    expect(change).toMatchObject({ name: 'k', class: 'breaking' });
    expect(change?.fields.map(({ words }) => words)).toContain(
      'its file moves from models/staging/crm to models, and it runs: it did not below the folder of a CRM without a source',
    );
    expect([...changedColumns(before, after)]).toEqual([['k', null]]);
    expect([...changedColumns(after, before)]).toEqual([['k', null]]);
  });

  it('say which version is compared with which', async () => {
    const files = { 'models/k.v1.sql': 'select id, b from u', 'models/k.v2.sql': 'select id from u' };
    const changes = await compared(k('select id, b from u', ''), { ...files, 'models/k.yml': versions(2) });
    expect(
      changes.map(({ name, title, change, versionBefore, versionAfter }) => [
        name,
        title,
        change,
        versionBefore,
        versionAfter,
      ]),
    ).toEqual([
      ['k', 'the model k', 'changed', null, 2],
      ['k_v1', 'version 1 of the model k', 'added', null, 1],
      ['k_v2', 'version 2 of the model k', 'added', null, 2],
    ]);
  });

  it('tell apart conditions with texts that look like SQL, on one line', async () => {
    const [change] = await compared(k('select id from u'), k(`select id from u where c = 'a\n-- \`b\`'`));
    expect(change?.fields[0]?.words).toBe('its SQL makes other rows: a condition on rows is new');
  });
});

it('SQL that cannot be read is compared without comments and spaces, texts as they are', () => {
  expect(foldedSql(`select  'a  -- b' as x, -- no\n  /* no */ "c  d"\nfrom u `)).toBe(
    `select 'a  -- b' as x, "c  d" from u`,
  );
  expect(foldedSql(`select 'a`)).toBe(`select 'a`);
  const long = '/* '.repeat(200_000);
  const started = performance.now();
  expect(foldedSql(`select 1 ${long}`)).toBe('select 1');
  expect(performance.now() - started).toBeLessThan(1000);
});
