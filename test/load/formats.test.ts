import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { csv, Dump } from './dump.ts';

const rows = [
  'e1,2026-03-01T10:00:00+01:00,,L1,lead_created,,,dk_smb,,"{""source"":""event"",""note"":""a,b""}"',
  'e2,2026-03-02T10:00:00Z,2026-03-02T10:00:09Z,L1,stage_entered,mql,o1,dk_smb,email,',
];
const ndjson = [
  '{"event_id":"e1","occurred_at":"2026-03-01T10:00:00+01:00","lead_id":"L1","type":"lead_created","team":"dk_smb","properties":{"source":"event","note":"a,b"}}',
  '{"event_id":"e2","occurred_at":"2026-03-02T10:00:00Z","recorded_at":"2026-03-02T10:00:09Z","lead_id":"L1","type":"stage_entered","stage":"mql","owner_id":"o1","team":"dk_smb","channel":"email"}',
].join('\n');

const expected = [
  {
    event_id: 'e1',
    occurred_at: '2026-03-01T09:00:00Z',
    recorded_at: '2026-03-01T09:00:00Z',
    first_recorded_at: '2026-03-01T09:00:00Z',
    lead_id: 'L1',
    type: 'lead_created',
    stage: null,
    owner_id: null,
    team: 'dk_smb',
    channel: null,
    properties: '{"source":"event","note":"a,b"}',
  },
  {
    event_id: 'e2',
    occurred_at: '2026-03-02T10:00:00Z',
    recorded_at: '2026-03-02T10:00:09Z',
    first_recorded_at: '2026-03-02T10:00:09Z',
    lead_id: 'L1',
    type: 'stage_entered',
    stage: 'mql',
    owner_id: 'o1',
    team: 'dk_smb',
    channel: 'email',
    properties: null,
  },
];

async function loaded(dump: Dump): Promise<unknown> {
  await dump.load();
  expect(await dump.rejects()).toEqual([]);
  return dump.rows('select * exclude (crm, file_id, line) from raw.events order by event_id');
}

const plain: [string, string][] = [
  ['CSV', csv(...rows)],
  ['CSV with CR LF', csv(...rows).replaceAll('\n', '\r\n')],
  ['CSV with a byte order mark', `\ufeff${csv(...rows)}`],
  ['CSV without a last line end', csv(...rows).trimEnd()],
  ['CSV with blank lines', csv(...rows).replaceAll('\n', '\n\n')],
  ['CSV with both line ends', csv(...rows).replace('\n', '\r\n')],
];
test.each(plain)('%s', async (_name, text) => {
  expect(await loaded(await Dump.of({ 'events.csv': text }))).toEqual(expected);
});

test('CSV with semicolons, columns in another order and unknown ones', async () => {
  const text = [
    'extra;lead_id;properties;event_id;type;occurred_at;stage;owner_id;team;channel;recorded_at;',
    'x;L1;"{""source"":""event"",""note"":""a,b""}";e1;lead_created;2026-03-01 10:00;;;dk_smb;;;',
    '"y;z";L1;;e2;stage_entered;2026-03-02T10:00:00Z;mql;o1;dk_smb;email;2026-03-02T10:00:09Z;',
  ].join('\n');
  expect(await loaded(await Dump.of({ 'events.csv': text }))).toEqual(expected);
});

test.each([
  ['NDJSON', ndjson],
  ['NDJSON with CR LF', ndjson.replaceAll('\n', '\r\n')],
  ['NDJSON with blank lines', `${ndjson.replaceAll('\n', '\n\n')}\n\n`],
  ['NDJSON with a byte order mark', `\ufeff${ndjson}`],
])('%s', async (_name, text) => {
  expect(await loaded(await Dump.of({ 'events.ndjson': text }))).toEqual(expected);
});

test('gzip, also of several members, and Zstandard', async () => {
  const [first, second] = csv(...rows).split(/(?<=\n)(?=e2)/);
  const members = Buffer.concat([gzipSync(first ?? ''), gzipSync(second ?? '')]);
  expect(await loaded(await Dump.of({ 'events.csv.gz': gzipSync(csv(...rows)) }))).toEqual(expected);
  expect(await loaded(await Dump.of({ 'events.csv.gz': members }))).toEqual(expected);
  expect(await loaded(await Dump.of({ 'events.jsonl.gz': gzipSync(ndjson) }))).toEqual(expected);
});

test('Zstandard, written by DuckDB', async () => {
  const dump = await Dump.of({ 'lines.csv': csv(...rows) });
  const lines = `read_csv('${dump.root}/lines.csv', columns = {'l': 'varchar'}, delim = E'\\x01', quote = '', header = false)`;
  const asText = `format csv, delimiter E'\\x01', quote '', escape '', header false, compression zstd`;
  await dump.warehouse.run(`copy (from ${lines}) to '${dump.root}/events.csv.zst' (${asText})`);
  expect(await loaded(dump)).toEqual(expected);
});

test.each([
  ['text', 'occurred_at, recorded_at, properties::varchar as properties'],
  [
    'timestamps with a zone',
    'occurred_at::timestamptz as occurred_at, recorded_at::timestamptz as recorded_at, properties::varchar as properties',
  ],
  [
    'local timestamps',
    `timezone('Europe/Copenhagen', occurred_at::timestamptz) as occurred_at, timezone('Europe/Copenhagen', recorded_at::timestamptz)::timestamp_ns as recorded_at, properties`,
  ],
  [
    'nested properties',
    `occurred_at, recorded_at, json_transform(properties, '{"source":"VARCHAR","note":"VARCHAR"}') as properties`,
  ],
])('Parquet with %s', async (_name, columns) => {
  const dump = await Dump.of({ 'source.csv': csv(...rows) });
  await dump.warehouse.run(
    `copy (select event_id, ${columns}, lead_id, type, stage, owner_id, team, channel
      from read_csv('${dump.root}/source.csv', all_varchar = true)) to '${dump.root}/events.parquet'`,
  );
  expect(await loaded(dump)).toEqual(expected);
});

test('ids that are numbers or true become text in NDJSON and Parquet', async () => {
  const dump = await Dump.of({
    'events.ndjson':
      '{"event_id":17,"occurred_at":"2026-03-01T10:00:00Z","lead_id":12345678901234567890,"type":"activity","owner_id":true,"properties":"{\\"action\\":\\"page_view\\"}"}',
  });
  await dump.warehouse.run(
    `copy (select 18 as event_id, timestamptz '2026-03-01 10:00:00+00' as occurred_at, 5::bigint as lead_id, 'activity' as type) to '${dump.root}/events.parquet'`,
  );
  await dump.load();
  expect(await dump.rows('select event_id, lead_id, owner_id, properties from raw.events order by event_id')).toEqual([
    { event_id: '17', lead_id: '12345678901234567890', owner_id: 'true', properties: '{"action":"page_view"}' },
    { event_id: '18', lead_id: '5', owner_id: null, properties: null },
  ]);
});

test('values that span lines, and the line on which each row starts', async () => {
  const dump = await Dump.of({
    'events.csv': csv(
      'e1,2026-03-01T10:00:00Z,,L1,activity,,,,,"{\n  ""action"": ""say \\""hi\\""""\n}"',
      '',
      'e2,2026-03-01T10:00:00Z,,L1,activity,,,"5"" pipe",,',
      'e3,yesterday,,L1,activity,,,5" pipe,,',
    ),
  });
  await dump.load();
  expect(
    await dump.rows(`select event_id, line, team, properties ->> 'action' as action from raw.events order by line`),
  ).toEqual([
    { event_id: 'e1', line: 2, team: null, action: 'say "hi"' },
    { event_id: 'e2', line: 6, team: '5" pipe', action: null },
  ]);
  expect(await dump.rejects()).toEqual(['events.csv:7 occurred_at: "yesterday" is not an ISO 8601 date-time']);
});

test('a table has its columns when there is no event source', async () => {
  const dump = await Dump.of({ 'people.csv': 'id\n1\n' }, '  people: { kind: table, files: people.csv }');
  await dump.load();
  expect(await dump.rows('select count(*) as events from raw.events')).toEqual([{ events: 0 }]);
});

test('several globs, folders, and a file that two of them match', async () => {
  const dump = await Dump.of(
    {
      'dumps/2026/events-01.csv': csv(rows[0] ?? ''),
      'dumps/events-02.csv': csv(rows[1] ?? ''),
      'dumps/.events-03.csv': 'hidden',
      'dumps/notes.txt': 'nothing',
    },
    '  events: { files: ["dumps/**/events-*.csv", "dumps/events-0[0-9].{csv,ndjson}"] }',
  );
  const result = await dump.load();
  expect(result.files.map((file) => file.path)).toEqual(['dumps/2026/events-01.csv', 'dumps/events-02.csv']);
  expect(result.rows.read).toBe(2);
});

test('--source reads a source from elsewhere', async () => {
  const elsewhere = await Dump.of({ 'one.csv': csv(rows[0] ?? '') });
  const dump = await Dump.of({ 'events.csv': csv(...rows) });
  const result = await dump.load({ sources: new Map([['events', `${elsewhere.root}/*.csv`]]) });
  expect(result.files.map((file) => file.path)).toEqual([`${elsewhere.root}/one.csv`]);
});

test('every row of a large file knows its line, though several threads read it', async () => {
  const dump = await Dump.of({});
  const asFormat = { csv: 'format csv', ndjson: 'format json', parquet: 'format parquet' };
  for (const [format, options] of Object.entries(asFormat)) {
    await dump.warehouse.run(
      `copy (
        select i as event_id, '2026-03-01T10:00:00Z' as occurred_at, 'L' || hash(i) as lead_id, 'stage_entered' as type,
          'mql' as stage, '{"note":"' || repeat('x', 120) || '"}' as properties
        from range(300000) as rows(i)
      ) to '${dump.root}/events.${format}' (${options})`,
    );
    expect((await dump.load()).rows.loaded).toBe(300_000);
    const firstLine = format === 'csv' ? 2 : 1;
    const wrong = `select count(*) as wrong from raw.events where line <> event_id::bigint + ${firstLine}`;
    expect(await dump.rows(wrong)).toEqual([{ wrong: 0 }]);
    dump.remove(`events.${format}`);
  }
});
