import { realpathSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { commitOf, type Git, gitIn, isOption, mergeBase, suggestRef, whyNoGit } from '../project/git.ts';

/**
 * The files that differ between the work tree and a git ref, those that were not committed or are not yet git's
 * included; relative to `root`, with forward slashes. `main...` is where the branch left main. Or why it cannot be told.
 */
export async function changedFiles(root: string, ref: string): Promise<ReadonlySet<string> | Diagnostic> {
  if (isOption(ref)) return unknownRef(ref, undefined);
  const git = gitIn(root);
  try {
    const top = (await git('rev-parse', '--show-toplevel')).trimEnd();
    const commit = await startOf(git, ref);
    if (commit === undefined) return unknownRef(ref, await suggestRef(git, ref));
    const differing = await git('diff', '--no-ext-diff', '--no-renames', '--name-only', '-z', commit, '--', `:/`);
    const untracked = await git('ls-files', '--others', '--exclude-standard', '--full-name', '-z', '--', `:/`);
    const from = realpathSync(root);
    const paths = `${differing}${untracked}`.split('\0').filter((path) => path !== '');
    return new Set(paths.map((path) => relative(from, join(top, path)).split(sep).join('/')));
  } catch (error) {
    const { reason, fix } = whyNoGit(error);
    return {
      code: 'no-git',
      severity: 'error',
      message: `"changed:${ref}": ${reason}`,
      fix: fix ?? 'Name the models instead, or run where the history is.',
    };
  }
}

async function startOf(git: Git, ref: string): Promise<string | undefined> {
  if (!ref.endsWith('...')) return commitOf(git, ref);
  const commit = await commitOf(git, ref.slice(0, -3));
  return commit === undefined ? undefined : mergeBase(git, commit, 'HEAD');
}

function unknownRef(ref: string, fix: string | undefined): Diagnostic {
  return {
    code: 'unknown-ref',
    severity: 'error',
    message: `"changed:${ref}": git knows no "${ref}"`,
    expected: 'a branch, a tag or a commit, such as origin/main',
    fix: fix ?? 'Fetch it first, or name another one.',
  };
}
