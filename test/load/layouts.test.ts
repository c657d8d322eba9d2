import { expect, test } from 'vitest';
import { type Diagnostic, DiagnosticsError } from '../../src/diagnostics/diagnostic.ts';
import { acme, acmeLayout, acmeSource } from './acme.ts';
import { Dump } from './dump.ts';

const people = { 'dumps/people.csv': 'id,status\np1,open\n' };

test('names agree however they are written; other columns are ignored, missing ones are empty', async () => {
  const dump = await acme({
    'dumps/people-1.csv': 'ID,LeadStatus,Colour,Updated At\np1,open,red,2026-03-01T10:00:00Z\n',
    'dumps/people-2.csv': 'Id,LEAD_STATUS,Born\np2,won,1980-02-03\n',
    'dumps/people-3.ndjson': '{"id":"p3","lead__status":"lost","colour":"red"}\n{"id":"p4","isActive":true}\n',
    'dumps/people-4.ndjson': '{"Id":"p5","Status":"open"}\n',
    'dumps/people-5.json': '[{"id":"p6","status":"x","lead_status":"y"},{"id":"p7","status":"","lead_status":"y"}]',
  });
  await dump.load();
  expect(await dump.rejects()).toEqual([]);
  expect(await dump.rows(`select id, status, born, is_active from raw.acme_people order by id`)).toEqual([
    { id: 'p1', status: 'open', born: null, is_active: null },
    { id: 'p2', status: 'won', born: '1980-02-03', is_active: null },
    { id: 'p3', status: 'lost', born: null, is_active: null },
    { id: 'p4', status: null, born: null, is_active: true },
    { id: 'p5', status: 'open', born: null, is_active: null },
    { id: 'p6', status: 'x', born: null, is_active: null },
    { id: 'p7', status: 'y', born: null, is_active: null },
  ]);
});

test.each([
  ['dumps/people.csv', 'id,status,status\np1,a,b\n', 'the header names "status" twice'],
  [
    'dumps/people.csv',
    'id,lead_status,LeadStatus\np1,a,b\n',
    'has both "lead_status" and "LeadStatus", which are one column',
  ],
  ['dumps/people.ndjson', '{"id":"p1"}\n{"id":"p2","ID":"p3"}\n', 'has both "id" and "ID", which are one column'],
  [
    'dumps/people.json',
    '[{"id":"p1","Status":"a","status":"b"}]',
    'has both "Status" and "status", which are one column',
  ],
])('two columns that are one: %s', async (file, text, message) => {
  const dump = await acme({ [file]: text });
  expect(await dump.problems()).toMatchObject([{ code: 'duplicate-column', file, message }]);
});

test('two columns of one name that nothing reads do no harm', async () => {
  const dump = await acme({ 'dumps/people.csv': 'id,Colour,colour\np1,red,blue\n' });
  expect((await dump.load()).rows.loaded).toBe(1);
});

test('a file without a column that it must have is named with it', async () => {
  const dump = await acme({
    'dumps/people-1.csv': 'identity,status\np1,open\n',
    'dumps/people-2.json': '{"results":[{"status":"open"}]}',
    'dumps/history.ndjson': '{"person_id":"p1","name":"plan"}\n',
  });
  await dump.rows(`copy (select 'p1' as person_id, 'plan' as name) to '${dump.root}/dumps/history-2.parquet'`);
  expect((await dump.problems()).map(({ code, file, message }) => `${code} ${file} ${message}`)).toEqual([
    'missing-column dumps/history-2.parquet has no column "changed_at"',
    'missing-column dumps/history.ndjson has no column "changed_at"',
    'missing-column dumps/people-1.csv has no column "id"',
    'missing-column dumps/people-2.json has no column "id"',
  ]);
});

test('tables without a file are empty, with their columns', async () => {
  const dump = await acme(people);
  await dump.load();
  expect(
    await dump.rows('select crm, person_id, name, value, changed_at, file_id, line from raw.acme_changes'),
  ).toEqual([]);
  expect(await dump.rows('select crm, id, person_id, file_id, line from raw.acme_visits')).toEqual([]);
});

test('a file of a table may hold no more than its header', async () => {
  const dump = await acme({ ...people, 'dumps/history.csv': 'person_id,name,changed_at\n' });
  expect((await dump.load()).rows).toMatchObject({ read: 1, loaded: 1 });
});

test('of a group of tables one must have a file', async () => {
  const dump = await acme({ 'dumps/visits.csv': 'id\nv1\n' });
  expect(await dump.problems()).toMatchObject([
    {
      code: 'missing-table',
      severity: 'error',
      message: 'source "acme" has no file of "people" or "changes"',
      file: 'handover.yml',
      line: 3,
    },
  ]);
});

test('a file named like no table is left out with a warning', async () => {
  const dump = await acme({
    ...people,
    'dumps/invoices.csv': 'id\n1\n',
    'dumps/notes.txt': '',
    'dumps/people_deleted.csv': 'x',
  });
  const { warnings, rows } = await dump.load();
  expect(rows.read).toBe(1);
  expect(warnings).toMatchObject([
    {
      code: 'ignored-file',
      severity: 'warning',
      message:
        'source "acme": 3 files are named like no table that is read: dumps/invoices.csv, dumps/notes.txt, dumps/people_deleted.csv',
      file: 'handover.yml',
    },
  ]);
});

test.each([
  'dumps/people.csv',
  'dumps/People-2026-03-01.csv',
  'dumps/people_2026-03-01T10-00-00Z_part_2.csv',
  'dumps/people-20260301T100000Z.csv',
  'dumps/people_export_3f2a1b.csv',
  'dumps/people/2026-03-01.csv',
  'dumps/people/2026/part-0001.csv',
])('is a file of people: %s', async (path) => {
  const dump = await acme({ [path]: people['dumps/people.csv'] });
  expect((await dump.load()).files.map(({ table }) => table)).toEqual(['acme_people']);
});

test('a file of a table in a format that is not read', async () => {
  const dump = await acme({ ...people, 'dumps/people-2.xlsx': 'x' });
  expect(await dump.problems()).toMatchObject([{ code: 'unknown-format', file: 'dumps/people-2.xlsx' }]);
});

/** What is wrong with a project whose layout was changed. */
async function mistakes(layout: string, source = acmeSource()): Promise<readonly Diagnostic[]> {
  const dump = await Dump.of({ 'models/staging/acme/sources.yml': layout, ...people }, source);
  try {
    await dump.load();
  } catch (error) {
    if (error instanceof DiagnosticsError) return error.diagnostics;
    throw error;
  }
  return [];
}

test('an unknown kind of source', async () => {
  expect(await mistakes(acmeLayout, '  acme: { kind: acmee, files: "dumps/**" }')).toMatchObject([
    {
      code: 'invalid-value',
      message: 'sources.acme.kind: unknown kind "acmee"',
      file: 'handover.yml',
      line: 3,
      fix: 'Did you mean "acme"?',
    },
  ]);
});

test.each<[string, string, Partial<Diagnostic>]>([
  ['key: [id]', 'key: [idd]', { code: 'unknown-column', message: 'unknown column "idd"', fix: 'Did you mean "id"?' }],
  ['latest_by: [updated_at]', 'latest_by: [updated]', { code: 'unknown-column', message: 'unknown column "updated"' }],
  ['kept_by: name', 'kept_by: nme', { code: 'unknown-column', fix: 'Did you mean "name"?' }],
  ['[[people, changes]]', '[[peple]]', { code: 'unknown-table', fix: 'Did you mean "people"?' }],
  ['type: bigint', 'type: integer', { code: 'invalid-value' }],
  ['required: true', 'requierd: true', { fix: 'Did you mean "required"?' }],
  ['key: [id]', 'key: []', {}],
  ['description: One row per person.', 'files: [people]', {}],
])('a mistake in sources.yml: %s → %s', async (right, wrong, expected) => {
  const [first] = await mistakes(acmeLayout.replace(right, wrong));
  expect(first).toMatchObject({ ...expected, severity: 'error', file: 'models/staging/acme/sources.yml' });
  expect(first?.line).toBeGreaterThan(0);
});
