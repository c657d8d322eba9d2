import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csv, Dump, header } from './dump.ts';

const counts = (read: number, loaded: number, duplicate: number, superseded: number): object => ({
  read,
  loaded,
  duplicate,
  superseded,
  rejected: 0,
});

test('the same content again is a duplicate, however it is written', async () => {
  const dump = await Dump.of({
    'events-1.csv': csv('e1,2026-03-01T10:00:00Z,,L1,activity,,,,,"{""a"":1,""b"":{""x"":[1,2],""y"":""ø""}}"'),
    'events-2.ndjson':
      '{"properties":{"b":{"y":"\\u00f8","x":[1,2]},"a":1},"type":"activity","lead_id":"L1","team":"","occurred_at":"2026-03-01 11:00","event_id":"e1","recorded_at":"2026-03-01T12:00:00.000+02:00"}',
  });
  const result = await dump.load();
  expect(result.rows).toEqual(counts(2, 1, 1, 0));
  expect(result.files.map((file) => [file.rowsLoaded, file.rowsDuplicate])).toEqual([
    [1, 0],
    [0, 1],
  ]);
});

test('a correction leaves when a thing was first recorded; one that moves the event tells of another thing', async () => {
  const dump = await Dump.of({
    'events.csv': csv(
      'e1,2026-03-01T10:00:00Z,2026-03-01T10:05:00Z,L1,outreach,,,,phone,',
      'e1,2026-03-01T10:00:00Z,2026-03-08T10:00:00Z,L1,outreach,,,,email,',
      'e2,2026-03-01T10:00:00Z,2026-03-01T10:05:00Z,L1,outreach,,,,phone,',
      'e2,2026-03-01T10:20:00Z,2026-03-08T10:00:00Z,L1,outreach,,,,phone,',
    ),
  });
  await dump.load();
  expect(await dump.rows('select event_id, channel, first_recorded_at from raw.events order by event_id')).toEqual([
    { event_id: 'e1', channel: 'email', first_recorded_at: '2026-03-01T10:05:00Z' },
    { event_id: 'e2', channel: 'phone', first_recorded_at: '2026-03-08T10:00:00Z' },
  ]);
});

test('other content is a correction, and the one recorded later counts', async () => {
  const dump = await Dump.of({
    'events-1.csv': csv(
      'e1,2026-03-01T10:00:00Z,2026-03-03T00:00:00Z,L1,activity,,,uk,,',
      'e1,2026-03-01T10:00:00Z,2026-03-02T00:00:00Z,L1,activity,,,dk_smb,,',
    ),
    'events-2.csv': csv(
      'e1,2026-03-01T10:00:00Z,2026-03-02T00:00:00Z,L1,activity,,,dk_smb,,',
      'e1,2026-03-01T10:00:00Z,2026-03-03T00:00:00Z,L1,activity,,,uk,,',
      'e1,2026-03-01T10:00:00Z,,L1,activity,,,uk,,',
    ),
  });
  expect((await dump.load()).rows).toEqual(counts(5, 1, 2, 2));
  expect(await dump.rows('select recorded_at, team, file_id, line from raw.events')).toEqual([
    { recorded_at: '2026-03-03T00:00:00Z', team: 'uk', file_id: 0, line: 2 },
  ]);
});

test('keys of properties that look alike are not the same', async () => {
  const dump = await Dump.of({
    'events.csv': csv(
      'e1,2026-03-01T10:00:00Z,,L1,activity,,,,,"{""a.b"":1}"',
      'e1,2026-03-01T10:00:00Z,,L1,activity,,,,,"{""a"":{""b"":1}}"',
      'e1,2026-03-01T10:00:00Z,,L1,activity,,,,,"{""a"":{""b"":""1""}}"',
      'e1,2026-03-01T10:00:00Z,,L1,activity,,,,,',
    ),
  });
  expect((await dump.load()).rows).toEqual(counts(4, 1, 0, 3));
});

test('the same id from another source is another event', async () => {
  const dump = await Dump.of(
    {
      'a.csv': csv('e1,2026-03-01T10:00:00Z,,L1,activity,,,,,'),
      'b.csv': csv('e1,2026-03-01T11:00:00,,L1,activity,,,,,'),
    },
    '  a: { files: a.csv }\n  b: { files: b.csv, time_zone: Europe/Copenhagen }',
  );
  const result = await dump.load();
  expect(result.rows).toEqual(counts(2, 2, 0, 0));
  expect(await dump.rows('select crm, occurred_at from raw.events order by crm')).toEqual([
    { crm: 'a', occurred_at: '2026-03-01T10:00:00Z' },
    { crm: 'b', occurred_at: '2026-03-01T10:00:00Z' },
  ]);
  expect([...result.newestRecordedAt.keys()]).toEqual(['a', 'b']);
});

const time = fc.integer({ min: 0, max: 3 }).map((hour) => `2026-03-01T1${hour}:00:00`);
const event = fc.record({
  event_id: fc.constantFrom('e1', 'e2', 'e3', 'e4', 'e5'),
  occurred_at: time,
  recorded_at: fc.option(time, { nil: '' }),
  lead_id: fc.constantFrom('L1', 'L2', ''),
  type: fc.constantFrom('activity', 'stage_entered', 'no_such_type'),
  stage: fc.constantFrom('mql', 'sal', ''),
  team: fc.constantFrom('', 'uk', 'dk "smb"', 'two\nlines'),
  properties: fc.constantFrom('', '{"a":1,"b":2}', '{"b":2,"a":1}', '{"a":1}', '{"a":"x\\ny, \\"z\\""}'),
});
type Event = Record<keyof typeof always, string>;

function toCsv(events: readonly Event[]): string {
  const quote = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const rows = events.map((e) =>
    [
      e.event_id,
      e.occurred_at,
      e.recorded_at,
      e.lead_id,
      e.type,
      e.stage,
      '',
      e.team.replace('\n', ' '),
      '',
      e.properties,
    ]
      .map(quote)
      .join(','),
  );
  return `${[header, ...rows].join('\n')}\n`;
}

function toNdjson(events: readonly Event[]): string {
  return events
    .map(({ properties, ...rest }) =>
      JSON.stringify({
        ...rest,
        team: rest.team.replace('\n', ' '),
        properties: properties === '' ? null : JSON.parse(properties),
      }),
    )
    .join('\n');
}

const write = { csv: toCsv, ndjson: toNdjson };
const columns =
  'crm, event_id, occurred_at, recorded_at, lead_id, type, stage, owner_id, team, channel, properties::varchar as properties';
const always = {
  event_id: 'e0',
  occurred_at: '2026-03-01T09:00:00',
  recorded_at: '',
  lead_id: 'L0',
  type: 'activity',
  stage: '',
  team: '',
  properties: '',
};

/** Random pieces of the events, some of them twice, each event in one at least, as files of either format. */
function deliveries(events: readonly Event[]): fc.Arbitrary<Record<string, string>> {
  const piece = fc.tuple(fc.shuffledSubarray([...events]), fc.constantFrom('csv' as const, 'ndjson' as const));
  return fc
    .tuple(fc.array(piece, { maxLength: 4 }), fc.shuffledSubarray([...events], { minLength: events.length }))
    .map(([pieces, all]) => {
      const cut = Math.floor(all.length / 2);
      const files = [...pieces, [all.slice(0, cut), 'csv'] as const, [all.slice(cut), 'ndjson'] as const];
      return Object.fromEntries(
        files
          .filter(([rows]) => rows.length > 0)
          .map(([rows, format], index) => [`events-${(index * 7) % 10}.${format}`, write[format](rows)]),
      );
    });
}

test('however events are split, shuffled and repeated over files, raw.events ends the same', async () => {
  const delivered = fc
    .array(event, { minLength: 1, maxLength: 12 })
    .chain((events) => fc.tuple(fc.constant(events), deliveries([always, ...events])));
  await fc.assert(
    fc.asyncProperty(delivered, async ([events, files]) => {
      const whole = await Dump.of({ 'events.ndjson': toNdjson([always, ...events]) });
      const pieces = await Dump.of(files);
      await whole.load();
      const { rows } = await pieces.load();
      const sql = `select ${columns.replace('properties::varchar', `array_to_string(list_sort(list_transform(json_keys(properties), lambda key: key || (properties ->> key))), '|')`)} from raw.events order by event_id`;
      expect(await pieces.rows(sql)).toEqual(await whole.rows(sql));
      expect(rows.loaded + rows.duplicate + rows.superseded + rows.rejected).toBe(rows.read);
      const written = Object.entries(files).reduce(
        (total, [, text]) => total + (text.match(/e[0-5]/g)?.length ?? 0),
        0,
      );
      expect(rows.read).toBe(written);
    }),
    { numRuns: 25, seed: 20260301 },
  );
});
