import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { build } from '../../src/build/build.ts';
import { openProject } from '../../src/project/project.ts';
import { failureOf } from './failure.ts';
import { tinyProject, writeFiles } from './project.ts';
import { publishedRows } from './shop.ts';

const now = '2026-03-10T06:00:00.000Z';
const deals = 'deals: { kind: table, files: deals.csv, recorded_at: won_at }';
const sources = (more = ''): string => `name: tiny\nsources:\n  ${deals}\n${more}`;
const acme = '  acme: { kind: acme, files: people.csv }\n';

const layout = `tables:
  people:
    description: One row per person.
    key: [id]
    latest_by: [updated_at]
    columns:
      id: { required: true, lead: true }
      updated_at: { type: timestamptz, recorded: true }
`;

function crmProject(kept: string): string {
  return tinyProject({
    'handover.yml': sources(acme),
    'people.csv': 'id,updated_at\np1,2026-03-02T09:00:00Z\n',
    'models/staging/acme/sources.yml': layout,
    'models/staging/acme/acme_people.sql': 'select id from raw.acme_people',
    'models/staging/acme/acme_people.yml': `name: acme_people\ndescription: x\nmaterialized: ${kept}\ncolumns:\n  id: { description: x, type: varchar }\n`,
    'models/marts/people.sql': 'select id from acme_people',
  });
}

const peopleOf = async (root: string) =>
  (await publishedRows((await build(openProject(root), { now })).published)).people;

it.each(['view', 'table'])('a CRM’s source that goes and comes back is staged again (kept as a %s)', async (kept) => {
  const root = crmProject(kept);
  expect(await peopleOf(root)).toEqual([{ id: 'p1' }]);
  writeFiles(root, { 'handover.yml': sources() });
  expect(await peopleOf(root)).toEqual([]);
  writeFiles(root, { 'handover.yml': sources(acme) });
  expect(await peopleOf(root)).toEqual([{ id: 'p1' }]);
});

it.each(['view', 'table'])('also when the build without it failed (kept as a %s)', async (kept) => {
  const root = crmProject(kept);
  expect(await peopleOf(root)).toEqual([{ id: 'p1' }]);
  writeFiles(root, { 'handover.yml': sources(), 'models/marts/people.sql': 'select nothing from acme_people' });
  await expect(peopleOf(root)).rejects.toThrow(/unknown-column/);
  writeFiles(root, {
    'handover.yml': sources(acme),
    'models/marts/people.sql': 'select id from acme_people where true',
  });
  expect(await peopleOf(root)).toEqual([{ id: 'p1' }]);
});

it('what a layout says of values is part of how a source is read', async () => {
  const root = crmProject('view');
  const withPattern = (pattern: string): Record<string, string> => ({
    'models/staging/acme/sources.yml': `${layout}      kind: {}\n      value: { kept_by: kind, patterns: { Owner: "${pattern}" } }\n`,
  });
  writeFiles(root, {
    ...withPattern('A.*'),
    'handover.yml': sources('  acme: { kind: acme, files: people.csv, properties: [Owner] }\n'),
    'people.csv': 'id,updated_at,kind,value\np1,2026-03-02T09:00:00Z,Owner,Anna\n',
    'models/marts/people.sql': 'select id, value from raw.acme_people',
  });
  expect(await peopleOf(root)).toEqual([{ id: 'p1', value: 'Anna' }]);
  writeFiles(root, withPattern('B.*'));
  expect(await peopleOf(root)).not.toEqual([{ id: 'p1', value: 'Anna' }]);
});

it('refuses a column of what is no type, before it becomes part of a statement', async () => {
  const root = crmProject('view');
  const stolen = join(root, 'stolen.csv');
  const type = `varchar); copy (select 1) to '${stolen}'; create table main.z (a varchar`;
  writeFiles(root, {
    'handover.yml': sources(),
    'models/staging/acme/acme_people.yml': `name: acme_people\ndescription: x\ncolumns:\n  id: { description: x, type: ${JSON.stringify(type)} }\n`,
  });
  const failure = await failureOf(build(openProject(root), { now }));
  expect(failure.diagnostics.map(({ code, file, line }) => `${code} ${file}:${line}`)).toEqual([
    'unknown-type models/staging/acme/acme_people.yml:4',
  ]);
  expect(existsSync(stolen)).toBe(false);
});
