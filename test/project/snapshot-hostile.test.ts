import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { readProjectLeniently } from '../../src/project/project.ts';
import { type Repository, repository, temporaryFolder } from './repository.ts';
import { refusal, snapshots, textsOf } from './snapshots.ts';

const files = { 'handover.yml': 'name: tiny\n', 'models/a.sql': 'select 1' };

/** An object of git's from bytes that git itself would not write. */
function written(made: Repository, type: 'blob' | 'tree', bytes: Buffer): string {
  const call = ['-C', made.root, 'hash-object', '-w', '--literally', '--stdin', '-t', type];
  return execFileSync('git', call, { input: bytes, encoding: 'utf8' }).trim();
}

function tree(made: Repository, entries: readonly { mode: string; name: string; id: string }[]): string {
  const lines = entries.flatMap(({ mode, name, id }) => [Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')]);
  return written(made, 'tree', Buffer.concat(lines));
}

it('follows no symbolic link, in a commit or on disk', async () => {
  const made = repository(files);
  const outside = temporaryFolder();
  writeFileSync(join(outside, 'secret.sql'), 'select 9');
  made.branch('work');
  symlinkSync(join(outside, 'secret.sql'), join(made.root, 'models/secret.sql'));
  symlinkSync(outside, join(made.root, 'models/folder.sql'));
  symlinkSync('nowhere', join(made.root, 'metrics'));
  symlinkSync('/dev/zero', join(made.root, 'seeds'));
  symlinkSync(outside, join(made.root, 'reports'));
  made.commit();
  const links = '"metrics", "models/folder.sql", "models/secret.sql", "reports", "seeds"';
  const sorted = (notes: readonly string[]) =>
    notes.map((note) =>
      note
        .match(/"[^"]*"/g)
        ?.sort()
        .join(', '),
    );
  for (const head of ['work', 'WORKTREE']) {
    const taken = await snapshots(made.root, { head });
    expect(textsOf(taken.head)).toEqual(files);
    expect(taken.head.notes[0]).toMatch(/^\w+: symbolic links are not followed: /);
    expect(sorted(taken.head.notes)).toEqual([links]);
    expect(taken.head.ref.uncommitted).toBe(0);
  }
});

it('takes a handover.yml that is a link for none', async () => {
  const made = repository(files);
  made.branch('work');
  made.write({ 'handover.yml': null, 'real.yml': 'name: tiny\n' });
  symlinkSync('real.yml', join(made.root, 'handover.yml'));
  made.commit();
  for (const head of ['work', 'WORKTREE']) {
    const taken = await snapshots(made.root, { head });
    expect(taken.head.ref.isEmpty).toBe(true);
    expect(taken.head.notes.at(-1)).toMatch(/symbolic links are not followed: "handover.yml"$/);
  }
});

it('names a few of many that are left out', async () => {
  const made = repository(files);
  for (const number of [1, 2, 3, 4, 5, 6, 7]) symlinkSync('a.sql', join(made.root, `models/l${number}.sql`));
  const { head } = await snapshots(made.root);
  expect(head.notes).toHaveLength(1);
  expect(head.notes[0]).toMatch(/(, "models\/l\d.sql"){4} and 2 more$/);
});

it('reads no pipe', async () => {
  const made = repository(files);
  execFileSync('mkfifo', [join(made.root, 'models/pipe.sql')]);
  const { head } = await snapshots(made.root);
  expect(head.notes).toEqual(['WORKTREE: what is no regular file is not read: "models/pipe.sql"']);
});

it('reads no file above 20 MB', async () => {
  const made = repository(files);
  made.branch('work');
  const limit = 20 * 1024 ** 2;
  made.commit({ 'seeds/fits.csv': 'a'.repeat(limit), 'seeds/large.csv': 'a'.repeat(limit + 1) });
  for (const head of ['work', 'WORKTREE']) {
    const taken = await snapshots(made.root, { head });
    expect(Object.keys(textsOf(taken.head))).toEqual(['handover.yml', 'models/a.sql', 'seeds/fits.csv']);
    expect(taken.head.notes).toEqual([`${head}: files above 20 MB are not compared: "seeds/large.csv"`]);
    expect(taken.head.ref.uncommitted).toBe(0);
  }
});

it('reads no state that would fill the disk', async () => {
  const made = repository(files);
  // One blob, many names: cheap to push and dear to lay out.
  const blob = written(made, 'blob', Buffer.alloc(20 * 1024 ** 2, 'a'));
  const names = Array.from({ length: 14 }, (_, index) => `s${String(index).padStart(2, '0')}.csv`);
  const seeds = tree(
    made,
    names.map((name) => ({ mode: '100644', name, id: blob })),
  );
  const config = made.git('rev-parse', 'HEAD:handover.yml');
  const top = tree(made, [
    { mode: '100644', name: 'handover.yml', id: config },
    { mode: '40000', name: 'seeds', id: seeds },
  ]);
  const commit = made.git('commit-tree', top, '-p', 'HEAD', '-m', 'Bomb');
  expect(await refusal(made.root, { head: commit })).toMatch(
    /^snapshot-too-large: the project's text files are too many to compare/,
  );
});

it('parses no endless handover.yml, and follows no endless chain', async () => {
  const made = repository(files);
  made.write({ 'handover.yml': `name: tiny\nmodels: { ${'a: {}, '.repeat(10_000)} }\n` });
  expect(await refusal(made.root)).toMatch(/^snapshot-too-large: handover.yml is too long to be one/);
  made.write({ 'handover.yml': 'name: tiny\nextends: p0\n' });
  const names = Array.from({ length: 30 }, (_, index) => index);
  made.write(Object.fromEntries(names.map((n) => [`p${n}/handover.yml`, `name: p${n}\nextends: ../p${n + 1}\n`])));
  expect(await refusal(made.root)).toMatch(/^extends-too-deep: the head extends a project that extends one/);
});

it('writes nowhere else, whatever a tree names its files', async () => {
  const made = repository(files);
  const [config, sql] = ['handover.yml', 'models/a.sql'].map((path) => made.git('rev-parse', `HEAD:${path}`));
  if (config === undefined || sql === undefined) throw new Error('no such files');
  const evil = tree(made, [{ mode: '100644', name: 'evil.sql', id: sql }]);
  const up = tree(made, [{ mode: '40000', name: '..', id: evil }]);
  const models = tree(made, [
    { mode: '40000', name: '..', id: up },
    { mode: '100644', name: '../../../../../evil.sql', id: sql },
    { mode: '100644', name: 'a.sql', id: sql },
    { mode: '40000', name: 'a.sql', id: evil },
    { mode: '100644', name: 'line\nbreak.sql', id: sql },
    { mode: '100644', name: `${'long'.repeat(80)}.sql`, id: sql },
  ]);
  const top = tree(made, [
    { mode: '100644', name: 'handover.yml', id: config },
    { mode: '40000', name: 'models', id: models },
  ]);
  const commit = made.git('commit-tree', top, '-p', 'HEAD', '-m', 'Evil');
  const { head } = await snapshots(made.root, { head: commit });
  expect(Object.keys(textsOf(head))).toEqual(['handover.yml', 'models/a.sql', 'models/line\nbreak.sql']);
  expect(head.notes.join()).toMatch(/names that this disk cannot hold are left out/);
  expect(existsSync(join(dirname(head.root), 'evil.sql'))).toBe(false);
});

it('runs nothing that the repository names', async () => {
  const made = repository({ ...files, '.gitattributes': '*.sql filter=evil diff=evil\n' });
  const trace = join(temporaryFolder(), 'ran');
  const script = join(temporaryFolder(), 'evil.sh');
  writeFileSync(script, `#!/bin/sh\necho "$0 $*" >> '${trace}'\n`);
  chmodSync(script, 0o755);
  mkdirSync(join(made.root, '.git/hooks'), { recursive: true });
  for (const hook of ['post-checkout', 'post-index-change', 'reference-transaction']) {
    symlinkSync(script, join(made.root, '.git/hooks', hook));
  }
  const settings = ['filter.evil.smudge', 'filter.evil.clean', 'diff.evil.textconv', 'diff.external', 'core.pager'];
  for (const name of [...settings, 'core.fsmonitor', 'core.sshCommand']) made.git('config', name, script);
  made.write({ 'models/a.sql': 'select 2' });
  const { head } = await snapshots(made.root);
  expect(head.ref.uncommitted).toBe(1);
  await snapshots(made.root, { head: 'HEAD' });
  expect(existsSync(trace)).toBe(false);
});

it('takes no folder of the work tree for a repository', async () => {
  const made = repository(files);
  made.write({ 'sla/handover.yml': 'name: tiny\n', 'sla/HEAD': 'ref: refs/heads/main\n', 'sla/config': '[core]\n' });
  for (const folder of ['objects', 'refs']) mkdirSync(join(made.root, 'sla', folder), { recursive: true });
  expect(await refusal(join(made.root, 'sla'))).toMatch(/^no-git: git says: fatal: cannot use bare repository/);
});

it('reads a project whose files say nonsense, and tells it', async () => {
  const made = repository(files);
  made.write({ 'handover.yml': '\0\u202e: [}\n- "', 'metrics/m.yml': '&a [*a, *a]', 'metrics/breaches/b.csv': '"' });
  const { head } = await snapshots(made.root);
  const { project, problems } = readProjectLeniently(head.root);
  expect(project?.models.map(({ name }) => name)).toEqual(['a']);
  expect(problems.length).toBeGreaterThan(1);
});
