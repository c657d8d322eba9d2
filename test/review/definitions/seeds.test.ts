import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { otherRules } from '../../../src/review/definitions/rules-others.ts';
import { compareSeeds } from '../../../src/review/definitions/seeds.ts';
import { Warehouse } from '../../../src/warehouse/warehouse.ts';
import { metricYaml } from './definitions.ts';
import { projectOf } from './model-sides.ts';

type Files = Readonly<Record<string, string>>;

let parser: Warehouse;
beforeAll(async () => {
  parser = await Warehouse.open(':memory:', { threads: 1 });
});
afterAll(() => parser.close());

/** Reads the seed teams, so that its rows count. */
const reader = { 'models/k.sql': 'select owner_id, team from seeds.teams' };
const teams = (...rows: readonly string[]) => ({
  ...reader,
  'seeds/teams.csv': ['owner_id,team', ...rows, ''].join('\n'),
});
const holidays = (...rows: readonly string[]) => ({
  'seeds/holidays.csv': ['set,date,name_en,name_da', ...rows, ''].join('\n'),
});

const compared = (before: Files, after: Files) => compareSeeds(parser, projectOf(before), projectOf(after));

interface Case {
  readonly rule: string;
  readonly before: Files;
  readonly after: Files;
  readonly says: readonly string[];
}

const cases: readonly Case[] = [
  { rule: 'seed-added', before: reader, after: teams('1,dk'), says: ['is new'] },
  { rule: 'seed-holidays-added', before: {}, after: holidays(), says: ['is new'] },
  { rule: 'seed-removed', before: teams('1,dk'), after: reader, says: ['is gone'] },
  {
    rule: 'seed-renamed',
    before: { 'seeds/teams.csv': 'owner_id,team\n1,dk\n' },
    after: { 'seeds/groups.csv': 'owner_id,team\n1,dk\n' },
    says: ['was called "teams"'],
  },
  {
    rule: 'seed-column-added',
    before: teams('1,dk', '2,uk'),
    after: { ...reader, 'seeds/teams.csv': 'owner_id,note,team\n1,x,dk\n2,,uk\n' },
    says: ['the column note is new'],
  },
  {
    rule: 'seed-column-removed',
    before: { ...reader, 'seeds/teams.csv': 'owner_id,note,team\n1,x,dk\n2,,uk\n' },
    after: teams('1,dk', '2,uk'),
    says: ['the column note is gone'],
  },
  {
    rule: 'seed-rows',
    before: teams('1,dk', '2,uk', '3,dk'),
    after: teams('2,dk', '1,dk', '4,se'),
    says: [
      'owner_id "4" is added (team "se")',
      'team of owner_id "2" is "dk" instead of "uk"',
      'owner_id "3" is gone (team "dk")',
    ],
  },
  {
    rule: 'seed-holiday-names',
    before: holidays('dk,2026-12-24,Christmas Eve,Juleaften', 'dk,2026-12-25,Christmas,Juledag'),
    after: holidays('dk,2026-12-24,Christmas Eve,Juleaftensdag', 'dk,2026-12-25,Christmas,Juledag'),
    says: ['name_da of the holiday 2026-12-24 of dk is "Juleaftensdag" instead of "Juleaften"'],
  },
  {
    rule: 'seed-unread',
    before: { 'seeds/teams.csv': 'owner_id,team\n1,dk\n' },
    after: { 'seeds/teams.csv': 'owner_id,team\n1,uk\n' },
    says: ['team of owner_id "1" is "uk" instead of "dk"'],
  },
];

describe('what a change of a seed does:', () => {
  it.each(cases)('$rule', async ({ rule, before, after, says }) => {
    const [change, ...others] = await compared(before, after);
    expect(others).toEqual([]);
    expect(change?.fields.map(({ words }) => words)).toEqual(says);
    const expected = otherRules.find(({ id }) => id === rule)?.class;
    expect(change?.fields[0]).toMatchObject({ rule, class: expected, isUnknown: false });
  });

  it('every rule has a case', () => {
    const ids = otherRules.filter(({ kind }) => kind === 'seed').map(({ id }) => id);
    expect(cases.map(({ rule }) => rule).sort()).toEqual(ids.sort());
  });
});

describe('the rows of a seed', () => {
  it('name the holiday that was added', async () => {
    const before = holidays('dk,2026-12-25,Christmas,Juledag', 'de,2026-12-25,Christmas,Juledag');
    const after = holidays(
      ...['dk,2026-12-25,Christmas,Juledag', 'de,2026-12-25,Christmas,Juledag'],
      'dk,2026-12-24,Christmas Eve,Juleaften',
    );
    const [change] = await compared(before, after);
    expect(change).toMatchObject({ title: 'the seed holidays', class: 'breaking', file: 'seeds/holidays.csv' });
    expect(change?.fields.map(({ words }) => words)).toEqual(['the holiday 2026-12-24 of dk is added (Juleaften)']);
  });

  it('are named up to five and counted beyond', async () => {
    const rows = Array.from({ length: 12 }, (_, index) => `${index + 10},dk`);
    const [change] = await compared(teams('1,dk'), teams('1,dk', ...rows));
    expect(change?.fields.map(({ words }) => words)).toEqual([
      'owner_id "10" is added (team "dk")',
      'owner_id "11" is added (team "dk")',
      'owner_id "12" is added (team "dk")',
      'owner_id "13" is added (team "dk")',
      'owner_id "14" is added (team "dk")',
      'and 7 more rows',
    ]);
    expect(change?.fields.map((field) => field.rule)).toEqual(Array.from({ length: 6 }, () => 'seed-rows'));
  });

  it('are compared whole where no column tells them apart', async () => {
    const [change] = await compared(teams('1,dk', '1,dk', '1,uk'), teams('1,dk', '1,uk', '1,uk', ','));
    expect(change?.fields.map(({ words }) => words)).toEqual([
      'a row is added: an empty one',
      'a row is added: owner_id "1", team "uk"',
      'a row is gone: owner_id "1", team "dk"',
    ]);
  });

  it('are told by as many of the first columns as it takes', async () => {
    const header = 'pipeline,stage,means';
    const before = { 'seeds/stages.csv': `${header}\na,won,sql\na,lost,none\nb,won,sql\n` };
    const after = { 'seeds/stages.csv': `${header}\na,won,sql\na,lost,sql\nb,won,sql\n` };
    const [change] = await compared(before, after);
    expect(change?.fields[0]?.words).toBe('means of pipeline "a", stage "lost" is "sql" instead of "none"');
  });

  it('are unknown where a file is no CSV', async () => {
    const broken = { ...reader, 'seeds/teams.csv': 'owner_id,team\n1,"dk\n2,uk,3\n' };
    const [change] = await compared(teams('1,dk'), broken);
    expect(change).toMatchObject({ class: 'breaking', isUnknown: true });
    expect(change?.fields[0]).toMatchObject({ rule: 'unknown', before: '2 lines', after: '3 lines' });
  });

  it('are unknown where the lines of a file do not fit each other', async () => {
    const [change] = await compared(teams('1,dk'), teams('1,dk', '2,uk,3'));
    expect(change?.fields.map(({ rule }) => rule)).toEqual(['unknown']);
  });

  it('are read by the contract of a metric too', async () => {
    const metric = metricYaml('won', {
      model: 'won',
      contract: '{ sql: [{ name: known, select: from seeds.teams }] }',
    });
    const files = {
      'models/marts/won.sql': 'select 1 as id',
      'models/marts/won.yml': 'name: won\ndescription: Won.\n',
      'metrics/won.yml': metric,
    };
    const seed = (row: string) => ({ ...files, 'seeds/teams.csv': `owner_id,team\n${row}\n` });
    const [change] = await compared(seed('1,dk'), seed('1,uk'));
    expect(change?.fields.map(({ rule }) => rule)).toEqual(['seed-rows']);
  });

  it('may hold anything and be called anything', async () => {
    const odd = `it's "odd"`;
    const before = { [`seeds/${odd}.csv`]: `a'b,"c""d"\n"x'; drop table t; --",1\n` };
    const after = { [`seeds/${odd}.csv`]: `a'b,"c""d"\n"x'; drop table t; --",2\n` };
    const [change] = await compared(before, after);
    expect(change?.fields[0]?.words).toBe(`c"d of a'b "x'; drop table t; --" is "2" instead of "1"`);
  });

  it('say the same in any order of rows and columns, quoted or not', async () => {
    const cell = fc.constantFrom('', 'a', 'b c', 'æ', '1', 'x,y');
    const row = fc.record({ owner_id: cell, team: cell, note: cell });
    const table = fc.array(row, { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(table, fc.shuffledSubarray(['team', 'note'], { minLength: 2 }), async (rows, names) => {
        const quoted = (text: string) => `"${text}"`;
        const text = (columns: readonly ('owner_id' | 'team' | 'note')[], list: typeof rows, always: boolean) =>
          [columns, ...list.map((cells) => columns.map((name) => cells[name]))]
            .map((cells) => cells.map((value) => (always || value.includes(',') ? quoted(value) : value)).join(','))
            .join('\n');
        const columns = ['owner_id', ...names] as ('owner_id' | 'team' | 'note')[];
        const before = projectOf({ 'seeds/teams.csv': `${text(['owner_id', 'team', 'note'], rows, false)}\n` });
        const after = projectOf({ 'seeds/teams.csv': `${text(columns, [...rows].reverse(), true)}\n` });
        expect(await compareSeeds(parser, before, after)).toEqual([]);
      }),
      { numRuns: 25, seed: 7 },
    );
  });
});
