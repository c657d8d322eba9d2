import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { takeSnapshots } from '../../src/project/snapshot.ts';
import { repository } from './repository.ts';
import { snapshots, textsOf } from './snapshots.ts';

const files = {
  'handover.yml': 'name: tiny\n',
  'models/marts/deals.sql': 'select 1 as deal_id\n',
  'metrics/agreements/2026.yml': 'id: "2026"\n',
  'seeds/holidays.csv': 'name,date\n',
  'reports/pages/index.md': '# Start\n',
};

it('lays out the text files of both states, and nothing else', async () => {
  const made = repository({
    ...files,
    'README.md': 'Read me',
    'seeds/sample/events.csv': 'not reference data',
    'models/notes.txt': 'none of ours',
    'reports/static/icon.svg': '<svg />',
  });
  made.branch('work');
  made.commit({ 'models/marts/deals.sql': 'select 2 as deal_id\n', 'seeds/holidays.csv': null });
  const { base, head } = await snapshots(made.root, { head: 'work' });
  expect(textsOf(base)).toEqual(files);
  const { 'seeds/holidays.csv': _gone, ...rest } = files;
  expect(textsOf(head)).toEqual({ ...rest, 'models/marts/deals.sql': 'select 2 as deal_id\n' });
  expect(base.ref).toEqual({
    asked: 'main',
    commit: made.git('rev-parse', 'main').slice(0, 12),
    isMergeBase: false,
    uncommitted: 0,
    isEmpty: false,
  });
  expect([base.notes, head.notes]).toEqual([[], []]);
});

it('reads the work tree as it lies there, with what git does not know or ignores, and counts that', async () => {
  const made = repository({ ...files, '.gitignore': 'ignored.sql\n' });
  made.write({
    'models/marts/deals.sql': 'select 3 as deal_id\n',
    'models/marts/new.sql': 'select 4',
    'models/marts/ignored.sql': 'select 5',
    'seeds/holidays.csv': null,
    'README.md': 'of no account',
  });
  const { base, head } = await snapshots(made.root);
  expect(textsOf(base)).toEqual(files);
  const { 'seeds/holidays.csv': _gone, ...rest } = files;
  expect(textsOf(head)).toEqual({
    ...rest,
    'models/marts/deals.sql': 'select 3 as deal_id\n',
    'models/marts/new.sql': 'select 4',
    'models/marts/ignored.sql': 'select 5',
  });
  expect(head.ref).toEqual({ asked: 'WORKTREE', commit: null, isMergeBase: false, uncommitted: 4, isEmpty: false });
});

it('counts no file whose lines merely end otherwise on this disk', async () => {
  const made = repository(files);
  made.write({ 'metrics/agreements/2026.yml': 'id: "2026"\r\n' });
  const { head } = await snapshots(made.root);
  expect(head.ref.uncommitted).toBe(0);
  expect(textsOf(head)['metrics/agreements/2026.yml']).toBe('id: "2026"\r\n');
});

it('compares with where the head left the base', async () => {
  const made = repository(files);
  const fork = made.git('rev-parse', 'HEAD').slice(0, 12);
  made.branch('work');
  made.commit({ 'models/ours.sql': 'select 1' });
  made.branch('main');
  made.commit({ 'models/theirs.sql': 'select 1' });
  made.branch('work');
  const { base, head } = await snapshots(made.root, { head: 'work' });
  expect(base.ref).toMatchObject({ commit: fork, isMergeBase: true });
  expect(Object.keys(textsOf(base))).not.toContain('models/theirs.sql');
  expect(Object.keys(textsOf(head))).toContain('models/ours.sql');
});

it('compares a head that is part of the base with the base itself, but not for main...', async () => {
  const made = repository(files);
  const old = made.git('rev-parse', 'HEAD').slice(0, 12);
  made.commit({ 'models/more.sql': 'select 1' });
  const tip = made.git('rev-parse', 'HEAD').slice(0, 12);
  expect((await snapshots(made.root, { head: 'HEAD~1' })).base.ref).toMatchObject({ commit: tip, isMergeBase: false });
  const forked = await snapshots(made.root, { base: 'main...', head: 'HEAD~1' });
  expect(forked.base.ref).toMatchObject({ asked: 'main...', commit: old, isMergeBase: true });
});

it('takes a work tree that is merely behind for what was changed in it', async () => {
  const made = repository(files);
  made.branch('work');
  made.branch('main');
  made.commit({ 'models/theirs.sql': 'select 1' });
  made.branch('work');
  made.write({ 'models/ours.sql': 'select 1' });
  const { base, head } = await snapshots(made.root);
  expect(base.ref.isMergeBase).toBe(true);
  expect(base.notes).toEqual(['main: has gone on since the work tree left it, which is what counts here']);
  const added = Object.keys(textsOf(head)).filter((path) => !(path in textsOf(base)));
  expect(added).toEqual(['models/ours.sql']);
});

it('finds the branch that work is merged to by itself', async () => {
  const origin = repository(files);
  expect((await snapshots(origin.root, { base: undefined })).base.ref.asked).toBe('main');
  const clone = origin.clone();
  clone.branch('work');
  expect((await snapshots(clone.root, { base: undefined })).base.ref.asked).toBe('origin/main');
  clone.git('remote', 'set-head', 'origin', '--delete');
  clone.git('update-ref', '-d', 'refs/remotes/origin/main');
  clone.git('update-ref', 'refs/remotes/origin/master', 'HEAD');
  expect((await snapshots(clone.root, { base: undefined })).base.ref.asked).toBe('origin/master');
});

it('takes a base without the project for an empty one', async () => {
  const made = repository({ 'README.md': 'Nothing yet' });
  made.branch('work');
  made.write({ 'sla/handover.yml': 'name: tiny\n', 'sla/models/a.sql': 'select 1' });
  const { base, head } = await snapshots(join(made.root, 'sla'));
  expect(base.ref.isEmpty).toBe(true);
  expect(textsOf(base)).toEqual({});
  expect(existsSync(base.root)).toBe(true);
  expect(head.ref).toMatchObject({ isEmpty: false, uncommitted: 2 });
});

it('finds a project that was moved by its name, if it is the only one', async () => {
  const made = repository({ 'old/handover.yml': 'name: tiny\n', 'old/models/a.sql': 'select 1' });
  made.branch('work');
  made.move('old', 'teams/new');
  const { base, head } = await snapshots(join(made.root, 'teams/new'));
  expect(base.notes).toEqual(['main: the project tiny lies in "old" there, and not in "teams/new"']);
  expect(base.ref.isEmpty).toBe(false);
  expect(textsOf(base)).toEqual(textsOf(head));

  const twice = repository({ 'old/handover.yml': 'name: tiny\n', 'copy/handover.yml': 'name: tiny\n' });
  twice.move('old', 'new');
  const twins = await snapshots(join(twice.root, 'new'));
  expect(twins.base).toMatchObject({ ref: { isEmpty: true }, notes: [] });
});

it('finds a project in a folder of the repository, reached through a link', async () => {
  const made = repository({ 'a b/æ/handover.yml': 'name: tiny\n', 'models/x.sql': 'none of its' });
  symlinkSync('a b/æ', join(made.root, 'link'));
  const { base, head } = await snapshots(join(made.root, 'link'));
  expect(textsOf(base)).toEqual({ 'handover.yml': 'name: tiny\n' });
  expect(textsOf(head)).toEqual(textsOf(base));
});

it('keeps bytes as they are stored, whatever git would check out', async () => {
  const made = repository({ ...files, 'seeds/empty.csv': '' });
  const bytes = Buffer.from([0xef, 0xbb, 0xbf, 0x61, 0x0d, 0x0a, 0xff, 0x00, 0x0a]);
  writeFileSync(join(made.root, 'seeds/raw.csv'), bytes);
  made.commit();
  made.write({ '.gitattributes': '*.csv text eol=lf\n*.sql text eol=crlf\n' });
  const { base, head } = await snapshots(made.root, { head: 'HEAD' });
  for (const snapshot of [base, head]) {
    expect(readFileSync(join(snapshot.root, 'seeds/raw.csv'))).toEqual(bytes);
    expect(textsOf(snapshot)).toMatchObject({
      'seeds/empty.csv': '',
      'models/marts/deals.sql': 'select 1 as deal_id\n',
    });
  }
});

it('leaves the repository as it is, and nothing behind', async () => {
  const made = repository(files);
  made.write({ 'models/marts/deals.sql': 'select 3' });
  const before = [readFileSync(join(made.root, '.git/index')), made.git('status', '--porcelain')];
  const taken = await takeSnapshots({ root: made.root, base: 'main', head: 'WORKTREE' });
  expect([readFileSync(join(made.root, '.git/index')), made.git('status', '--porcelain')]).toEqual(before);
  taken.remove();
  taken.remove();
  expect(existsSync(taken.base.root)).toBe(false);
  expect(existsSync(dirname(taken.head.root))).toBe(false);
});
