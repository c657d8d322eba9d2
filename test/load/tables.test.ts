import { expect, test } from 'vitest';
import { Dump } from './dump.ts';

const types = `select column_name as name, data_type as type from information_schema.columns
  where table_schema = 'raw' and table_name = 'people' order by ordinal_position`;

test('types are told by all values, and a leading zero keeps a number text', async () => {
  const dump = await Dump.of(
    {
      'people.csv': [
        'id,zip,score,won,born,seen,local,note,empty',
        '1,0800,1.5,true,1980-02-03,2026-03-01T10:00:00+01:00,2026-03-01 10:00,x,',
        '2,2100,2,false,1981-02-03,2026-03-01T10:00:00Z,2026-03-01T10:00:00,"y, z",',
      ].join('\n'),
    },
    '  people: { kind: table, files: people.csv, recorded_at: seen }',
  );
  const result = await dump.load();
  expect(await dump.rows(types)).toEqual([
    { name: 'id', type: 'BIGINT' },
    { name: 'zip', type: 'VARCHAR' },
    { name: 'score', type: 'DOUBLE' },
    { name: 'won', type: 'BOOLEAN' },
    { name: 'born', type: 'DATE' },
    { name: 'seen', type: 'TIMESTAMP WITH TIME ZONE' },
    { name: 'local', type: 'TIMESTAMP' },
    { name: 'note', type: 'VARCHAR' },
    { name: 'empty', type: 'VARCHAR' },
  ]);
  expect(result.newestRecordedAt.get('people')).toBe('2026-03-01T10:00:00Z');
});

test('declared columns: values that do not fit are rejected with their place', async () => {
  const dump = await Dump.of(
    {
      'people.csv':
        'id;born;amount;email;zip\n1;1980-02-03;1.50;a@example.org;0800\n2;3/2/1981;2;;\n3;;1,50;;\n4;;;;\n',
    },
    '  people: { kind: table, files: people.csv, columns: { id: integer, born: date, amount: "decimal(10, 2)", zip: varchar } }',
  );
  const result = await dump.load();
  expect(result.rows).toEqual({ read: 4, loaded: 2, duplicate: 0, superseded: 0, rejected: 2 });
  expect(await dump.rejects()).toEqual([
    'people.csv:3 born: "3/2/1981" does not fit the type date',
    'people.csv:4 amount: "1,50" does not fit the type decimal(10,2)',
  ]);
  expect(await dump.rows('from raw.people')).toEqual([
    { id: 1, born: '1980-02-03', amount: 1.5, zip: '0800' },
    { id: 4, born: null, amount: null, zip: null },
  ]);
});

test('files of a table may differ in columns and format', async () => {
  const dump = await Dump.of(
    { 'people-1.csv': 'id,name\n1,a\n', 'people-2.ndjson': '{"id":2,"tags":["x"]}\n{"id":3,"name":"c"}\n' },
    '  people: { kind: table, files: "people*" }',
  );
  await dump.load();
  expect(await dump.rows('from raw.people order by id')).toEqual([
    { id: 1, name: 'a', tags: null },
    { id: 2, name: null, tags: '["x"]' },
    { id: 3, name: 'c', tags: null },
  ]);
});

test('Parquet keeps its types', async () => {
  const dump = await Dump.of(
    {},
    '  people: { kind: table, files: people.parquet, recorded_at: day, time_zone: Europe/Copenhagen }',
  );
  await dump.warehouse.run(
    `copy (select 1::smallint as id, date '2026-03-01' as day, [1, 2] as list) to '${dump.root}/people.parquet'`,
  );
  const result = await dump.load();
  expect(await dump.rows(types)).toEqual([
    { name: 'id', type: 'SMALLINT' },
    { name: 'day', type: 'DATE' },
    { name: 'list', type: 'INTEGER[]' },
  ]);
  expect(result.newestRecordedAt.get('people')).toBe('2026-03-01T23:00:00Z');
});

test('mistakes in the declaration, with their place', async () => {
  const people = { 'people.csv': 'id,born\n1,1980-02-03\n' };
  const declare = (rest: string): string => `  people:\n    kind: table\n    files: people.csv\n    ${rest}`;
  const problemsOf = async (rest: string): Promise<unknown> => (await Dump.of(people, declare(rest))).problems();
  expect(await problemsOf('columns: { id: bigit }')).toMatchObject([
    { code: 'unknown-type', message: 'column "id": DuckDB has no type "bigit"', file: 'handover.yml', line: 6 },
  ]);
  expect(await problemsOf('columns: { ids: bigint }')).toMatchObject([
    { code: 'missing-column', message: 'has no column "ids"', file: 'people.csv' },
  ]);
  expect(await problemsOf('recorded_at: borne')).toMatchObject([
    { code: 'unknown-column', message: 'source "people" has no column "borne"', fix: 'Did you mean "born"?', line: 6 },
  ]);
  expect(await problemsOf('recorded_at: id')).toMatchObject([
    { message: 'column "id" of source "people" is bigint, not a date or a time', line: 6 },
  ]);
});

test('a row recorded in the future is rejected and does not move as_of', async () => {
  const dump = await Dump.of(
    { 'people.csv': 'id,seen\n1,2026-03-01T10:00\n2,2099-03-01T10:00\n' },
    '  people: { kind: table, files: people.csv, recorded_at: seen, time_zone: Europe/Copenhagen }',
  );
  const result = await dump.load();
  expect(result.newestRecordedAt.get('people')).toBe('2026-03-01T09:00:00Z');
  expect(await dump.rejects()).toEqual(['people.csv:3 seen: "2099-03-01 10:00:00" lies in the future']);
});
