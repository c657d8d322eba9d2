import { expect, test } from 'vitest';
import { acme } from './acme.ts';
import { Dump } from './dump.ts';

// A second table has a row, so that a document without records is no reason to stop.
const history = { 'dumps/history.csv': 'person_id,name,value,changed_at\np9,plan,x,2026-03-01T10:00:00Z\n' };

/** Ids and records' numbers as loaded, and what was rejected. */
async function read(file: string, text: string): Promise<{ loaded: unknown[]; rejected: string[] }> {
  const dump = await acme({ ...history, [file]: text });
  await dump.load();
  const rows = await dump.rows('select id, line from raw.acme_people order by line');
  return { loaded: rows.map(({ id, line }) => `${id}:${line}`), rejected: await dump.rejects() };
}

test.each([
  ['an array', '[{"id":"a"},{"id":"b"}]'],
  ['an array over several lines, with a byte order mark', '\ufeff[\n  {"id": "a"},\r\n  {"id": "b"}\n]\n'],
  ['arrays one after the other', '[{"id":"a"}]\n[{"id":"b"}]'],
  ['an answer', '{"results":[{"id":"a"},{"id":"b"}],"paging":{"next":{"after":"2"}}}'],
  ['answers one after the other', '{"success":true,"data":[{"id":"a"}]}\n{"success":true,"data":[{"id":"b"}]}'],
  ['answers, the last without records', '{"data":[{"id":"a"},{"id":"b"}]}{"data":[]}{"data":null}'],
  ['answers with one record each', '{"data":{"id":"a"}}\n{"data":{"id":"b"}}'],
  ['records one after the other', '{"id":"a"}\n{"id":"b"}'],
  [
    'records that hold what an answer may hold',
    '[{"id":"a","data":{"id":"x"}},{"id":"b","items":[{"id":"y"}],"records":null}]',
  ],
])('%s', async (_name, text) => {
  expect(await read('dumps/people.json', text)).toEqual({ loaded: ['a:1', 'b:2'], rejected: [] });
});

test.each(['[]', '{"results":[]}', '{"data":null}', '{"success":true,"data":null}', '{"records":[],"done":true}'])(
  'an answer without records has no rows: %s',
  async (text) => {
    expect(await read('dumps/people.json', text)).toEqual({ loaded: [], rejected: [] });
    expect(await read('dumps/people.ndjson', `${text}\n`.replace('[]\n', '{"data":[]}\n'))).toEqual({
      loaded: [],
      rejected: [],
    });
  },
);

test.each([
  ['[{"id":"a"},7,null,["b"]]', [2, 3, 4]],
  ['{"data":[{"id":"a"},"b"]}', [2]],
  ['{"data":{"id":"a"}}{"data":"b"}', [2]],
])('what is no record is rejected: %s', async (text, lines) => {
  const rejected = lines.map((line) => `dumps/people.json:${line} the record is not a JSON object`);
  expect(await read('dumps/people.json', text)).toEqual({ loaded: ['a:1'], rejected });
});

test('an answer that says it failed is no answer without records', async () => {
  const failed = '{"success":false,"error":"unauthorized","data":null}';
  const dump = await acme({ ...history, 'dumps/people.json': failed });
  expect(await dump.problems()).toMatchObject([
    { code: 'missing-column', file: 'dumps/people.json', message: 'has no column "id"' },
  ]);
  expect(await read('dumps/people.json', `{"data":[{"id":"a"}]}\n${failed}`)).toEqual({
    loaded: ['a:1'],
    rejected: ['dumps/people.json:2 id: is missing'],
  });
});

test.each(['[{"id":"a"},{"id":"b"}]', '{"data":[{"id":"a"}],"x":null}'])(
  'a document that is cut off anywhere stops the load: %s',
  async (text) => {
    const dump = await acme(history);
    for (let length = 1; length < text.length; length++) {
      dump.write({ 'dumps/people.json': text.slice(0, length) });
      expect(await dump.problems()).toMatchObject([{ code: 'damaged-file', file: 'dumps/people.json' }]);
    }
  },
);

test.each(['[{"id":"a"}]garbage', '{"id":"a"},{"id":"b"}', "[{'id':'a'}]", '<html>Not found</html>', '[{"id":"a\n"}]'])(
  'what is not JSON stops the load: %s',
  async (text) => {
    const dump = await acme({ ...history, 'dumps/people.json': text });
    expect(await dump.problems()).toMatchObject([{ code: 'damaged-file', file: 'dumps/people.json' }]);
  },
);

test.each<[string, string, unknown]>([
  ['pages', '{"data":[{"id":"a"}],"next":2}\n{"data":[{"id":"b"},{"id":""}]}\n', ['a:1', 'b:2']],
  ['pages of which the first is empty', '{"data":null}\n{"data":[{"id":"b"},{"id":""}]}\n', ['b:1']],
  ['records that hold a list', '{"id":"a","items":[{"id":"x"}]}\n{"id":"b","items":null}\n{"id":""}\n', ['a:1', 'b:2']],
])('NDJSON of %s', async (_name, text, loaded) => {
  const { rejected, ...rest } = await read('dumps/people.ndjson', text);
  expect(rest).toEqual({ loaded });
  expect(rejected).toEqual([expect.stringMatching(/^dumps\/people.ndjson:[23] id: is missing$/)]);
});

test('NDJSON of pages of which one is cut off', async () => {
  const dump = await acme({ ...history, 'dumps/people.ndjson': '{"data":[{"id":"a"}]}\n{"data":[{"id":\n' });
  expect(await dump.problems()).toMatchObject([{ code: 'damaged-file', file: 'dumps/people.ndjson' }]);
});

test('events as a JSON document', async () => {
  const event = { event_id: 'e1', occurred_at: '2026-03-01 11:00', lead_id: 7, type: 'activity', properties: { a: 1 } };
  const dump = await Dump.of({ 'events.json': JSON.stringify({ items: [event, { ...event, type: 'call' }, event] }) });
  expect((await dump.load()).rows).toEqual({ read: 3, loaded: 1, duplicate: 1, superseded: 0, rejected: 1 });
  expect(await dump.rejects()).toEqual(['events.json:2 type: unknown type "call"']);
  expect(await dump.rows('select event_id, occurred_at, lead_id, properties from raw.events')).toEqual([
    { event_id: 'e1', occurred_at: '2026-03-01T10:00:00Z', lead_id: '7', properties: '{"a":1}' },
  ]);
});
