import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { acme } from './acme.ts';
import type { Dump } from './dump.ts';

const letters = 'Sønderborg, Ærø, Århus';
const files = {
  csv: `id,status\np1,open\np2,"${letters}"\n`,
  ndjson: `{"id":"p1","status":"open"}\n{"id":"p2","status":"${letters}"}\n`,
  json: `{"results":[{"id":"p1","status":"open"},\n{"id":"p2","status":"${letters}"}]}\n`,
};
const formats = Object.entries(files);

async function statuses(dump: Dump): Promise<unknown[]> {
  await dump.load();
  expect(await dump.rejects()).toEqual([]);
  return (await dump.rows('select status from raw.acme_people order by id')).map(({ status }) => status);
}

test.each(formats)(
  '%s of a CRM in UTF-8, also with a byte order mark, with CR LF and in gzip',
  async (format, text) => {
    const crlf = text.replaceAll('\n', '\r\n');
    for (const [index, variant] of [text, `\ufeff${text}`, crlf, `\ufeff${crlf}`].entries()) {
      expect(await statuses(await acme({ [`dumps/people-${index}.${format}`]: variant }))).toEqual(['open', letters]);
    }
    expect(await statuses(await acme({ [`dumps/people.${format}.gz`]: gzipSync(text) }))).toEqual(['open', letters]);
  },
);

test.each(formats)('%s with some lines that end in CR LF', async (format, text) => {
  expect(await statuses(await acme({ [`dumps/people.${format}`]: text.replace('\n', '\r\n') }))).toEqual([
    'open',
    letters,
  ]);
});

test.each(formats)('%s in Latin-1 is not guessed at', async (format, text) => {
  const latin = Buffer.from(text, 'latin1');
  for (const file of [`dumps/people.${format}`, `dumps/people.${format}.gz`]) {
    const dump = await acme({ [file]: file.endsWith('.gz') ? gzipSync(latin) : latin });
    expect(await dump.problems()).toMatchObject([{ code: 'not-utf8', file, message: 'is not UTF-8 text' }]);
  }
});

test.each(formats)('%s in UTF-16, either way round, with and without a byte order mark', async (format, text) => {
  const file = `dumps/people.${format}`;
  for (const marked of [text, `\ufeff${text}`]) {
    for (const bytes of [Buffer.from(marked, 'utf16le'), Buffer.from(marked, 'utf16le').swap16()]) {
      const dump = await acme({ [file]: bytes });
      expect(await dump.problems()).toMatchObject([{ code: 'not-utf8', file, message: 'is text in UTF-16' }]);
    }
  }
});

test('a table in Latin-1', async () => {
  const dump = await acme({ 'dumps/people.csv': files.csv, 'x.ndjson': Buffer.from(files.ndjson, 'latin1') });
  dump.declare('  x: { kind: table, files: x.ndjson }');
  expect(await dump.problems()).toMatchObject([{ code: 'not-utf8', file: 'x.ndjson', line: 2 }]);
});

test('a letter of two bytes that the end of what is read at once cuts in two', async () => {
  const start = 'id,status\np1,';
  const filling = 'x'.repeat((1 << 20) - 1 - start.length);
  const dump = await acme({ 'dumps/people.csv': `${start}${filling}ø\n` });
  expect((await statuses(dump)).map((status) => String(status).slice(-2))).toEqual(['xø']);
});
