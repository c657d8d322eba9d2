import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { repository, temporaryFolder } from './repository.ts';
import { refusal, snapshots } from './snapshots.ts';

afterEach(() => vi.unstubAllEnvs());

const files = { 'handover.yml': 'name: tiny\n' };

it('names the ref that git does not know, and the nearest that it does', async () => {
  const { root } = repository(files);
  expect(await refusal(root, { base: 'mian' })).toBe('unknown-ref: --base: git knows no "mian" | Did you mean "main"?');
  expect(await refusal(root, { head: 'mian...' })).toContain('--head: git knows no "mian..."');
  expect(await refusal(root, { base: 'mian...' })).toBe(
    'unknown-ref: --base: git knows no "mian" | Did you mean "main"?',
  );
  expect(await refusal(root, { base: 'release' })).toBe(
    'unknown-ref: --base: git knows no "release" | Fetch it first, or name another one.',
  );
});

it.each(['', '...', '--output=x', '-1', 'main\nmain', 'main\0', 'main..HEAD', 'main:handover.yml', 'HEAD~9', '$(id)'])(
  'takes %j for no ref',
  async (ref) => {
    const { root } = repository(files);
    expect(await refusal(root, { base: ref })).toMatch(/^unknown-ref: --base: git knows no /);
    expect(await refusal(root, { head: ref })).toMatch(/^unknown-ref: --head: git knows no /);
  },
);

it('says where there is no branch to compare with', async () => {
  const made = repository(files);
  made.git('branch', '--move', 'trunk');
  expect(await refusal(made.root, { base: undefined })).toBe(
    'unknown-ref: there is no branch to compare with | Name the base: --base REF; or fetch it first.',
  );
});

it('says how to get the history that a shallow clone lacks', async () => {
  const origin = repository(files);
  origin.branch('work');
  origin.commit({ 'models/a.sql': 'select 1' });
  const missing = origin.clone({ shallow: true });
  const fetchRest =
    'Fetch the rest: git fetch --unshallow origin +refs/heads/main:refs/remotes/origin/main; in CI, check out with "fetch-depth: 0".';
  expect(await refusal(missing.root, { base: 'origin/main' })).toBe(
    `shallow-clone: --base: git knows no "origin/main": the clone is a shallow one | ${fetchRest}`,
  );
  missing.git('fetch', '--quiet', '--unshallow', 'origin', '+refs/heads/main:refs/remotes/origin/main');
  expect((await snapshots(missing.root, { base: 'origin/main' })).base.ref.isMergeBase).toBe(false);

  const apart = origin.clone({ shallow: true, parameters: ['--no-single-branch'] });
  expect(await refusal(apart.root, { base: 'origin/main' })).toBe(
    'shallow-clone: "origin/main" and the work tree share no history here: the clone is a shallow one | ' +
      'Fetch the rest: git fetch --unshallow origin; in CI, check out with "fetch-depth: 0".',
  );
});

it('refuses states that have nothing in common', async () => {
  const made = repository(files);
  made.git('switch', '--quiet', '--orphan', 'other');
  made.commit({ ...files, 'README.md': 'Another history' });
  expect(await refusal(made.root, { head: 'other' })).toBe(
    'unrelated-histories: "main" and "other" share no history | Name as --base the branch that the head was made from.',
  );
});

it('compares a branch without a commit with the base itself', async () => {
  const made = repository(files);
  made.git('switch', '--quiet', '--orphan', 'other');
  made.write(files);
  const { base, head } = await snapshots(made.root);
  expect(base.ref).toMatchObject({ isMergeBase: false, isEmpty: false });
  expect(head.ref.uncommitted).toBe(1);
});

it('says that nothing was committed yet', async () => {
  const made = repository();
  made.write(files);
  const advice = 'Commit first; a state that nobody kept cannot be compared with.';
  expect(await refusal(made.root, { base: undefined })).toBe(
    `no-commits: there is no branch to compare with: the repository has no commits | ${advice}`,
  );
  expect(await refusal(made.root)).toBe(
    `no-commits: --base: git knows no "main": the repository has no commits | ${advice}`,
  );
});

it('says why git cannot be asked', async () => {
  const made = repository(files);
  vi.stubEnv('GIT_TEST_ASSUME_DIFFERENT_OWNER', '1');
  vi.stubEnv('GIT_CONFIG_GLOBAL', '/dev/null');
  expect(await refusal(made.root)).toBe(
    'no-git: the repository belongs to another user, and git does not open it | ' +
      `If you trust it: git config --global --add safe.directory ${made.root}`,
  );
  vi.unstubAllEnvs();
  vi.stubEnv('PATH', join(made.root, 'nothing'));
  expect(await refusal(made.root)).toBe('no-git: git is not installed | Install git.');
  vi.unstubAllEnvs();
  rmSync(join(made.root, '.git'), { recursive: true });
  expect(await refusal(made.root)).toBe('no-git: the project lies in no git repository | Run it where the history is.');
});

it('says that a partial clone lacks files, and fetches none', async () => {
  const origin = repository({ ...files, 'models/a.sql': 'select 1' });
  origin.git('config', 'uploadpack.allowFilter', 'true');
  const clone = origin.clone({ parameters: ['--filter=blob:none'] });
  origin.commit({ 'models/a.sql': 'select 2' });
  clone.git('fetch', '--quiet');
  expect(await refusal(clone.root, { base: 'main', head: 'origin/main' })).toMatch(
    /(partial one and lacks files|lacks the contents of "models\/a.sql").* \| Clone it without --filter/,
  );
});

it('reads the repository that the project lies in, also while git runs a hook for another one', async () => {
  const [made, other] = [repository(files), repository({ 'handover.yml': 'name: other\n' })];
  vi.stubEnv('GIT_DIR', join(other.root, '.git'));
  vi.stubEnv('GIT_INDEX_FILE', join(temporaryFolder(), 'index'));
  const { base } = await snapshots(made.root);
  vi.unstubAllEnvs();
  expect(base.ref.commit).toBe(made.git('rev-parse', 'main').slice(0, 12));
});
