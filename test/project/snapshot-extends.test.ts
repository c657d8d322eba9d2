import { mkdirSync, renameSync, symlinkSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { expect, it } from 'vitest';
import { readProjectLeniently } from '../../src/project/project.ts';
import { writeFiles } from '../build/project.ts';
import { repository, temporaryFolder } from './repository.ts';
import { refusal, snapshots, textsOf } from './snapshots.ts';

const tool = { 'handover.yml': 'name: tool\n', 'models/marts/days.sql': 'select 1 as day' };

/** Names of the models of a snapshot's project. */
function modelsOf(root: string): (string | undefined)[] {
  const { project, problems } = readProjectLeniently(root);
  expect(problems.map(({ code }) => code).filter((code) => code === 'no-project')).toEqual([]);
  return (project?.models ?? []).map((model) => model.sql.text);
}

/** A project in a repository that extends a folder outside of it. */
function company(extended: string) {
  const made = repository({ 'README.md': '' });
  const path = relative(join(made.root, 'sla'), extended);
  made.commit({ 'sla/handover.yml': `name: company\nextends: ${path}\n`, 'sla/models/own.sql': 'select 2 as own' });
  return made;
}

function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  writeFiles(folder, files);
  return folder;
}

it('reads what a project extends in the state that is compared', async () => {
  const made = repository({
    'tool/handover.yml': 'name: tool\nextends: ../core\n',
    'tool/models/days.sql': 'select 1',
    'core/handover.yml': 'name: core\n',
    'core/models/hours.sql': 'select 2',
    'sla/handover.yml': 'name: sla\nextends: ../tool/\n',
  });
  made.write({ 'core/models/hours.sql': 'select 3', 'tool/models/days.sql': null });
  const { base, head } = await snapshots(join(made.root, 'sla'));
  expect(modelsOf(base.root)).toEqual(['select 1', 'select 2']);
  expect(modelsOf(head.root)).toEqual(['select 3']);
  expect(head.ref.uncommitted).toBe(2);
});

it('goes in no circle', async () => {
  const made = repository({
    'a/handover.yml': 'name: a\nextends: ../b\n',
    'b/handover.yml': 'name: b\nextends: ../a\n',
    'b/models/x.sql': 'select 1',
  });
  const { base } = await snapshots(join(made.root, 'a'));
  expect(textsOf(base, '../b')).toMatchObject({ 'models/x.sql': 'select 1' });
  expect(readProjectLeniently(base.root).problems.map(({ code }) => code)).toContain('extends-cycle');
});

it('reads a folder outside of the repository, the same for both, where the base names it', async () => {
  const made = company(folderOf(tool));
  made.write({ 'sla/models/own.sql': 'select 3 as own' });
  const { base, head } = await snapshots(join(made.root, 'sla'));
  expect(modelsOf(base.root)).toEqual(['select 1 as day', 'select 2 as own']);
  expect(modelsOf(head.root)).toEqual(['select 1 as day', 'select 3 as own']);
});

it('reads no other folder because the head names it', async () => {
  const [one, other] = [folderOf(tool), folderOf({ 'handover.yml': 'name: secret\n', 'models/s.sql': 'select 9' })];
  const made = company(one);
  made.branch('work');
  const path = relative(join(made.root, 'sla'), other);
  made.commit({ 'sla/handover.yml': `name: company\nextends: ${path}\n` });
  const expected =
    `extends-outside: the head extends "${path}", which lies outside of the repository | ` +
    'Merge the line of handover.yml that names it first, by itself; then compare.';
  expect(await refusal(join(made.root, 'sla'))).toBe(expected);
  expect(await refusal(join(made.root, 'sla'), { head: 'work' })).toBe(expected);
  const above = `${'../'.repeat(40)}${other}`;
  made.commit({ 'sla/handover.yml': `name: company\nextends: ${above}\n` });
  expect(await refusal(join(made.root, 'sla'))).toMatch(/^extends-outside/);
  made.commit({ 'sla/handover.yml': `name: company\nextends: ${other}\n` });
  expect(await refusal(join(made.root, 'sla'))).toMatch(/^extends-outside/);
  made.commit({ 'sla/handover.yml': `name: company\nextends: ${join(made.root, 'README')}\n` });
  expect(await refusal(join(made.root, 'sla'))).toMatch(/^extends-absolute/);
});

it('reads a trusted folder that only the head names: that of the tool in a first pull request', async () => {
  const own = folderOf(tool);
  const made = company(own);
  const first = made.git('rev-parse', 'HEAD~1');
  expect(await refusal(join(made.root, 'sla'), { base: first })).toMatch(/^extends-outside/);
  const { base, head } = await snapshots(join(made.root, 'sla'), { base: first, trusted: [own] });
  expect(base.ref.isEmpty).toBe(true);
  expect(modelsOf(head.root)).toEqual(['select 1 as day', 'select 2 as own']);
});

it('follows the link to an installed package, which git ignores', async () => {
  const own = folderOf(tool);
  const made = repository({
    'handover.yml': 'name: company\nextends: node_modules/handover\n',
    '.gitignore': 'node_modules/\n',
  });
  mkdirSync(join(made.root, 'node_modules'));
  symlinkSync(own, join(made.root, 'node_modules/handover'));
  for (const request of [{}, { head: 'HEAD' }]) {
    const { base, head } = await snapshots(made.root, request);
    expect(modelsOf(base.root)).toEqual(['select 1 as day']);
    expect(modelsOf(head.root)).toEqual(['select 1 as day']);
    expect([...base.notes, ...head.notes]).toEqual([]);
    expect(head.ref.uncommitted).toBe(0);
  }
});

it('follows no link that the base does not', async () => {
  const secret = folderOf({ 'handover.yml': 'name: secret\n', 'models/s.sql': 'select 9' });
  const made = repository({ 'handover.yml': 'name: company\n' });
  made.branch('work');
  symlinkSync(secret, join(made.root, 'vendor'));
  made.commit({ 'handover.yml': 'name: company\nextends: vendor\n' });
  const onDisk = await snapshots(made.root);
  expect(textsOf(onDisk.head, 'vendor')).toEqual({});
  expect(onDisk.head.notes).toEqual(['WORKTREE: symbolic links are not followed: "vendor"']);
  const committed = await snapshots(made.root, { head: 'work' });
  expect(textsOf(committed.head, 'vendor')).toEqual({});
});

it('reads a submodule at the commit that each state records', async () => {
  const vendor = repository(tool);
  const made = repository({ 'README.md': '' });
  made.addSubmodule(vendor, 'lib/tool');
  made.commit({ 'sla/handover.yml': 'name: company\nextends: ../lib/tool\n' });
  vendor.commit({ 'models/marts/days.sql': 'select 2 as day' });
  made.branch('work');
  made.git('-C', 'lib/tool', 'pull', '--quiet');
  made.commit();
  const { base, head } = await snapshots(join(made.root, 'sla'), { head: 'work' });
  expect(modelsOf(base.root)).toEqual(['select 1 as day']);
  expect(modelsOf(head.root)).toEqual(['select 2 as day']);
  const onDisk = await snapshots(join(made.root, 'sla'));
  expect(modelsOf(onDisk.head.root)).toEqual(['select 2 as day']);
  expect(onDisk.head.ref.uncommitted).toBe(0);

  const clone = made.clone();
  expect(await refusal(join(clone.root, 'sla'), { base: 'origin/main' })).toBe(
    'submodule-missing: the submodule "lib/tool" is not checked out | ' +
      'Check it out: git submodule update --init; in CI, check out with submodules.',
  );
});

it('reads a project that is a submodule itself, or has one in it', async () => {
  const agreements = repository({ '2026.yml': 'id: "2026"\n' });
  const project = repository({ 'handover.yml': 'name: tiny\n' });
  project.addSubmodule(agreements, 'metrics/agreements');
  project.commit();
  const made = repository({ 'README.md': '' });
  made.addSubmodule(project, 'sla');
  made.git('submodule', '--quiet', 'update', '--init', '--recursive');
  made.commit();
  const { base, head } = await snapshots(join(made.root, 'sla'));
  expect(textsOf(base)).toEqual({ 'handover.yml': 'name: tiny\n', 'metrics/agreements/2026.yml': 'id: "2026"\n' });
  expect(textsOf(head)).toMatchObject(textsOf(base));
  expect(head.ref.uncommitted).toBe(0);
});

it('reads the other files where a handover.yml has mistakes', async () => {
  const made = repository({
    'core/handover.yml': 'name: core\n',
    'core/models/hours.sql': 'select 2',
    'handover.yml': 'name: tiny\nextends: core\n',
  });
  made.write({ 'handover.yml': 'name: tiny\nsuorces: {}\nextends: core\nmodels: { staging: [\n' });
  const { head } = await snapshots(made.root);
  expect(modelsOf(head.root)).toEqual(['select 2']);
});

it('reads folders that extend each other across the repository and outside', async () => {
  const made = repository({ 'core/handover.yml': 'name: core\n', 'core/models/hours.sql': 'select 1' });
  const between = temporaryFolder();
  writeFiles(between, { 'handover.yml': `name: between\nextends: ../${basename(made.root)}/core\n` });
  made.commit({ 'sla/handover.yml': `name: sla\nextends: ../../${basename(between)}\n` });
  made.write({ 'core/models/hours.sql': 'select 2' });
  const { base, head } = await snapshots(join(made.root, 'sla'));
  expect(modelsOf(base.root)).toEqual(['select 1']);
  expect(modelsOf(head.root)).toEqual(['select 2']);
  renameSync(between, join(dirname(between), `${basename(between)}-gone`));
  const without = await snapshots(join(made.root, 'sla'));
  expect(readProjectLeniently(without.head.root).problems.map(({ code }) => code)).toEqual(['no-project']);
  renameSync(join(dirname(between), `${basename(between)}-gone`), between);
});
