import { execFile } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/suggest.ts';

/**
 * The files that differ between the work tree and a git ref, those that were not committed or are not yet git's
 * included; relative to `root`, with forward slashes. `main...` is where the branch left main. Or why it cannot be told.
 */
export async function changedFiles(root: string, ref: string): Promise<ReadonlySet<string> | Diagnostic> {
  // It would be an option of git's.
  if (ref.startsWith('-')) return unknownRef(ref, []);
  const git = gitIn(root);
  try {
    const top = (await git('rev-parse', '--show-toplevel')).trimEnd();
    const commit = await commitOf(git, ref);
    if (commit === undefined) return unknownRef(ref, await refsOf(git));
    const differing = await git('diff', '--no-ext-diff', '--no-renames', '--name-only', '-z', commit, '--', `:/`);
    const untracked = await git('ls-files', '--others', '--exclude-standard', '--full-name', '-z', '--', `:/`);
    const from = realpathSync(root);
    const paths = `${differing}${untracked}`.split('\0').filter((path) => path !== '');
    return new Set(paths.map((path) => relative(from, join(top, path)).split(sep).join('/')));
  } catch (error) {
    return whyNot(ref, error);
  }
}

type Git = (...parameters: readonly string[]) => Promise<string>;

function gitIn(root: string): Git {
  // Set while git runs a hook, for another folder than ours perhaps.
  const { GIT_DIR: _dir, GIT_WORK_TREE: _tree, GIT_INDEX_FILE: _index, GIT_PREFIX: _prefix, ...rest } = process.env;
  const env = { ...rest, LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0' };
  return async (...parameters) => {
    const { stdout } = await promisify(execFile)('git', ['-C', root, ...parameters], { env, maxBuffer: 2 ** 28 });
    return stdout;
  };
}

async function commitOf(git: Git, ref: string): Promise<string | undefined> {
  const isForked = ref.endsWith('...');
  const named = isForked ? ref.slice(0, -3) : ref;
  try {
    const commit = await git('rev-parse', '--verify', '--quiet', '--end-of-options', `${named}^{commit}`);
    return (isForked ? await git('merge-base', commit.trimEnd(), 'HEAD') : commit).trimEnd();
  } catch (error) {
    // With --quiet git says nothing of a name that it does not know.
    if (stderrOf(error) === '') return undefined;
    throw error;
  }
}

async function refsOf(git: Git): Promise<string[]> {
  return (await git('for-each-ref', '--format=%(refname:short)')).split('\n').filter((name) => name !== '');
}

function unknownRef(ref: string, known: readonly string[]): Diagnostic {
  const fix = didYouMean(ref, known) ?? 'Fetch it first, or name another one.';
  return {
    code: 'unknown-ref',
    severity: 'error',
    message: `"changed:${ref}": git knows no "${ref}"`,
    expected: 'a branch, a tag or a commit, such as origin/main',
    fix,
  };
}

function whyNot(ref: string, error: unknown): Diagnostic {
  const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
  const said = stderrOf(error);
  if (!isMissing && said === undefined) throw error;
  const isOutside = said?.includes('not a git repository') ?? false;
  const reason = isMissing
    ? 'git is not installed'
    : isOutside
      ? 'the project lies in no git repository'
      : `git says: ${said?.split('\n')[0]}`;
  return {
    code: 'no-git',
    severity: 'error',
    message: `"changed:${ref}": ${reason}`,
    fix: 'Name the models instead, or run where the history is.',
  };
}

function stderrOf(error: unknown): string | undefined {
  return error instanceof Error && 'stderr' in error && typeof error.stderr === 'string'
    ? error.stderr.trim()
    : undefined;
}
