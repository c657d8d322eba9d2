import { readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type BuildOptions, build } from '../../src/build/build.ts';
import { saidWhenUpToDate } from '../../src/build/up-to-date.ts';
import { openProject } from '../../src/project/project.ts';
import { baseFiles, tinyProject, writeFiles } from './project.ts';
import { shopFiles } from './shop.ts';

// The next build has nothing to do exactly when it would read what the last one read.

const options: BuildOptions = { now: '2026-03-04T06:00:00.000Z', tool: 'one' };
const dump = 'deal_id,won_at,amount\nd1,2026-03-02T09:00:00Z,100\n';
const agreement = shopFiles['metrics/agreements/2026.yml'];
const files = {
  'handover.yml': `
name: tiny
extends: base
contracts: { freshness: { max_age: 30h, severity: warn } }
sources:
  deals: { kind: table, files: "dumps/**/*.csv", recorded_at: won_at }
  events: { files: events.csv, max_rejected: 100% }
`,
  'dumps/a.csv': dump,
  'dumps/2026/b.csv': 'deal_id,won_at,amount\nd2,2026-03-03T10:00:00Z,250\n',
  // The last one lies in the future by two hours.
  'events.csv': `event_id,occurred_at,lead_id,type
e1,2026-03-03T09:00:00Z,L1,activity
e2,2026-03-03T10:00:00Z,L1,activity
e3,2026-03-04T08:00:00Z,L1,activity
`,
  'seeds/regions.csv': 'country,region\nDK,Nordics\n',
  'metrics/agreements/2026.yml': agreement,
  'handover.salt': 'a long random text',
  'forgotten.csv': 'source,lead_hash,forgotten_on\n',
  'models/README.md': 'What the models are.\n',
  'notes.txt': 'Call Anna.\n',
  'base/handover.yml': 'name: base\nsources:\n  deals: { kind: table, files: nowhere.csv }\n',
  'base/models/marts/regions.sql': 'select country, region from seeds.regions',
  'base/models/marts/regions.yml': 'name: regions\ndescription: Where deals come from.\ngrain: [country]\n',
};

async function built(more: Readonly<Record<string, string>> = {}, changed: Partial<BuildOptions> = {}) {
  const root = tinyProject({ ...files, ...more });
  await build(openProject(root), { ...options, ...changed });
  return root;
}

const isUpToDate = (root: string, changed: Partial<BuildOptions> = {}): boolean =>
  saidWhenUpToDate(root, { ...options, ...changed }) !== undefined;

it('says what the last build said when nothing changed', async () => {
  const root = tinyProject(files);
  expect(saidWhenUpToDate(root, options)).toBeUndefined();
  await build(openProject(root), options);
  expect(saidWhenUpToDate(root, options)).toBe(
    `data as of 2026-03-03T10:00:00Z\npublished ${join(root, 'target/handover.duckdb')}`,
  );
});

it('sees a change of any one file that it read, and its way back', async () => {
  const root = await built();
  const added = {
    'models/marts/more.sql': 'select 1 as one',
    'models/marts/deals.tests.yml': 'tests: []\n',
    'models/staging/acme/sources.yml': 'tables: {}\n',
    'metrics/lost_deals.yml': baseFiles['metrics/won_deals.yml'].replaceAll('won_deals', 'lost_deals'),
    'metrics/agreements/2027.yml': agreement.replaceAll('2026', '2027'),
    'seeds/holidays.csv': 'calendar,date\n',
    'dumps/c.csv': dump,
    'dumps/2026/03/d.csv': dump,
    'base/metrics/lost_deals.yml': baseFiles['metrics/won_deals.yml'].replaceAll('won_deals', 'lost_deals'),
    'base/seeds/owners.csv': 'owner\nanna\n',
    'base/forgotten.csv': 'source,lead_hash,forgotten_on\n',
  };
  const kept = ['models/README.md', 'notes.txt'];
  const read = Object.entries({ ...baseFiles, ...files }).filter(
    ([path]) => path !== 'deals.csv' && !kept.includes(path),
  );

  const unseen: string[] = [];
  const see = (what: string): void => void (isUpToDate(root) && unseen.push(what));
  for (const [path, text] of read) {
    const file = join(root, path);
    // A letter for another: a change that leaves the size as it was.
    writeFileSync(
      file,
      text.replace(/[a-z](?=[^a-z]*$)/, (letter) => (letter === 'z' ? 'y' : 'z')),
    );
    see(`${path} changed`);
    writeFileSync(file, `${text}\n`);
    see(`${path} grew`);
    rmSync(file);
    see(`${path} is gone`);
    writeFileSync(file, text);
    expect(isUpToDate(root), `${path} as it was`).toBe(true);
  }
  for (const [path, text] of Object.entries(added)) {
    writeFiles(root, { [path]: text });
    see(`${path} is new`);
    rmSync(join(root, path));
    expect(isUpToDate(root), `without ${path}`).toBe(true);
  }
  expect(unseen).toEqual([]);
});

it('does not mind a touch, nor files that it does not read', async () => {
  const root = await built();
  for (const path of [
    'models/marts/deals.sql',
    'seeds/regions.csv',
    'dumps/a.csv',
    'handover.yml',
    'base/handover.yml',
  ]) {
    utimesSync(join(root, path), 1_700_000_000, 1_700_000_000);
  }
  writeFiles(root, {
    'models/README.md': 'Other words.\n',
    'models/marts/deals.sql.orig': 'select',
    'notes.txt': '',
    'dumps/readme.txt': 'x',
    'deals.csv': '',
    'target/other.json': '{}',
  });
  expect(isUpToDate(root)).toBe(true);
});

it('asks the options that decide what a build gives, and no others', async () => {
  const root = await built();
  expect(isUpToDate(root, { asOf: '2026-03-03T10:00:00.000Z' })).toBe(false);
  expect(isUpToDate(root, { sources: new Map([['deals', join(root, 'dumps/a.csv')]]) })).toBe(false);
  expect(isUpToDate(root, { salt: 'a long random text' })).toBe(false);
  expect(isUpToDate(root, { keepRejects: true })).toBe(false);
  expect(isUpToDate(root, { tool: 'two' })).toBe(false);
  expect(isUpToDate(root, { warehouse: join(root, 'target/other.duckdb') })).toBe(false);
  expect(isUpToDate(root, { isFullRefresh: true })).toBe(false);
  expect(isUpToDate(root, { select: { select: ['deals'], exclude: [] } })).toBe(false);
  expect(isUpToDate(root, { wait: true, command: ['build', '--wait'], keepRejects: false })).toBe(true);
});

it('knows the build with the same options again, its dumps elsewhere included', async () => {
  const elsewhere = { 'elsewhere/x.csv': dump };
  const root = tinyProject({ ...files, ...elsewhere });
  const same = {
    asOf: '2026-03-03T10:00:00.000Z',
    salt: 'x',
    sources: new Map([['deals', join(root, 'elsewhere/*.csv')]]),
  };
  await build(openProject(root), { ...options, ...same });
  expect(isUpToDate(root, same)).toBe(true);
  expect(isUpToDate(root, { ...same, salt: 'y' })).toBe(false);
  expect(isUpToDate(root)).toBe(false);
  writeFiles(root, { 'dumps/c.csv': dump });
  expect(isUpToDate(root, same)).toBe(true);
  writeFiles(root, { 'elsewhere/y.csv': dump });
  expect(isUpToDate(root, same)).toBe(false);
  rmSync(join(root, 'elsewhere/y.csv'));
  writeFiles(root, { 'elsewhere/x.csv': dump.replace('100', '101') });
  expect(isUpToDate(root, same)).toBe(false);
});

it('holds for as long as the time makes no difference', async () => {
  const root = await built();
  // A row that was rejected as lying in the future lies there until 08:00.
  expect(isUpToDate(root, { now: '2026-03-04T07:59:59.999Z' })).toBe(true);
  expect(isUpToDate(root, { now: '2026-03-04T08:00:00.000Z' })).toBe(false);
  // Before the newest row it would be one of the future itself.
  expect(isUpToDate(root, { now: '2026-03-03T10:00:00.000Z' })).toBe(true);
  expect(isUpToDate(root, { now: '2026-03-03T09:59:59.999Z' })).toBe(false);
});

it('holds up to the age at which data are stale, and up to midnight', async () => {
  const root = await built({ 'events.csv': files['events.csv'].replace(/^e3.*\n/m, '') });
  // The data are as of 3 March, 10:00, and stale after 30 hours.
  expect(isUpToDate(root, { now: '2026-03-04T15:59:59.999Z' })).toBe(true);
  expect(isUpToDate(root, { now: '2026-03-04T16:00:00.001Z' })).toBe(false);
  const other = await built({
    'events.csv': files['events.csv'].replace(/^e3.*\n/m, ''),
    'handover.yml': files['handover.yml'].replace('30h', '30d'),
  });
  expect(isUpToDate(other, { now: '2026-03-04T23:59:59.999Z' })).toBe(true);
  expect(isUpToDate(other, { now: '2026-03-05T00:00:00.000Z' })).toBe(false);
});

it.each(['handover.duckdb', 'handover.work.duckdb', 'handover.built.json'])(
  'needs target/%s as it left it',
  async (name) => {
    const root = await built();
    const file = join(root, 'target', name);
    const bytes = readFileSync(file);
    rmSync(file);
    expect(isUpToDate(root)).toBe(false);
    if (name.endsWith('.json')) {
      for (const text of ['', '{', 'null', '{"format":2}']) {
        writeFileSync(file, text);
        expect(isUpToDate(root), text).toBe(false);
      }
      return;
    }
    writeFileSync(file, bytes);
    utimesSync(file, 1_700_000_000, 1_700_000_000);
    expect(isUpToDate(root)).toBe(false);
  },
);

it('does not answer after a build that failed', async () => {
  const root = await built();
  writeFiles(root, { 'dumps/a.csv': dump.replace('100', 'many') });
  await expect(build(openProject(root), options)).rejects.toThrow();
  expect(isUpToDate(root)).toBe(false);
  writeFiles(root, { 'dumps/a.csv': dump });
  // The published file is that of the first build, but the work file is not.
  expect(isUpToDate(root)).toBe(false);
  await build(openProject(root), options);
  expect(isUpToDate(root)).toBe(true);
});

it('builds a table anew that is dated by days and reaches as far as now', async () => {
  const days = 'deal_id,won_at,amount\nd1,2026-03-02,100\nd3,2026-03-04,250\n';
  const handover = files['handover.yml'].replace(/^ {2}events.*\n/m, '');
  const root = await built({
    'dumps/a.csv': days,
    'dumps/2026/b.csv': days.replace('d1', 'd2').replace('d3', 'd4'),
    'handover.yml': handover,
  });
  expect(isUpToDate(root)).toBe(false);
});

const meanwhile: Record<string, Record<string, string>> = {
  'a model changed': { 'models/marts/deals.sql': `${baseFiles['models/marts/deals.sql']} where amount > 100` },
  'a model added': { 'models/marts/more.sql': 'select 1 as one' },
  'a metric added': {
    'metrics/lost_deals.yml': baseFiles['metrics/won_deals.yml'].replaceAll('won_deals', 'lost_deals'),
  },
  'a seed changed': { 'seeds/regions.csv': 'country,region\nDK,Denmark\n' },
  'a seed added': { 'seeds/owners.csv': 'owner\nanna\n' },
  'handover.yml changed': { 'handover.yml': files['handover.yml'].replace('30h', '31h') },
  'the base changed': { 'base/models/marts/regions.sql': 'select region, country from seeds.regions' },
  'the base grew': { 'base/models/marts/more.sql': 'select 1 as one' },
  'a dump changed': { 'dumps/a.csv': dump.replace('100', '101') },
  'a dump added': { 'dumps/2026/03/d.csv': dump.replace('d1', 'd3') },
  'the salt changed': { 'handover.salt': 'another' },
};

it.each(Object.keys(meanwhile))('does not lose %s while a build runs', async (name) => {
  const root = tinyProject(files);
  const change = (): void => writeFiles(root, meanwhile[name] ?? {});
  await build(openProject(root), { ...options, progress: before('check contracts', change) });
  expect(isUpToDate(root)).toBe(false);
});

it.each(['models/marts/extra.sql', 'dumps/a.csv', 'seeds/extra.csv'])(
  'does not lose that %s went while a build ran',
  async (path) => {
    const root = tinyProject({ ...files, 'models/marts/extra.sql': 'select 1 as one', 'seeds/extra.csv': 'a\n1\n' });
    const project = openProject(root);
    await build(project, { ...options, progress: before('publish', () => rmSync(join(root, path))) });
    expect(isUpToDate(root)).toBe(false);
  },
);

/** Does something once, right before a task begins. */
function before(title: string, act: () => void): NonNullable<BuildOptions['progress']> {
  return {
    task: (name, work) => {
      if (name === title) act();
      return work(() => undefined);
    },
  };
}

it('leaves a published file untouched that is up to date', async () => {
  const root = await built();
  const file = join(root, 'target/handover.duckdb');
  const { mtimeMs, ino } = statSync(file);
  expect(isUpToDate(root)).toBe(true);
  expect(statSync(file)).toMatchObject({ mtimeMs, ino });
});
