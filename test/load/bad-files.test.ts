import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { csv, Dump, header } from './dump.ts';

const row = 'e1,2026-03-01T10:00:00Z,,L1,activity,,,,,';
const png = Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489', 'hex');
const manyRows = csv(
  ...Array.from({ length: 5000 }, (_, index) => `e${index},2026-03-01T10:00:00Z,,L${index * 7919},activity,,,,,`),
);
const zip = gzipSync(manyRows);

/** Problems as `file: message`, in order. */
async function complaints(files: Record<string, string | Buffer>, sources?: string): Promise<string[]> {
  const problems = await (await Dump.of(files, sources)).problems();
  return problems.map(({ file, line, message }) => `${file ?? ''}${line === undefined ? '' : `:${line}`}: ${message}`);
}

test('no file matches: the glob and its place in handover.yml', async () => {
  const dump = await Dump.of({}, '  events:\n    files: dumps/*.csv');
  expect(await dump.problems()).toMatchObject([
    {
      code: 'no-file',
      message: 'source "events": no file matches "dumps/*.csv"',
      file: 'handover.yml',
      line: 4,
      column: 12,
    },
  ]);
});

test('--source with a glob without a file, or for a source that is not there', async () => {
  const dump = await Dump.of({ 'events.csv': csv(row) });
  await expect(dump.load({ sources: new Map([['events', '/nowhere/*.csv']]) })).rejects.toThrow(
    '--source events=/nowhere/*.csv: no file matches "/nowhere/*.csv"',
  );
  await expect(dump.load({ sources: new Map([['event', 'events.csv']]) })).rejects.toThrow('has no source "event"');
});

test('a header without a required column names it and the nearest', async () => {
  const text = csv(row).replace('occurred_at', 'ocurred_at').replace('lead_id', 'person');
  const problems = await (await Dump.of({ 'events.csv': text })).problems();
  expect(problems).toMatchObject([
    {
      code: 'missing-column',
      file: 'events.csv',
      line: 1,
      message: 'has no column "occurred_at"',
      fix: 'Rename "ocurred_at" to "occurred_at", if that is what it holds.',
    },
    { code: 'missing-column', file: 'events.csv', line: 1, message: 'has no column "lead_id"' },
  ]);
});

test('the same for NDJSON and Parquet', async () => {
  const dump = await Dump.of({
    'events.ndjson': '{"id":"e1","occurred_at":"2026-03-01T10:00:00Z","lead_id":"L1","type":"activity"}',
  });
  await dump.warehouse.run(
    `copy (select 'e1' as event_id, 'L1' as lead_id, 'activity' as kind) to '${dump.root}/events.parquet'`,
  );
  expect((await dump.problems()).map(({ file, message }) => `${file}: ${message}`)).toEqual([
    'events.ndjson: has no column "event_id"',
    'events.parquet: has no column "occurred_at"',
    'events.parquet: has no column "type"',
  ]);
});

test.each<[string, string, string | Buffer, string]>([
  ['an empty file', 'events.csv', '', 'is empty'],
  ['an empty file in gzip', 'events.csv.gz', gzipSync(''), 'is empty'],
  ['blank lines only', 'events.ndjson', '\n\n', 'is empty'],
  ['a picture', 'events.parquet', png, 'is named like Parquet, but is a PNG picture'],
  ['CSV named Parquet', 'events.parquet', csv(row), 'is named like Parquet, but is plain text'],
  ['a picture named CSV', 'events.csv', png, 'is named like CSV, but is a PNG picture'],
  [
    'a workbook named CSV',
    'events.csv',
    Buffer.from('PK\x03\x04\x14\x00\x06\x00'),
    'is named like CSV, but is a ZIP archive or an Excel workbook',
  ],
  ['plain text named .gz', 'events.csv.gz', csv(row), 'is named like CSV in gzip, but is plain text'],
  ['plain text named .zst', 'events.csv.zst', csv(row), 'is named like CSV in zstd, but is plain text'],
  ['gzip named .csv', 'events.csv', gzipSync(csv(row)), 'is named like CSV, but is a gzip file'],
  ['CSV named NDJSON', 'events.ndjson', csv(row), 'is named like NDJSON, but its first lines are not JSON objects'],
  ['a JSON array', 'events.ndjson', '[{"event_id":"e1"}]', 'is a JSON array, not one object a line'],
  ['UTF-16', 'events.csv', Buffer.from(`\ufeff${csv(row)}`, 'utf16le'), 'is text in UTF-16'],
  ['UTF-16 without a mark', 'events.csv', Buffer.from(csv(row), 'utf16le'), 'is text in UTF-16'],
  ['compressed Parquet', 'events.parquet.gz', gzipSync('PAR1'), 'is a compressed Parquet file'],
  ['a cut Parquet', 'events.parquet', 'PAR1 and then nothing', 'is cut off or damaged Parquet'],
])('%s', async (_name, file, content, message) => {
  expect(await complaints({ [file]: content })).toEqual([`${file}: ${message}`]);
});

test.each([0.5, 0.999])('gzip cut off after %d of it', async (share) => {
  const [complaint] = await complaints({ 'events.csv.gz': zip.subarray(0, Math.floor(zip.length * share)) });
  expect(complaint).toMatch(/^events.csv.gz: is cut off or damaged/);
});

test('gzip without its last eight bytes, and with a wrong check sum', async () => {
  const wrong = Buffer.from(zip);
  wrong[wrong.length - 6] = (wrong[wrong.length - 6] ?? 0) ^ 0xff;
  const files = { 'events-1.csv.gz': zip.subarray(0, -8), 'events-2.csv.gz': wrong };
  expect(await complaints(files)).toEqual([
    expect.stringMatching(/^events-1.csv.gz: is cut off or damaged/),
    expect.stringMatching(/^events-2.csv.gz: is cut off or damaged/),
  ]);
});

test('Zstandard cut off', async () => {
  const dump = await Dump.of({});
  await dump.warehouse.run(
    `copy (select 'e' || i as event_id, '2026-03-01T10:00:00Z' as occurred_at, hash(i) as lead_id, 'activity' as type
      from range(50000) as rows(i)) to '${dump.root}/whole.csv.zst' (format csv, compression zstd)`,
  );
  const { readFileSync } = await import('node:fs');
  const whole = readFileSync(join(dump.root, 'whole.csv.zst'));
  dump.write({ 'events.csv.zst': whole });
  expect((await dump.load()).rows.loaded).toBe(50000);
  for (const length of [whole.length - 1, whole.length >> 1, 200]) {
    dump.write({ 'events.csv.zst': whole.subarray(0, length) });
    expect(await dump.problems()).toMatchObject([{ code: 'damaged-file', file: 'events.csv.zst' }]);
  }
});

test('Latin-1 letters and a NUL, with the line', async () => {
  const latin = Buffer.from(csv(row, 'e2,2026-03-01T10:00:00Z,,L1,activity,,Søren,,,'), 'latin1');
  const nul = csv(row, 'e2,2026-03-01T10:00:00Z,,L\u00001,activity,,,,,');
  expect(await complaints({ 'events-1.csv': latin })).toEqual(['events-1.csv:3: is not UTF-8 text']);
  expect(await complaints({ 'events-1.csv.gz': gzipSync(latin) })).toEqual(['events-1.csv.gz:3: is not UTF-8 text']);
  expect(await complaints({ 'events-1.csv': `${nul}${'x'.repeat(300_000)}` })).toEqual([
    'events-1.csv: is named like CSV, but is a binary file',
  ]);
});

test('a folder in place of a file', async () => {
  const dump = await Dump.of({ 'events-1.csv': csv(row) });
  mkdirSync(join(dump.root, 'events-2.csv'));
  expect(await dump.problems()).toMatchObject([{ code: 'not-a-file', file: 'events-2.csv' }]);
});

test('a column named twice', async () => {
  expect(await complaints({ 'events.csv': `${header},team\n${row},\n` })).toEqual([
    'events.csv:1: the header names "team" twice',
  ]);
});

test('a name that does not tell the format', async () => {
  expect(await complaints({ 'events.txt': csv(row) })).toEqual([
    'events.txt: has a name that does not tell its format',
  ]);
  const dump = await Dump.of({ 'events.txt': csv(row) }, '  events: { files: events.txt, format: csv }');
  expect((await dump.load()).rows.loaded).toBe(1);
});

test('files without rows, and rows that are all rejected', async () => {
  expect(await complaints({ 'events.csv': csv() })).toEqual([
    'handover.yml:3: source "events": its files hold no rows',
  ]);
  expect(await complaints({ 'events.csv': csv('e1,1.3.2026,,L1,activity,,,,,') })).toEqual([
    'handover.yml:3: source "events": all 1 rows are rejected; the first, events.csv:2: occurred_at: "1.3.2026" is not an ISO 8601 date-time',
  ]);
  const quietDay = await Dump.of({ 'events-1.csv': csv(row), 'events-2.csv': csv() });
  expect((await quietDay.load()).rows.loaded).toBe(1);
});

test('the problems of all files are told together, and nothing changes', async () => {
  const dump = await Dump.of({ 'events-1.csv': csv(row) });
  await dump.load();
  dump.write({
    'events-1.csv': csv(row, row.replace('e1', 'e2')),
    'events-2.csv': '',
    'events-3.parquet': png,
    'events-4.csv.gz': zip.subarray(0, zip.length - 4),
    'events-5.csv': csv(row).replace('type', 'kind'),
  });
  expect((await dump.problems()).map((problem) => problem.file)).toEqual([
    'events-2.csv',
    'events-3.parquet',
    'events-4.csv.gz',
    'events-5.csv',
  ]);
  expect(await dump.rows('select event_id from raw.events')).toEqual([{ event_id: 'e1' }]);
  expect(await dump.rows('select path, rows_read from main.load_files')).toEqual([
    { path: 'events-1.csv', rows_read: 1 },
  ]);
  expect(await dump.rows(`select table_name from duckdb_tables() where table_name like 'load:%'`)).toEqual([]);
});
