import { expect, it } from 'vitest';
import { build } from '../../src/build/build.ts';
import { openProject } from '../../src/project/project.ts';
import { tinyProject, writeFiles } from './project.ts';
import { publishedRows } from './shop.ts';

const now = '2026-03-10T06:00:00.000Z';
const deals = 'deals: { kind: table, files: deals.csv, recorded_at: won_at }';
const sources = (more = ''): string => `name: tiny\nsources:\n  ${deals}\n${more}`;
const acme = '  acme: { kind: acme, files: people.csv }\n';

it.each(['view', 'table'])('a CRM’s source that goes and comes back is staged again (kept as a %s)', async (kept) => {
  const root = tinyProject({
    'handover.yml': sources(acme),
    'people.csv': 'id,updated_at\np1,2026-03-02T09:00:00Z\n',
    'models/staging/acme/sources.yml': `tables:
  people:
    description: One row per person.
    key: [id]
    latest_by: [updated_at]
    columns:
      id: { required: true, lead: true }
      updated_at: { type: timestamptz, recorded: true }
`,
    'models/staging/acme/acme_people.sql': 'select id from raw.acme_people',
    'models/staging/acme/acme_people.yml': `name: acme_people\ndescription: x\nmaterialized: ${kept}\ncolumns:\n  id: { description: x, type: varchar }\n`,
    'models/marts/people.sql': 'select id from acme_people',
  });
  const people = async () => (await publishedRows((await build(openProject(root), { now })).published)).people;
  expect(await people()).toEqual([{ id: 'p1' }]);
  writeFiles(root, { 'handover.yml': sources() });
  expect(await people()).toEqual([]);
  writeFiles(root, { 'handover.yml': sources(acme) });
  expect(await people()).toEqual([{ id: 'p1' }]);
});
