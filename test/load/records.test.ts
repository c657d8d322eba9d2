import { expect, test } from 'vitest';
import { acme } from './acme.ts';
import { csv, Dump } from './dump.ts';

/** Column, text, and what becomes of it: the value, or the reason why the row is rejected. */
const values: readonly (readonly [string, string, unknown])[] = [
  ['updated_at', '2026-03-01T10:00:00Z', '2026-03-01T10:00:00Z'],
  ['updated_at', '2026-03-01T10:00:00', '2026-03-01T09:00:00Z'],
  ['updated_at', '03/04/2026', 'updated_at: "03/04/2026" is not an ISO 8601 date-time'],
  ['updated_at', '03/04/2026 10:00', 'updated_at: "03/04/2026 10:00" is not an ISO 8601 date-time'],
  ['updated_at', '03-04-2026 10:00:00', 'updated_at: "03-04-2026 10:00:00" is not an ISO 8601 date-time'],
  ['updated_at', '3 Apr 2026 10:00', 'updated_at: "3 Apr 2026 10:00" is not an ISO 8601 date-time'],
  ['updated_at', '2026-03-01', 'updated_at: "2026-03-01" has no time of day'],
  ['updated_at', '2026-02-30T10:00:00Z', 'updated_at: "2026-02-30T10:00:00Z" is not a time that exists'],
  ['updated_at', '2099-03-01T10:00:00Z', 'updated_at: "2099-03-01T10:00:00Z" lies in the future'],
  ['updated_at', '1772359200000', 'updated_at: "1772359200000" is a Unix time, not an ISO 8601 date-time'],
  ['clicked_at', '1772359200000', '2026-03-01T10:00:00Z'],
  ['clicked_at', '1772359200', 'clicked_at: "1772359200" is a Unix time, not an ISO 8601 date-time'],
  ['clicked_at', '2026-03-01T10:00:00Z', '2026-03-01T10:00:00Z'],
  ['clicked_at', '03/04/2026', 'clicked_at: "03/04/2026" is not an ISO 8601 date-time'],
  ['local_at', '2026-03-01 10:00', '2026-03-01T10:00:00'],
  ['local_at', '2026-03-01T10:00:00Z', 'local_at: "2026-03-01T10:00:00Z" is no timestamp'],
  ['local_at', '03/04/2026 10:00', 'local_at: "03/04/2026 10:00" is no timestamp'],
  ['born', '2026-04-03', '2026-04-03'],
  ['born', '03/04/2026', 'born: "03/04/2026" is no date'],
  ['born', '2026-04-03T10:00:00', 'born: "2026-04-03T10:00:00" is no date'],
  ['born', '2026-02-30', 'born: "2026-02-30" is no date'],
  ['is_active', 'TRUE', true],
  ['is_active', '0', false],
  ['is_active', 'yes', 'is_active: "yes" is no boolean'],
  ['score', '1.5', 1.5],
  ['score', '1,5', 'score: "1,5" is no double'],
  ['visits', '-3', -3],
  ['visits', 'many', 'visits: "many" is no bigint'],
  ['visits', '9999999999999999999', 'visits: "9999999999999999999" is no bigint'],
  ['status', ' Søren ', ' Søren '],
  ['status', '', null],
  ['reason', '', ''],
  ['reason', 'two\nlines', 'two\nlines'],
  ['reason', 'say "hi", then', 'say "hi", then'],
  ['tags', '[1,2]', '[1,2]'],
];

test('what becomes of a value, from CSV as from NDJSON', async () => {
  const files = values.flatMap(([column, text], index) => [
    [`dumps/people-${index}.csv`, `id,${column}\nc${index},"${text.replaceAll('"', '""')}"\n`],
    [`dumps/people-${index}.ndjson`, `{"id":"n${index}","${column}":${JSON.stringify(text)}}\n`],
  ]);
  const dump = await acme(Object.fromEntries(files));
  await dump.load();
  const rows = new Map((await dump.rows('from raw.acme_people')).map((row) => [row.id, row]));
  const rejects = new Map((await dump.rows('from main.load_rejects')).map(({ path, reason }) => [path, reason]));
  const became = values.map(([column, text], index) => {
    const outcome = (id: string, type: string): unknown =>
      rejects.get(`dumps/people-${index}.${type}`) ?? rows.get(`${id}${index}`)?.[column];
    return [column, text, outcome('c', 'csv'), outcome('n', 'ndjson')];
  });
  expect(became).toEqual(values.map(([column, text, expected]) => [column, text, expected, expected]));
});

test('numbers and truth values of JSON, and milliseconds only where the layout says so', async () => {
  const dump = await acme({
    'dumps/people.json': JSON.stringify([
      { id: 1, clicked_at: 1772359200000, is_active: true, score: 1.5, visits: 3, tags: { a: 1 } },
      { id: 2, updated_at: 1772359200000 },
    ]),
  });
  await dump.load();
  expect(await dump.rows('select id, clicked_at, is_active, score, visits, tags from raw.acme_people')).toEqual([
    { id: '1', clicked_at: '2026-03-01T10:00:00Z', is_active: true, score: 1.5, visits: 3, tags: '{"a":1}' },
  ]);
  expect(await dump.rejects()).toEqual([
    'dumps/people.json:2 updated_at: "1772359200000" is a Unix time, not an ISO 8601 date-time',
  ]);
});

test('Parquet brings its types along', async () => {
  const dump = await acme({ 'dumps/x.csv': '' });
  await dump.rows(`
    copy (
      select 7 as id, timestamp '2026-03-01 10:00:00' as updated_at, 1772359200000 as clicked_at, date '2026-04-03' as born,
        1.5::decimal(5, 2) as score, ['a'] as tags, {'plan': 'x', 'email': 'y'} as properties
    ) to '${dump.root}/dumps/people-1.parquet'`);
  await dump.rows(`copy (select 8 as id, date '2026-03-01' as updated_at) to '${dump.root}/dumps/people-2.parquet'`);
  await dump.load();
  expect(
    await dump.rows('select id, updated_at, clicked_at, born, score, tags, properties from raw.acme_people'),
  ).toEqual([
    {
      id: '7',
      updated_at: '2026-03-01T09:00:00Z',
      clicked_at: '2026-03-01T10:00:00Z',
      born: '2026-04-03',
      score: 1.5,
      tags: '["a"]',
      properties: '{"plan":"x"}',
    },
  ]);
  expect(await dump.rejects()).toEqual(['dumps/people-2.parquet:1 updated_at: "2026-03-01" is no timestamptz']);
});

test('a day-first date stays text in a table, and is refused where a date is declared', async () => {
  const people = 'id,born\n1,03/04/2026\n2,04/03/2026\n';
  const dump = await Dump.of({ 'people.csv': people }, '  people: { kind: table, files: people.csv }');
  await dump.load();
  expect(await dump.rows('select born from raw.people where id = 1')).toEqual([{ born: '03/04/2026' }]);
  dump.declare('  people: { kind: table, files: people.csv, columns: { id: integer, born: date } }');
  expect((await dump.problems()).map(({ code }) => code)).toEqual(['all-rows-rejected']);
});

test('a table: a number with decimals is no whole number', async () => {
  const dump = await Dump.of(
    { 'people-1.csv': 'id\n1.5\n2\n1e3\n' },
    '  people: { kind: table, files: "people*", columns: { id: integer }, max_rejected: 90 % }',
  );
  await dump.rows(`copy (select unnest([2.5, 3.0]) as id) to '${dump.root}/people-2.parquet'`);
  await dump.load();
  expect(await dump.rows('from raw.people order by id')).toEqual([{ id: 2 }, { id: 3 }]);
  expect(await dump.rejects()).toEqual([
    'people-1.csv:2 id: "1.5" does not fit the type integer',
    'people-1.csv:4 id: "1e3" does not fit the type integer',
    'people-2.parquet:1 id: "2.5" does not fit the type integer',
  ]);
});

test('many forms of date in one file: each row for itself', async () => {
  const dump = await Dump.of({
    'events.csv': csv(
      ...['2026-03-01T10:00:00Z', '03/04/2026', '1772359200000', '2026-03-01 11:00', '01.03.2026 11:00'].map(
        (time, index) => `e${index},${time},,L1,activity,,,,,`,
      ),
    ),
  });
  await dump.load();
  expect((await dump.rejects()).map((reject) => reject.split(' ')[0])).toEqual([
    'events.csv:3',
    'events.csv:4',
    'events.csv:6',
  ]);
  expect(await dump.rows('select distinct occurred_at from raw.events')).toEqual([
    { occurred_at: '2026-03-01T10:00:00Z' },
  ]);
});

test('an unclosed quote costs its own row: in the middle, before a value of several lines, on the last line', async () => {
  const dump = await acme({
    'dumps/people.csv': [
      'id,status,reason',
      'p1,open,"two',
      'lines"',
      'p2,"open,x',
      'p3,open,x',
      'p4,open,"say ""hi"""',
      'p5,"open,"two',
      'lines"',
      'p6,open,x',
      'p7,open,"x',
    ].join('\n'),
  });
  const { rows } = await dump.load();
  expect(await dump.rows('select id, line, reason from raw.acme_people order by line')).toEqual([
    { id: 'p1', line: 2, reason: 'two\nlines' },
    { id: 'p3', line: 5, reason: 'x' },
    { id: 'p4', line: 6, reason: 'say "hi"' },
    { id: 'p6', line: 9, reason: 'x' },
  ]);
  expect((await dump.rejects()).map((reject) => reject.split(' ')[0])).toEqual([
    'dumps/people.csv:4',
    'dumps/people.csv:7',
    'dumps/people.csv:8',
    'dumps/people.csv:10',
  ]);
  expect(rows).toEqual({ read: 8, loaded: 4, duplicate: 0, superseded: 0, rejected: 4 });
});

test('a row without a value that it must have, and one with too few', async () => {
  const dump = await acme({
    'dumps/people.csv': 'id,status\np1,open\n,open\n"  ",open\np2\n',
    'dumps/history.ndjson':
      '{"person_id":"p1","name":"plan","value":"x","changed_at":null}\n{"person_id":{"id":1},"name":"plan","changed_at":"2026-03-01T10:00:00Z"}\n',
  });
  await dump.load();
  expect(await dump.rejects()).toEqual([
    'dumps/history.ndjson:1 changed_at: is missing',
    'dumps/history.ndjson:2 person_id: is missing',
    'dumps/people.csv:3 id: is missing',
    'dumps/people.csv:4 id: is missing',
    'dumps/people.csv:5 has 1 columns, the header has 2',
  ]);
});

test('of two versions of a record the later one counts, whichever file it is in', async () => {
  const dump = await acme({
    'dumps/people-1.csv': 'id,updated_at,status\np1,2026-03-02T10:00:00,won\np2,,open\np3,,b\n',
    'dumps/people-2.csv':
      'id,updated_at,status\np1,2026-03-01T10:00:00,open\np2,2026-03-01T10:00:00,won\np3,,a\np1,2026-03-02T10:00:00,won\n',
  });
  expect((await dump.load()).rows).toEqual({ read: 7, loaded: 3, duplicate: 1, superseded: 3, rejected: 0 });
  expect(await dump.rows('select id, status, line from raw.acme_people order by id')).toEqual([
    { id: 'p1', status: 'won', line: 2 },
    { id: 'p2', status: 'won', line: 3 },
    { id: 'p3', status: 'a', line: 4 },
  ]);
});
