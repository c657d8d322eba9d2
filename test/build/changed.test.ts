import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { planProject } from '../../src/build/plan-project.ts';
import { select } from '../../src/build/select.ts';
import { openProject } from '../../src/project/project.ts';
import { failureOf } from './failure.ts';
import { baseFiles, tinyProject, writeFiles } from './project.ts';

const agreement = `
id: "2026"
effective_from: 2026-01-01
time_zone: UTC
owners: { marketing: { title: CMO }, sales: { title: CSO } }
calendars: { office: { hours: { mon: ["09:00-17:00"] } } }
default_calendar: office
promises: { marketing: [], sales: [] }
`;

const files = {
  'handover.yml': baseFiles['handover.yml'],
  'seeds/stages.csv': 'stage\nwon\n',
  'seeds/holidays.csv': 'name,date,label\ndk,2026-12-25,Jul\n',
  'metrics/agreements/2026.yml': agreement,
  'models/staging/stg_deals.sql': 'from raw.deals',
  'models/staging/stg_deals.yml': 'name: stg_deals\ndescription: Deals.\n',
  'models/marts/deals.sql':
    'select deal_id, won_at::timestamptz as won_at, amount::integer as amount from stg_deals, seeds.stages',
  'models/marts/days.sql': 'from sla.dates',
  'models/marts/days.yml': 'name: days\ndescription: Days.\n',
  'models/marts/zones.sql': 'from run.sources',
  'models/marts/zones.yml': 'name: zones\ndescription: Zones.\n',
};

function git(folder: string, ...parameters: readonly string[]): string {
  const identity = [
    '-c',
    'commit.gpgsign=false',
    '-c',
    'user.name=A',
    '-c',
    'user.email=a@example.org',
    '-c',
    'init.defaultBranch=main',
  ];
  return execFileSync('git', ['-C', folder, ...identity, ...parameters], { encoding: 'utf8', stdio: 'pipe' });
}

/** A project with all its files in one commit; `inside` the repository's root, or below it. */
function committed(inside = '.'): string {
  const top = tinyProject({});
  if (inside !== '.')
    for (const name of ['handover.yml', 'models', 'metrics']) rmSync(join(top, name), { recursive: true });
  const root = join(top, inside);
  mkdirSync(root, { recursive: true });
  writeFiles(root, { ...baseFiles, ...files });
  git(top, 'init', '--quiet');
  git(top, 'add', '--all');
  git(top, 'commit', '--quiet', '--message', 'All of it');
  return root;
}

async function changed(root: string, expression = 'changed:main'): Promise<string> {
  const project = openProject(root);
  const selected = await select(project, await planProject(project), { select: [expression], exclude: [] });
  return [...selected].sort().join(' ');
}

it('selects nothing where nothing changed, and no model for a file that is none of theirs', async () => {
  const root = committed();
  expect(await changed(root)).toBe('');
  writeFiles(root, { 'notes.md': 'a', 'deals.csv': 'deal_id,won_at,amount\n' });
  expect(await changed(root)).toBe('');
});

it('selects models whose SQL, .yml or tests changed, committed or not, tracked or not', async () => {
  const root = committed();
  writeFiles(root, { 'models/staging/stg_deals.sql': 'from raw.deals -- all' });
  expect(await changed(root)).toBe('stg_deals');
  expect(await changed(root, 'changed:main+')).toBe('deals stg_deals');
  git(root, 'switch', '--quiet', '--create', 'work');
  git(root, 'commit', '--quiet', '--all', '--message', 'Comment');
  expect(await changed(root)).toBe('stg_deals');
  expect(await changed(root, 'changed:HEAD')).toBe('');
  expect(await changed(root, 'changed:HEAD~1')).toBe('stg_deals');

  writeFiles(root, { 'models/marts/days.yml': 'name: days\ndescription: Each day.\n' });
  git(root, 'add', '--all');
  writeFiles(root, { 'models/marts/æ b.md': '', 'models/marts/more.sql': 'select 1 as one' });
  expect(await changed(root)).toBe('days more stg_deals');
  writeFiles(root, { 'models/marts/zones.tests.yml': 'tests: []\n' });
  expect(await changed(root)).toContain('zones');
});

it('selects a model whose .yml is gone', async () => {
  const root = committed();
  rmSync(join(root, 'models/staging/stg_deals.yml'));
  expect(await changed(root)).toBe('stg_deals');
});

it('selects a model whose .yml was moved away', async () => {
  const root = committed();
  git(root, 'mv', 'models/staging/stg_deals.yml', 'stg_deals.yml');
  expect(await changed(root)).toBe('stg_deals');
});

it.each([
  ['a seed', 'seeds/stages.csv', 'stage\nlost\n', 'deals'],
  ['holidays', 'seeds/holidays.csv', 'name,date,label\n', 'days'],
  ['an agreement', 'metrics/agreements/2026.yml', `${agreement}# more\n`, 'days'],
  ['handover.yml', 'handover.yml', `${baseFiles['handover.yml']}# more\n`, 'zones'],
])('selects the models that read the table of %s', async (_what, path, text, expected) => {
  const root = committed();
  writeFiles(root, { [path]: text });
  expect(await changed(root)).toBe(expected);
});

it('selects the readers of an agreement that is gone', async () => {
  const root = committed();
  rmSync(join(root, 'metrics/agreements/2026.yml'));
  expect(await changed(root)).toBe('days');
});

it('reads a project below the root of the repository', async () => {
  const root = committed('company/sla');
  writeFiles(root, { 'models/marts/days.sql': 'from sla.dates -- all' });
  writeFiles(join(root, '../..'), { 'models/marts/deals.sql': 'none of this project' });
  expect(await changed(root)).toBe('days');
});

it('compares with where the branch left main', async () => {
  const root = committed();
  git(root, 'switch', '--quiet', '--create', 'work');
  writeFiles(root, { 'models/marts/days.sql': 'from sla.dates -- ours' });
  git(root, 'commit', '--quiet', '--all', '--message', 'Ours');
  git(root, 'switch', '--quiet', 'main');
  writeFiles(root, { 'models/marts/zones.sql': 'from run.sources -- theirs' });
  git(root, 'commit', '--quiet', '--all', '--message', 'Theirs');
  git(root, 'switch', '--quiet', 'work');
  expect(await changed(root, 'changed:main')).toBe('days zones');
  expect(await changed(root, 'changed:main...')).toBe('days');
});

it('says why it cannot tell', async () => {
  const root = committed();
  const problems = async (expression: string) =>
    (await failureOf(changed(root, expression))).diagnostics.map(
      ({ code, message, fix }) => `${code} ${message} ${fix}`,
    );
  expect(await problems('changed:mian')).toEqual([
    'unknown-ref "changed:mian": git knows no "mian" Did you mean "main"?',
  ]);
  expect(await problems('changed:--output=x')).toEqual([
    'unknown-ref "changed:--output=x": git knows no "--output=x" Fetch it first, or name another one.',
  ]);
  expect(await problems('changed:main..HEAD')).toHaveLength(1);
  rmSync(join(root, '.git'), { recursive: true });
  expect(await problems('changed:main')).toEqual([
    'no-git "changed:main": the project lies in no git repository Name the models instead, or run where the history is.',
  ]);
});
