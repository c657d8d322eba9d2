import { appendFileSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { Progress } from '../../src/diagnostics/progress.ts';
import { acme } from './acme.ts';
import { csv, Dump } from './dump.ts';

const row = 'e1,2026-03-01T10:00:00Z,,L1,activity,,,,,';
const other = 'e2,2026-03-01T10:00:00Z,,L1,activity,,,,,';
const inFolders = '  events: { files: "dumps/**" }';

/** A progress on which something happens as soon as the load reports what it does. */
function meanwhile(happens: () => void): Progress {
  return { task: (_title, work) => work(happens) };
}

test('two files with one name in different folders are two files', async () => {
  const dump = await Dump.of({ 'dumps/a/events.csv': csv(row), 'dumps/b/events.csv': csv(row, other) }, inFolders);
  expect((await dump.load()).rows).toMatchObject({ read: 3, loaded: 2, duplicate: 1 });
  expect(await dump.rows('select path, rows_read, rows_duplicate from main.load_files')).toEqual([
    { path: 'dumps/a/events.csv', rows_read: 1, rows_duplicate: 0 },
    { path: 'dumps/b/events.csv', rows_read: 2, rows_duplicate: 1 },
  ]);
});

test('a link to a file that is there as well is that file; when the file moves, its rows stay', async () => {
  const dump = await Dump.of({ 'dumps/a/events.csv': csv(row) }, inFolders);
  symlinkSync('a/events.csv', join(dump.root, 'dumps/latest.csv'));
  expect((await dump.load()).files.map(({ path, rowsRead }) => [path, rowsRead])).toEqual([['dumps/a/events.csv', 1]]);
  dump.remove('dumps/a');
  dump.remove('dumps/latest.csv');
  dump.write({ 'dumps/latest.csv': csv(row) });
  const { rows, warnings, changes } = await dump.load();
  expect(rows).toMatchObject({ read: 1, loaded: 1, duplicate: 0 });
  expect(warnings).toEqual([]);
  expect(changes.map(({ path, change }) => `${path} ${change}`)).toEqual([
    'dumps/latest.csv new',
    'dumps/a/events.csv gone',
  ]);
});

test('a link that leads nowhere is told', async () => {
  const dump = await Dump.of({ 'dumps/events.csv': csv(row) }, inFolders);
  symlinkSync('nowhere.csv', join(dump.root, 'dumps/events-2.csv'));
  expect(await dump.problems()).toMatchObject([
    { code: 'no-file', file: 'dumps/events-2.csv', message: 'is a link to a file that is not there' },
  ]);
});

test('a folder named like a file of a CRM', async () => {
  const dump = await acme({ 'dumps/people-1.csv': 'id\np1\n' });
  mkdirSync(join(dump.root, 'dumps/people-2.csv'));
  expect(await dump.problems()).toMatchObject([
    { code: 'not-a-file', file: 'dumps/people-2.csv', fix: 'Use "dumps/people-2.csv/*" for the files in it.' },
  ]);
});

test.each(['csv', 'csv.gz', 'ndjson', 'json', 'parquet'])(
  'a file that grows while it is read stops the load: %s',
  async (type) => {
    const dump = await Dump.of({ 'events-1.csv': csv(row) });
    await dump.load();
    const file = `events-2.${type}`;
    const record = '{"event_id":"e2","occurred_at":"2026-03-01T10:00:00Z","lead_id":"L1","type":"activity"}\n';
    if (type === 'parquet') {
      await dump.rows(
        `copy (select 'e2' as event_id, timestamptz '2026-03-01 10:00:00+00' as occurred_at, 'L1' as lead_id, 'activity' as type) to '${dump.root}/${file}'`,
      );
    } else if (type.startsWith('csv')) {
      dump.write({ [file]: type === 'csv' ? csv(other) : gzipSync(csv(other)) });
    } else dump.write({ [file]: record });
    const more = type === 'csv.gz' ? gzipSync(`${other}\n`) : type === 'csv' ? `${other}\n` : record;
    const problems = await dump.problems({ progress: meanwhile(() => appendFileSync(join(dump.root, file), more)) });
    expect(problems.map((problem) => problem.file)).toContain(file);
    expect(problems.map(({ code }) => code)).toContain('file-changed');
    expect(await dump.rows('select event_id from raw.events')).toEqual([{ event_id: 'e1' }]);
  },
);

test.each(['csv', 'ndjson', 'json'])('a file that goes while it is read stops the load: %s', async (format) => {
  const file = `events-2.${format}`;
  const record = '{"event_id":"e2","occurred_at":"2026-03-01T10:00:00Z","lead_id":"L1","type":"activity"}';
  const dump = await Dump.of({ 'events-1.csv': csv(row), [file]: format === 'csv' ? csv(other) : record });
  const progress = meanwhile(() => rmSync(join(dump.root, file), { force: true }));
  expect((await dump.problems({ progress })).map((problem) => `${problem.code} ${problem.file}`)).toContain(
    `file-changed ${file}`,
  );
});

test('a file that grows after it was read is read again by the next load', async () => {
  const dump = await Dump.of({ 'events-1.csv': csv(row) });
  const reports: string[] = [];
  const progress: Progress = {
    task: (_title, work) =>
      work((detail) => {
        reports.push(detail);
        if (detail.startsWith('joining')) appendFileSync(join(dump.root, 'events-1.csv'), `${other}\n`);
      }),
  };
  expect((await dump.load({ progress })).rows.read).toBe(1);
  expect(reports).toEqual(['events', 'joining events']);
  expect((await dump.load()).rows.read).toBe(2);
});

test.each([
  ['text', 'and more', 'damaged-file'],
  ['zeros', Buffer.alloc(512), 'unreadable'],
  ['half a member', gzipSync(csv(row)).subarray(0, 30), 'damaged-file'],
])('gzip that is followed by %s', async (_name, garbage, code) => {
  const dump = await Dump.of({ 'events-1.csv.gz': Buffer.concat([gzipSync(csv(row)), Buffer.from(garbage)]) });
  expect(await dump.problems()).toMatchObject([{ code, file: 'events-1.csv.gz' }]);
});

test('lines that end in CR alone: CSV is read, NDJSON is not', async () => {
  const dump = await Dump.of({ 'events-1.csv': csv(row, other).replaceAll('\n', '\r') });
  expect((await dump.load()).rows).toMatchObject({ read: 2, loaded: 2 });
  const record = '{"event_id":"e3","occurred_at":"2026-03-01T10:00:00Z","lead_id":"L1","type":"activity"}';
  dump.write({ 'events-2.ndjson': `${record}\r${record}` });
  expect(await dump.problems()).toMatchObject([{ code: 'rows-unaccounted', file: 'events-2.ndjson' }]);
});

test.each(['state', 'rejects', 'file_ids'])(
  'a table source cannot take the name of a table of the loader: %s',
  async (name) => {
    const dump = await Dump.of({ 'x.csv': 'id\n1\n' }, `  ${name}: { kind: table, files: x.csv }`);
    expect(await dump.problems()).toMatchObject([{ code: 'invalid-value', line: 3, fix: 'Give it another name.' }]);
  },
);
