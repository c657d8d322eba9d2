import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Text by path; null: the file goes. */
export type Files = Readonly<Record<string, string | null>>;

/** A small git repository in a folder that goes away with the test. The same calls make the same commits. */
export interface Repository {
  /** The folder of the work tree, absolute. */
  readonly root: string;
  git(...parameters: readonly string[]): string;
  /** Writes files and commits nothing. */
  write(files: Files): void;
  /** Moves a file or a folder, uncommitted. */
  move(from: string, to: string): void;
  /** Writes files and commits all there is; gives the commit's id. */
  commit(files?: Files): string;
  /** Goes to a branch, which is made where it is new. */
  branch(name: string): void;
  /** Another repository that has this one as `origin`, with its last commit only where it is `shallow`. */
  clone(options?: { readonly shallow?: boolean; readonly parameters?: readonly string[] }): Repository;
  /** Has another repository's current commit as a submodule at a path; to be committed. */
  addSubmodule(other: Repository, path: string): void;
}

/** A new repository on branch main, with these files in its first commit; none without files. */
export function repository(files?: Files): Repository {
  const made = repositoryAt(temporaryFolder());
  made.git('init', '--quiet');
  if (files !== undefined) made.commit(files);
  return made;
}

/** An empty folder that goes away with the test; its path holds no symbolic link. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'handover-git-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Where git has no settings but these: what tests see does not depend on whose machine they run on. */
const isolated = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Author',
  GIT_AUTHOR_EMAIL: 'author@example.org',
  GIT_AUTHOR_DATE: '2026-01-05T09:00:00Z',
  GIT_COMMITTER_NAME: 'Author',
  GIT_COMMITTER_EMAIL: 'author@example.org',
  GIT_COMMITTER_DATE: '2026-01-05T09:00:00Z',
};

const settings = ['-c', 'init.defaultBranch=main', '-c', 'protocol.file.allow=always', '-c', 'core.autocrlf=false'];

function repositoryAt(root: string): Repository {
  const git = (...parameters: readonly string[]): string =>
    execFileSync('git', ['-C', root, ...settings, ...parameters], {
      encoding: 'utf8',
      stdio: 'pipe',
      env: { ...process.env, ...isolated },
    }).trimEnd();
  const write = (files: Files): void => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      if (text === null) rmSync(join(root, path), { recursive: true });
      else writeFileSync(join(root, path), text);
    }
  };
  return {
    root,
    git,
    write,
    move: (from, to) => {
      mkdirSync(dirname(join(root, to)), { recursive: true });
      renameSync(join(root, from), join(root, to));
    },
    commit: (files = {}) => {
      write(files);
      git('add', '--all');
      git('commit', '--quiet', '--allow-empty', '--message', `State ${Object.keys(files).join(' ')}`);
      return git('rev-parse', 'HEAD');
    },
    branch: (name) => {
      const isThere = git('branch', '--list', name) !== '';
      git('switch', '--quiet', ...(isThere ? [] : ['--create']), name);
    },
    clone: ({ shallow = false, parameters = [] } = {}) => {
      const other = repositoryAt(temporaryFolder());
      other.git('clone', '--quiet', ...(shallow ? ['--depth', '1'] : []), ...parameters, `file://${root}`, '.');
      return other;
    },
    addSubmodule: (other, path) => {
      git('submodule', '--quiet', 'add', `file://${other.root}`, path);
    },
  };
}
