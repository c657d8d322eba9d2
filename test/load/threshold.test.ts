import { expect, test } from 'vitest';
import { acmeLayout } from './acme.ts';
import { csv, Dump } from './dump.ts';

/** Events of which the first so many are bad. */
function events(bad: number, all: number, file = ''): string {
  const rows = Array.from({ length: all }, (_, index) => {
    const time = index < bad ? 'never' : '2026-03-01T10:00:00Z';
    return `${file}${index},${time},,L1,activity,,,,,`;
  });
  return csv(...rows);
}

function source(maxRejected: string | undefined): string {
  return `  events: { files: "events*"${maxRejected === undefined ? '' : `, max_rejected: ${maxRejected}`} }`;
}

test.each([
  [undefined, 5, 10],
  ['50 %', 5, 10],
  ['10%', 3, 30],
  ['29 %', 29, 100],
  ['7 %', 7, 100],
  ['33.3 %', 333, 1000],
  ['0.1 %', 1, 1000],
  ['99 %', 99, 100],
  ['0 %', 0, 10],
  ['3', 3, 4],
  ['0', 0, 4],
])('max_rejected %s: %d of %d rows pass, one more does not', async (limit, bad, all) => {
  const dump = await Dump.of({ 'events.csv': events(bad, all) }, source(limit));
  expect((await dump.load()).rows).toMatchObject({ read: all, rejected: bad });
  dump.write({ 'events.csv': events(bad + 1, all) });
  const [problem, ...others] = await dump.problems();
  expect(others).toEqual([]);
  expect(problem?.code).toBe(bad + 1 === all ? 'all-rows-rejected' : 'too-many-rejected');
  expect(problem?.message).toContain(`rows are rejected; the first, events.csv:2: occurred_at: "never"`);
  expect(await dump.rows('select rows_rejected from main.load_files')).toEqual([{ rows_rejected: bad }]);
});

test('the message says how many, the limit and where it is set', async () => {
  const dump = await Dump.of(
    { 'events.csv': events(30, 100) },
    '  events:\n    files: events.csv\n    max_rejected: 29 %',
  );
  expect(await dump.problems()).toMatchObject([
    {
      message: expect.stringContaining('source "events": 30 of 100 rows are rejected'),
      expected: 'at most 29 % (max_rejected)',
      file: 'handover.yml',
      line: 5,
    },
  ]);
});

test('what counts is all files of a source, also those of earlier loads, and each source for itself', async () => {
  const dump = await Dump.of(
    { 'events-1.csv': events(0, 6, 'a'), 'events-2.csv': events(3, 4, 'b'), 'other.csv': events(4, 8, 'c') },
    `${source('3')}\n  other: { files: other.csv }`,
  );
  expect((await dump.load()).rows.rejected).toBe(7);
  dump.write({ 'events-3.csv': events(1, 20, 'd') });
  expect((await dump.problems()).map(({ message }) => message)).toEqual([
    expect.stringContaining('source "events": 4 of 30 rows are rejected; the first, events-3.csv:2'),
  ]);
  expect(await dump.rows('select count(*) as files from main.load_files')).toEqual([{ files: 3 }]);
  dump.declare(`${source('4')}\n  other: { files: other.csv }`);
  expect((await dump.load()).rows.rejected).toBe(8);
});

test('a limit that is lowered counts for what was loaded before', async () => {
  const dump = await Dump.of({ 'events.csv': events(2, 10) }, source('2'));
  await dump.load();
  dump.declare(source('1'));
  expect((await dump.problems()).map(({ code }) => code)).toEqual(['too-many-rejected']);
});

test('a file of which all rows are rejected is warned of', async () => {
  const dump = await Dump.of({ 'events-1.csv': events(0, 5, 'a'), 'events-2.csv': events(2, 2, 'b') }, source('50 %'));
  const warning = { severity: 'warning', file: 'events-2.csv', message: 'holds 2 rows, and all are rejected' };
  expect((await dump.load()).warnings).toMatchObject([warning]);
});

test('a CRM and a table have a limit as well', async () => {
  const dump = await Dump.of(
    {
      'models/staging/acme/sources.yml': acmeLayout,
      'dumps/people.csv': 'id,score\np1,many\np2,1\n',
      'people.csv': 'id\nx\n1\n',
    },
    '  acme: { kind: acme, files: "dumps/*", max_rejected: 0 }\n  people: { kind: table, files: people.csv, columns: { id: integer }, max_rejected: 10 % }',
  );
  expect((await dump.problems()).map(({ message }) => message)).toEqual([
    'source "acme": 1 of 2 rows are rejected; the first, dumps/people.csv:2: score: "many" is no double',
    'source "people": 1 of 2 rows are rejected; the first, people.csv:2: id: "x" does not fit the type integer',
  ]);
});
