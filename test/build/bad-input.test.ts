import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { build } from '../../src/build/build.ts';
import { planProject } from '../../src/build/plan-project.ts';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import { openProject } from '../../src/project/project.ts';
import { Warehouse } from '../../src/warehouse/warehouse.ts';
import { failureOf } from './failure.ts';
import { tinyProject } from './project.ts';

// What nobody wants to keep as a file of the repository: odd names, odd bytes, very large models.

const now = '2026-12-01T06:00:00Z';

/** A model of marts without a .yml. */
const model = (name: string, sql: string): Record<string, string> => ({ [`models/marts/${name}.sql`]: sql });

async function problemsOf(files: Readonly<Record<string, string>>): Promise<string[]> {
  return told((await failureOf(buildOf(tinyProject(files)))).diagnostics);
}

async function buildOf(root: string) {
  return build(openProject(root), { now });
}

function told(diagnostics: readonly Diagnostic[]): string[] {
  return diagnostics
    .filter(({ severity }) => severity === 'error')
    .map(({ file, line, column, code, message }) => `${file}:${line}:${column} ${code} ${message}`);
}

describe('names of models', () => {
  it('are told when SQL cannot write them without quotes, all at once', async () => {
    const names = ['a b', 'blåbær', 'Upper', '1st', 'it"s', "it's", 'a-b', 'a.b', '_x'];
    const files = Object.assign({}, ...names.map((name) => model(name, 'select 1 as a')));
    expect((await problemsOf(files)).sort()).toEqual(
      names.map((name) => `models/marts/${name}.sql:1:1 invalid-name "${name}" cannot be a model's name`).sort(),
    );
  });

  it('are each had once, in whichever folders', async () => {
    expect(await problemsOf({ 'models/staging/deals.sql': 'select 1 as a' })).toEqual([
      'models/staging/deals.sql:1:1 duplicate-name a second model named "deals"; the first is models/marts/deals.sql',
    ]);
    expect(await problemsOf({ 'models/staging/DEALS.sql': 'select 1 as a' })).toEqual([
      'models/staging/DEALS.sql:1:1 invalid-name "DEALS" cannot be a model\'s name',
    ]);
  });

  it('of ephemeral models are written without main, where they are not', async () => {
    const files = {
      ...model('held', 'select deal_id from deals'),
      'models/marts/held.yml': 'name: held\ndescription: Nowhere.\nmaterialized: ephemeral\n',
      ...model('reader', 'select deal_id\nfrom main.held'),
    };
    expect(await problemsOf(files)).toEqual([
      'models/marts/reader.sql:2:6 unknown-table "main.held" in model "reader" is no table: the model "held" is ephemeral',
    ]);
  });
});

describe('a .yml', () => {
  it('that is missing is a warning, and the build goes on', async () => {
    const { tables, warnings } = await buildOf(tinyProject(model('extra', 'select 1 as a')));
    expect(tables).toMatchObject({ extra: 1 });
    expect(warnings).toMatchObject([
      { code: 'undocumented-model', file: 'models/marts/extra.sql', fix: expect.stringContaining('extra.yml') },
    ]);
  });

  it('without its .sql is an error', async () => {
    expect(await problemsOf({ 'models/marts/extra.yml': 'name: extra\ndescription: Nothing.\n' })).toEqual([
      'models/marts/extra.yml:1:1 missing-file extra.yml describes a model, and there is no extra.sql beside it',
    ]);
  });

  it('that says nothing of the latest version is missed, at each file', async () => {
    const sql = 'select 1 as a';
    expect(await problemsOf({ ...model('extra.v1', sql), ...model('extra.v2', sql) })).toEqual([
      expect.stringMatching(/^models\/marts\/extra\.v1\.sql:1:1 missing-file .*nothing says which is the latest$/),
      expect.stringMatching(/^models\/marts\/extra\.v2\.sql:1:1 missing-file /),
    ]);
  });
});

describe('text', () => {
  it.each([
    ['ends of lines of Windows', 'select\r\n    1 as a,\r\n    nope as b\r\nfrom raw.deals;\r\n', '3:5'],
    ['a byte order mark', '\uFEFFselect nope from raw.deals', '1:8'],
    ['letters of two, three and four bytes', 'select \'Æ–日🎉\' as "blåbær", nope from raw.deals', '1:28'],
  ])('with %s keeps its places', async (_, sql, place) => {
    expect(await problemsOf(model('extra', sql))).toEqual([
      expect.stringContaining(`models/marts/extra.sql:${place} unknown-column Referenced column "nope"`),
    ]);
  });

  it('with such letters keeps the places of syntax errors, which DuckDB counts otherwise', async () => {
    expect(await problemsOf(model('extra', "select 'Æ–日🎉' as a\nfrom from raw.deals"))).toEqual([
      expect.stringContaining('models/marts/extra.sql:2:6 sql-syntax'),
    ]);
  });

  it('arrives in the table as it was written', async () => {
    const root = tinyProject(model('extra', `\uFEFFselect 'Æ–日🎉;' as "blåbær"; -- done`));
    const { published } = await buildOf(root);
    const warehouse = await Warehouse.open(published, { readOnly: true });
    expect(await warehouse.rows('from extra')).toEqual([{ blåbær: 'Æ–日🎉;' }]);
    warehouse.close();
  });

  // Bytes that are no UTF-8 become U+FFFD without a word: src/project/project.ts reads files as text.
  it('of another encoding is refused', async () => {
    const root = tinyProject();
    writeFileSync(join(root, 'models/marts/extra.sql'), Buffer.from("select 'bl\xe5' as a", 'latin1'));
    await failureOf(buildOf(root));
  });
});

describe('folders in handover.yml', () => {
  // A folder that is not there, or is written otherwise, says nothing of anything: src/project/config-file.ts.
  it.each(['martz', 'marts/', 'models/marts'])('that are not there are told: %s', async (folder) => {
    const sources = 'sources: { deals: { kind: table, files: deals.csv, recorded_at: won_at } }';
    const config = `name: tiny\n${sources}\nmodels:\n  ${folder}: { tags: [core] }\n`;
    expect(await problemsOf({ 'handover.yml': config })).toEqual([expect.stringContaining('handover.yml:4:')]);
  });
});

describe('very large models', () => {
  const lines = (count: number, line: (index: number) => string): string =>
    Array.from({ length: count }, (_, index) => line(index)).join('\n');

  it('of ten thousand lines are planned, and a mistake is placed', async () => {
    // Line 1 is select, line n + 2 the column cn: a name that is not there on line 9,000, a word too many on 9,002.
    const column = (index: number): string => `    deal_id || 'æ' as c${index}, -- column ${index}`;
    const unknown = `select\n${lines(9997, (index) => (index === 8998 ? '    nope as b,' : index % 100 === 0 ? column(index) : '    -- æ'))}\n    1 as z\nfrom raw.deals`;
    const syntax = `select\n${lines(9997, (index) => (index === 9000 ? '    deal_id as as b,' : column(index)))}\n    1 as z\nfrom raw.deals`;
    expect(unknown.split('\n')).toHaveLength(10_000);
    expect(await problemsOf(model('extra', unknown))).toEqual([
      expect.stringContaining('models/marts/extra.sql:9000:5 unknown-column Referenced column "nope"'),
    ]);
    expect(await problemsOf(model('extra', syntax))).toEqual([
      expect.stringContaining('models/marts/extra.sql:9002:19 sql-syntax'),
    ]);
  });

  it('of two hundred subqueries in each other find what they read', async () => {
    const sql = `${'select deal_id from ('.repeat(200)}from deals${')'.repeat(200)}`;
    const planned = await planProject(openProject(tinyProject(model('extra', sql))));
    expect(planned.find(({ file }) => file.name === 'extra')?.reads).toEqual(['deals']);
  });

  it('in a chain of five hundred run in order', async () => {
    const chain = Array.from({ length: 500 }, (_, index) =>
      model(`m${index}`, `select deal_id from ${index === 0 ? 'raw.deals' : `m${index - 1}`}`),
    );
    const planned = await planProject(openProject(tinyProject(Object.assign({}, ...chain))));
    const order = planned.map(({ file }) => file.name).filter((name) => name !== 'deals');
    expect(order).toEqual(Array.from({ length: 500 }, (_, index) => `m${index}`));
  });
});
