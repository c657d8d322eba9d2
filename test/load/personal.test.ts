import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { LoadOptions } from '../../src/load/load.ts';
import { Warehouse } from '../../src/warehouse/warehouse.ts';
import { acme, acmeLayout, acmeSource } from './acme.ts';
import { csv, Dump } from './dump.ts';

const email = 'jens.invented@example.org';
const phone = '20304050';
const name = 'Jens Invented';
const kept = 'Faroe Islands';
const planted = JSON.stringify({ country: kept, email, phone, full_name: name });
const quoted = `"${planted.replaceAll('"', '""')}"`;

/** Loads into a file, as the commands do, and closes it. Nothing is compressed, so that texts in it can be found. */
async function loadIntoFile(dump: Dump, options: Partial<LoadOptions> = {}): Promise<void> {
  const warehouse = await Warehouse.open(join(dump.root, 'work.duckdb'), { threads: 2 });
  try {
    await warehouse.run(`set force_compression = 'uncompressed'`);
    await dump.load(options, warehouse);
  } finally {
    warehouse.close();
  }
}

/** Which of the texts stand in the work file, or in what DuckDB keeps beside it. */
function textsOnDisk(dump: Dump): string[] {
  const files = readdirSync(dump.root).filter((file) => file.startsWith('work.'));
  const bytes = Buffer.concat(files.map((file) => readFileSync(join(dump.root, file))));
  return [kept, email, phone, name].filter((text) => bytes.includes(text));
}

const events = '  events: { kind: events, files: "events*", max_rejected: 100% }';
const event = (id: string, properties: string): string => `${id},2026-03-01T10:00:00Z,,L1,activity,,,,,${properties}`;
const ndjson = (id: string, occurred: string): string =>
  `{"event_id":"${id}","occurred_at":"${occurred}","lead_id":"L1","type":"activity","properties":${planted}}`;

test.each([false, true])(
  'events: nothing beside the allowed properties is on disk, keeping rejects: %s',
  async (keepRejects) => {
    const dump = await Dump.of(
      {
        'events-1.csv': csv(
          event('e1', quoted),
          event('e2', quoted).replace('2026-03-01T10:00:00Z', 'never'),
          event('e3', `${quoted},too,many`),
          event('e4', `"${quoted}`),
          `e5,2026-03-01T10:00:00Z,,L1,property_changed,,,,,"{""name"":""email"",""value"":""${email}""}"`,
        ),
      },
      events,
    );
    await loadIntoFile(dump, { keepRejects });
    expect(textsOnDisk(dump)).toEqual([kept]);
    dump.write({
      'events-2.ndjson': `${ndjson('e6', '2026-03-01T10:00:00Z')}\n${ndjson('e7', 'never')}\n${planted.slice(1)}\n`,
    });
    await loadIntoFile(dump, { keepRejects });
    dump.write({ 'events-3.json': `[${ndjson('e8', '2026-03-01T10:00:00Z')},${ndjson('e9', 'never')},"${email}"]` });
    await loadIntoFile(dump, { keepRejects });
    expect(textsOnDisk(dump)).toEqual([kept]);
  },
);

test.each([false, true])('a CRM: the same, keeping rejects: %s', async (keepRejects) => {
  const dump = await Dump.of(
    {
      'models/staging/acme/sources.yml': acmeLayout,
      'dumps/people-1.csv': `id,updated_at,full_name,prop_email,prop_country,properties\np1,,${name},${email},${kept},${quoted}\np2,never,${name},${email},${kept},${quoted}\np3,"${name}\n`,
      'dumps/history.csv': `person_id,name,value,changed_at\np1,email,${email},2026-03-01T10:00:00Z\np1,phone,${phone},never\n`,
    },
    acmeSource(),
  );
  await loadIntoFile(dump, { keepRejects });
  expect(textsOnDisk(dump)).toEqual([kept]);
  dump.write({
    'dumps/people-2.json': `{"results":[{"id":"p4","properties":${planted}},{"id":"","properties":${planted}}]}`,
  });
  await loadIntoFile(dump, { keepRejects });
  expect(textsOnDisk(dump)).toEqual([kept]);
});

test('a property that is no longer allowed goes with the next load', async () => {
  const allowing = events.replace('max', 'properties: [note], max');
  const dump = await Dump.of({ 'events.csv': csv(event('e1', '"{""note"":""x"",""action"":""y""}"')) }, allowing);
  await dump.load();
  dump.declare(events);
  await dump.load();
  expect(await dump.rows('select properties from raw.events')).toEqual([{ properties: '{"action":"y"}' }]);
});

const hashing = events.replace('max', 'personal: { owner_id: hash, email: hash, country: drop, team: drop }, max');
const hashed = /^hashed:[0-9a-f]{64}$/;

test('hashing needs a salt', async () => {
  const dump = await Dump.of({ 'events.csv': csv(event('e1', '')) }, hashing);
  expect((await dump.problems()).map(({ code }) => code)).toEqual(['no-salt']);
});

test('the same value has the same hash in every format, and another one with another salt', async () => {
  const dump = await Dump.of(
    {
      'events-1.csv': csv(
        `e1,2026-03-01T10:00:00Z,,L1,activity,,${email},red,,${quoted}`,
        `e2,never,,L1,activity,,${email},red,,`,
      ),
      'events-2.ndjson': `{"event_id":"e3","occurred_at":"2026-03-01T10:00:00Z","lead_id":"L1","type":"activity","owner_id":" JENS.Invented@example.org","properties":${planted}}`,
    },
    hashing,
  );
  const owners = async (salt: string): Promise<unknown[]> => {
    const { changes } = await dump.load({ salt, keepRejects: true });
    expect(new Set(changes.map(({ change }) => change)).size).toBe(1);
    const rows = await dump.rows(
      `select owner_id, team, properties ->> 'email' as email, properties ->> 'country' as country from raw.events`,
    );
    expect(rows).toEqual(rows.map((row) => ({ ...row, team: null, email: row.owner_id, country: null })));
    return rows.map((row) => row.owner_id);
  };
  const [one, other] = await owners('salt');
  expect(one).toMatch(hashed);
  expect(other).toBe(one);
  const again = await dump.load({ salt: 'salt' });
  expect(again.unchanged).toBe(true);
  const [salted] = await owners('other salt');
  expect(salted).toMatch(hashed);
  expect(salted).not.toBe(one);
  expect(
    await dump.rows(`select raw ->> '$.owner_id' as owner_id, raw ->> '$.team' as team from load.rejects`),
  ).toEqual([{ owner_id: '***', team: '***' }]);
});

test('a CRM: columns, properties and values of properties are hashed or dropped alike', async () => {
  const dump = await acme(
    {
      'dumps/people.csv': `id,status,reason,prop_email\np1,${email},${name},${email}\n`,
      'dumps/history.csv': `person_id,name,value,changed_at\np1,email,${email},2026-03-01T10:00:00Z\n`,
    },
    'personal: { status: hash, email: hash, reason: drop }',
  );
  await dump.load({ salt: 'salt' });
  const [row] = await dump.rows(`
    select status, reason, properties ->> 'email' as property, value
    from raw.acme_people inner join raw.acme_changes on id = person_id`);
  expect(row).toEqual({
    status: expect.stringMatching(hashed),
    reason: null,
    property: row?.status,
    value: row?.status,
  });
});

const people = (more: string): string => `  people: { kind: table, files: people.csv, ${more} }`;

test('a table: columns are hashed or dropped, and a misspelt one stops the load', async () => {
  const dump = await Dump.of(
    { 'people.csv': `id,email,phone\n1,${email},${phone}\n2,,\n` },
    people('personal: { email: hash, phone: drop }'),
  );
  expect((await dump.problems()).map(({ code }) => code)).toEqual(['no-salt']);
  await dump.load({ salt: 'salt' });
  expect(await dump.rows('from raw.people order by id')).toEqual([
    { id: 1, email: expect.stringMatching(hashed) },
    { id: 2, email: null },
  ]);
  dump.declare(
    people('columns: { id: bigint, email: integer, phone: varchar }, personal: { email: hash, phone: drop }'),
  );
  await dump.load({ salt: 'salt' });
  expect(await dump.rows('from raw.people where id = 1')).toEqual([{ id: 1, email: expect.stringMatching(hashed) }]);
  dump.declare(people('personal: { emial: hash }'));
  expect(await dump.problems({ salt: 'salt' })).toMatchObject([
    { code: 'unknown-column', message: 'source "people" has no column "emial"', fix: 'Did you mean "email"?', line: 3 },
  ]);
});

const agreement = `id: "2026"
effective_from: 2026-01-01
time_zone: Europe/Copenhagen
owners: { marketing: { title: Head of Marketing }, sales: { title: Sales Director } }
calendars:
  office: { time_zone: Europe/Copenhagen, hours: { mon: ["08:00-16:00"] } }
default_calendar: office
promises: { sales: [] }
stages:
  mql: { required_fields: [country, email, phone, budget] }
`;

test('of fields that an agreement requires is kept whether they were filled in', async () => {
  const properties = JSON.stringify({ country: 'DK', email, phone: '', full_name: name }).replaceAll('"', '""');
  const dump = await Dump.of(
    {
      'metrics/agreements/2026.yml': agreement,
      'events.csv': csv(
        event('e1', `"${properties}"`),
        ...[
          ['email', email],
          ['phone', ''],
          ['full_name', name],
        ].map(
          ([property, value], index) =>
            `e${index + 2},2026-03-01T10:00:00Z,,L1,property_changed,,,,,"{""name"":""${property}"",""value"":""${value}""}"`,
        ),
      ),
    },
    events,
  );
  await dump.load();
  expect((await dump.rows('select properties from raw.events order by event_id')).map((row) => row.properties)).toEqual(
    [
      '{"country":"DK","email":"withheld"}',
      '{"name":"email","value":"withheld"}',
      '{"name":"phone","value":null}',
      '{"name":"full_name","value":null}',
    ],
  );
});

test('a CRM: values are kept by the property they are of, objects by their keys, columns of their own by their names', async () => {
  const dump = await acme({
    'metrics/agreements/2026.yml': agreement,
    'dumps/people-1.csv': `id,prop_plan,prop_budget,prop_full_name,properties\np1,gold,7,${name},"{""plan"":""silver"",""email"":""${email}""}"\np2,gold,,,\n`,
    'dumps/people-2.ndjson': `{"id":"p3","prop_plan":"gold","properties":${planted}}\n{"id":"p4","properties":"{\\"plan\\":\\"x\\"}"}\n`,
    'dumps/history.csv': [
      'person_id,name,value,changed_at',
      'p1,plan,gold,2026-03-01T10:00:00Z',
      'p1,budget,7,2026-03-01T10:00:00Z',
      'p1,email,,2026-03-01T10:00:00Z',
      `p1,full_name,${name},2026-03-01T10:00:00Z`,
    ].join('\n'),
  });
  await dump.load();
  expect(await dump.rows('select id, properties from raw.acme_people order by id')).toEqual([
    { id: 'p1', properties: '{"plan":"silver","budget":"withheld","email":"withheld"}' },
    { id: 'p2', properties: '{"plan":"gold"}' },
    { id: 'p3', properties: `{"country":"${kept}","plan":"gold","email":"withheld","phone":"withheld"}` },
    { id: 'p4', properties: '{"plan":"x"}' },
  ]);
  expect(await dump.rows('select name, value from raw.acme_changes order by line')).toEqual([
    { name: 'plan', value: 'gold' },
    { name: 'budget', value: 'withheld' },
    { name: 'email', value: null },
    { name: 'full_name', value: null },
  ]);
});

test('what rejected rows hold is kept for a fortnight when asked for, personal columns masked', async () => {
  const dump = await acme(
    { 'dumps/people.csv': `id,status,reason,properties,score\np1,open,${name},${quoted},many\np2,won,,,1\n` },
    'personal: { reason: drop }',
  );
  const texts = async (now: string): Promise<unknown> => {
    await dump.load({ now, keepRejects: true });
    return (await dump.rows('select raw from load.rejects')).map(({ raw }) => raw);
  };
  const row = {
    id: 'p1',
    updated_at: null,
    clicked_at: null,
    local_at: null,
    born: null,
    is_active: null,
    score: 'many',
    visits: null,
    status: 'open',
    reason: '***',
    tags: null,
    properties: '***',
  };
  expect(await texts('2026-06-01T00:00:00Z')).toEqual([JSON.stringify(row)]);
  expect(await texts('2026-06-14T23:59:59Z')).toEqual([JSON.stringify(row)]);
  dump.write({ 'dumps/people-2.csv': 'id\np3\n' });
  expect(await texts('2026-06-15T00:00:01Z')).toEqual([null]);
  expect(await dump.rejects()).toEqual(['dumps/people.csv:2 score: "many" is no double']);
});

test('without being asked the loader keeps no text of a row', async () => {
  const dump = await Dump.of({ 'events.csv': csv(event('e1', ''), 'e2,never,,L1,activity,,,,,') }, events);
  await dump.load();
  expect(await dump.rows('select raw from load.rejects')).toEqual([{ raw: null }]);
});

test.each([
  [email],
  [`${'x'.repeat(50)} ${email}`],
  [`Jens <${email}>`],
  ['+45 20 30 40 50'],
  ['+4520304050'],
  ['(+45) 20-30-40-50'],
  ['0045 20304050'],
  ['20 30 40 50'],
  ['20.30.40.50'],
  [phone],
  ['(555) 010-9999'],
  ['+1 (555) 010-9999'],
])('no reason shows an e-mail address or a telephone number: %s', async (text) => {
  const dump = await Dump.of(
    { 'events.csv': csv(event('e1', ''), `e2,${text},,L1,${text},,,,,`, `e3,2026-03-01T10:00:00Z,,L1,${text},,,,,`) },
    events,
  );
  await dump.load();
  const reasons = (await dump.rejects()).join('\n');
  expect(reasons).toMatch(/occurred_at: ".*\*\*\*.*" is not an ISO 8601 date-time\n.*unknown type ".*\*\*\*.*"/);
  expect(reasons).not.toMatch(/jens\.|example|[2-5]0.?[3-5]0|010/);
});
