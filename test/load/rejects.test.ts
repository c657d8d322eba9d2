import { expect, test } from 'vitest';
import { csv, Dump } from './dump.ts';

const good = 'good,2026-03-01T10:00:00Z,,L1,activity,,,,,';

async function reasonFor(row: string): Promise<string | undefined> {
  const dump = await Dump.of({ 'events.csv': csv(good, row) });
  const { rows } = await dump.load();
  expect(rows.read).toBe(2);
  const [reject] = await dump.rejects();
  return reject?.replace('events.csv:3 ', '');
}

test.each([
  [',2026-03-01T10:00:00Z,,L1,activity,,,,,', 'event_id: is missing'],
  ['  ,2026-03-01T10:00:00Z,,L1,activity,,,,,', 'event_id: is missing'],
  ['e,,,L1,activity,,,,,', 'occurred_at: is missing'],
  ['e,31/02/2026,,L1,activity,,,,,', 'occurred_at: "31/02/2026" is not an ISO 8601 date-time'],
  ['e,03-01-2026 10:00,,L1,activity,,,,,', 'occurred_at: "03-01-2026 10:00" is not an ISO 8601 date-time'],
  ['e,2026/03/01 10:00:00,,L1,activity,,,,,', 'occurred_at: "2026/03/01 10:00:00" is not an ISO 8601 date-time'],
  ['e,2026-3-1 1:02,,L1,activity,,,,,', 'occurred_at: "2026-3-1 1:02" is not an ISO 8601 date-time'],
  [
    'e,2026-03-01 10:00:00 PST,,L1,activity,,,,,',
    'occurred_at: "2026-03-01 10:00:00 PST" is not an ISO 8601 date-time',
  ],
  ['e,epoch,,L1,activity,,,,,', 'occurred_at: "epoch" is not an ISO 8601 date-time'],
  ['e,infinity,,L1,activity,,,,,', 'occurred_at: "infinity" is not an ISO 8601 date-time'],
  ['e,1772359200000,,L1,activity,,,,,', 'occurred_at: "1772359200000" is a Unix time, not an ISO 8601 date-time'],
  ['e,2026-03-01,,L1,activity,,,,,', 'occurred_at: "2026-03-01" has no time of day'],
  ['e,2026-02-29T10:00:00Z,,L1,activity,,,,,', 'occurred_at: "2026-02-29T10:00:00Z" is not a time that exists'],
  ['e,2026-03-01T10:61,,L1,activity,,,,,', 'occurred_at: "2026-03-01T10:61" is not a time that exists'],
  ['e,0206-03-01T10:00:00Z,,L1,activity,,,,,', 'occurred_at: "0206-03-01T10:00:00Z" lies before 1970'],
  ['e,2099-03-01T10:00:00Z,,L1,activity,,,,,', 'occurred_at: "2099-03-01T10:00:00Z" lies in the future'],
  [
    'e,2026-03-01T10:00:00Z,2099-03-01T10:00:00Z,L1,activity,,,,,',
    'recorded_at: "2099-03-01T10:00:00Z" lies in the future',
  ],
  ['e,2026-03-01T10:00:00Z,soon,L1,activity,,,,,', 'recorded_at: "soon" is not an ISO 8601 date-time'],
  ['e,2026-03-01T10:00:00Z,,,activity,,,,,', 'lead_id: is missing'],
  ['e,2026-03-01T10:00:00Z,,L1,,,,,,', 'type: is missing'],
  [
    'e,2026-03-01T10:00:00Z,,L1,stage_enterd,mql,,,,',
    'type: unknown type "stage_enterd". Did you mean "stage_entered"?',
  ],
  ['e,2026-03-01T10:00:00Z,,L1,Call,,,,,', 'type: unknown type "Call"'],
  ['e,2026-03-01T10:00:00Z,,L1,stage_entered,,,,,', 'stage: is missing; stage_entered needs one'],
  ['e,2026-03-01T10:00:00Z,,L1,stage_entered,MQL,,,,', 'stage: unknown stage "MQL". Did you mean "mql"?'],
  ['e,2026-03-01T10:00:00Z,,L1,lead_created,customer,,,,', 'stage: unknown stage "customer"'],
  ['e,2026-03-01T10:00:00Z,,L1,activity,,,,,{action: x}', 'properties: is not valid JSON'],
  ['e,2026-03-01T10:00:00Z,,L1,activity,,,,,[1]', 'properties: is not a JSON object'],
  ['e,2026-03-01T10:00:00Z,,L1,activity', 'has 5 columns, the header has 10'],
  ['e,2026-03-01T10:00:00Z,,L1,activity,,,,,,x,y', 'has 12 columns, the header has 10'],
  ['e,2026-03-01T10:00:00Z,,L1,activity,,,"dk"smb,,', 'a quote is not closed, or text follows the closing quote'],
  ['e,2026-03-01T10:00:00Z,,L1,activity,,,,"email,', 'a quote is not closed, or text follows the closing quote'],
])('%s', async (row, reason) => {
  expect(await reasonFor(row)).toBe(reason);
});

test.each([
  '2026-03-01T10:00:00Z',
  '2026-03-01T12:00:00+02:00',
  '2026-03-01T12:00:00+0200',
  '2026-03-01T12:00:00+02',
  '2026-03-01T12:00+02:00',
  '2026-03-01 12:00+02',
  '2026-03-01T10:00Z',
  '2026-03-01T06:30:00-03:30',
  '2026-03-01T10:00:00.000Z',
  '2026-03-01T10:00:00.000000000+00:00',
  '2026-03-01T11:00:00',
  '2026-03-01 11:00',
])('%s is the same instant, local times being Copenhagen', async (text) => {
  const dump = await Dump.of({ 'events.csv': csv(`e,${text},,L1,activity,,,,,`) });
  await dump.load();
  expect(await dump.rows('select occurred_at from raw.events')).toEqual([{ occurred_at: '2026-03-01T10:00:00Z' }]);
});

test('a local time that a clock change skips or repeats is read as DuckDB reads it', async () => {
  const dump = await Dump.of({
    'events.csv': csv('spring,2026-03-29T02:30:00,,L1,activity,,,,,', 'autumn,2025-10-26T02:30:00,,L1,activity,,,,,'),
  });
  await dump.load();
  expect(
    await dump.rows(`
      select occurred_at = timezone('Europe/Copenhagen', case event_id
        when 'spring' then timestamp '2026-03-29 02:30:00' else timestamp '2025-10-26 02:30:00' end) as same
      from raw.events`),
  ).toEqual([{ same: true }, { same: true }]);
});

test('the line of a reject is the physical one, whatever came before it', async () => {
  const dump = await Dump.of({
    'events.csv': csv(
      'a,2026-03-01T10:00:00Z,,L1,activity,,,,,',
      'too,few',
      'b,2026-03-01T10:00:00Z,,L1,activity,,,,,',
      'too,few',
      'c,never,,L1,activity,,,,,',
      'd,2026-03-01T10:00:00Z,,L1,activity,,,,,',
    ),
  });
  await dump.load();
  expect(await dump.rejects()).toEqual([
    'events.csv:3 has 2 columns, the header has 10',
    'events.csv:5 has 2 columns, the header has 10',
    'events.csv:6 occurred_at: "never" is not an ISO 8601 date-time',
  ]);
  expect(await dump.rows('select event_id, line from raw.events order by line')).toEqual([
    { event_id: 'a', line: 2 },
    { event_id: 'b', line: 4 },
    { event_id: 'd', line: 7 },
  ]);
});

test('an unclosed quote costs its own row, not the ones after it', async () => {
  const dump = await Dump.of({
    'events.csv': csv(
      'a,2026-03-01T10:00:00Z,,L1,activity,,,,,',
      'b,2026-03-01T10:00:00Z,,L1,activity,,,"dk_smb,,',
      'c,2026-03-01T10:00:00Z,,L1,activity,,,,,"{""a"": 1}"',
      'd,2026-03-01T10:00:00Z,,L1,activity,,,,,"{',
      '""a"": 2}"',
      'e,2026-03-01T10:00:00Z,,L1,activity,,,,"email,',
    ),
  });
  const { rows } = await dump.load();
  expect(rows).toEqual({ read: 5, loaded: 3, duplicate: 0, superseded: 0, rejected: 2 });
  expect(await dump.rejects()).toEqual([
    'events.csv:3 a quote is not closed, or text follows the closing quote',
    'events.csv:7 a quote is not closed, or text follows the closing quote',
  ]);
  expect(await dump.rows(`select event_id, line, properties ->> 'a' as a from raw.events order by line`)).toEqual([
    { event_id: 'a', line: 2, a: null },
    { event_id: 'c', line: 4, a: '1' },
    { event_id: 'd', line: 5, a: '2' },
  ]);
});

test('two stray quotes that happen to close each other are noticed', async () => {
  const dump = await Dump.of({
    'events.csv': csv(
      'a,2026-03-01T10:00:00Z,,L1,activity,,,"dk_smb,,',
      'b,2026-03-01T10:00:00Z,,L1,activity,,,,,',
      'c,2026-03-01T10:00:00Z,,L1,activity,,,dk_smb",,',
      'd,2026-03-01T10:00:00Z,,L1,activity,,,,,',
    ),
  });
  const { rows } = await dump.load();
  expect(await dump.rejects()).toEqual(['events.csv:2 a quote is not closed, or text follows the closing quote']);
  expect(rows).toEqual({ read: 4, loaded: 3, duplicate: 0, superseded: 0, rejected: 1 });
});

test('NDJSON: every line that is not an event says why', async () => {
  const dump = await Dump.of({
    'events.ndjson': [
      '{"event_id":"a","occurred_at":"2026-03-01T10:00:00Z","lead_id":"L1","type":"activity"}',
      '{"event_id":"b","occurred_at":1772359200000,"lead_id":"L1","type":"activity"}',
      '',
      '{"event_id":"c","occurred_at":"2026-03-01T10:00:00Z"',
      '["d"]',
      '{"event_id":"e","occurred_at":"2026-03-01T10:00:00Z","lead_id":null,"type":"activity"}',
      '{"event_id":"f","occurred_at":"2026-03-01T10:00:00Z","lead_id":"L1","type":"activity","properties":[1]}',
    ].join('\n'),
  });
  const { rows } = await dump.load();
  expect(rows).toEqual({ read: 6, loaded: 1, duplicate: 0, superseded: 0, rejected: 5 });
  expect(await dump.rejects()).toEqual([
    'events.ndjson:2 occurred_at: "1772359200000" is a Unix time, not an ISO 8601 date-time',
    'events.ndjson:4 the line is not valid JSON',
    'events.ndjson:5 the line is not a JSON object',
    'events.ndjson:6 lead_id: is missing',
    'events.ndjson:7 properties: is not a JSON object',
  ]);
});

test.each(['csv', 'ndjson'])('lines are counted right in %s with both kinds of line end', async (format) => {
  const ndjson = ['a', 'b', 'c'].map(
    (id) =>
      `{"event_id":"${id}","occurred_at":"${id === 'c' ? '' : '2026-03-01T10:00'}","lead_id":"L1","type":"activity"}`,
  );
  const text =
    format === 'ndjson'
      ? `${ndjson[0]}\n${ndjson[1]}\r\n\r\n${ndjson[2]}\r\n`
      : `${csv('a,2026-03-01T10:00,,L1,activity,,,,,')}b,2026-03-01T10:00,,L1,activity,,,,,\r\n\r\nc,,,L1,activity,,,,,\r\n`;
  const dump = await Dump.of({ [`events.${format}`]: text });
  expect((await dump.load()).rows).toMatchObject({ read: 3, loaded: 2, rejected: 1 });
  expect(await dump.rejects()).toEqual([`events.${format}:${format === 'csv' ? 5 : 4} occurred_at: is missing`]);
});
