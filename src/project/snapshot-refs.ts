import { type Diagnostic, DiagnosticsError } from '../diagnostics/diagnostic.ts';
import { commitOf, type Git, isOption, mergeBase, suggestRef } from './git.ts';

/** What stands for the files as they lie on disk. */
const workTree = 'WORKTREE';

/** What is compared with what. */
export interface ResolvedRefs {
  readonly base: { readonly asked: string; readonly commit: string; readonly isMergeBase: boolean };
  /** `commit` is null of the work tree. */
  readonly head: { readonly asked: string; readonly commit: string | null };
  /** The commit that the work tree stands on; undefined before the first one. */
  readonly current: string | undefined;
}

/** Where a branch is merged to where nobody says it, best first. */
const usualBases = [
  'remotes/origin/HEAD',
  'remotes/origin/main',
  'remotes/origin/master',
  'heads/main',
  'heads/master',
];

/**
 * The commits that two refs mean. The base is where the head left it: what was merged into it since is nobody's change
 * here. A head that is itself part of the base is compared with the base as it is, unless it is asked for as `main...`;
 * a work tree that is merely behind is not.
 * @throws DiagnosticsError when git knows one of them not, or they share no history.
 */
export async function resolveRefs(
  git: Git,
  request: { readonly base: string | undefined; readonly head: string },
): Promise<ResolvedRefs> {
  const isOnDisk = request.head === workTree;
  const asked = request.base ?? (await usualBase(git));
  const [current, base, named] = await Promise.all([
    commitOf(git, 'HEAD'),
    asked === undefined ? undefined : commitOf(git, asked.replace(/\.\.\.$/, '')),
    isOnDisk ? undefined : commitOf(git, request.head),
  ]);
  if (asked === undefined || base === undefined) throw await noBase(git, asked);
  if (named === undefined && !isOnDisk) throw await unknownRef(git, 'head', request.head);
  const head = { asked: request.head, commit: named ?? null };
  const tip = isOnDisk ? current : named;
  // On a branch without a commit nothing was left anywhere.
  if (tip === undefined) return { base: { asked, commit: base, isMergeBase: false }, head, current };
  const parted = await mergeBase(git, base, tip);
  if (parted === undefined) throw await noHistory(git, asked, request.head);
  const isPartOfBase = parted === tip && !isOnDisk && !asked.endsWith('...');
  const commit = isPartOfBase ? base : parted;
  return { base: { asked, commit, isMergeBase: commit !== base }, head, current };
}

async function usualBase(git: Git): Promise<string | undefined> {
  const refs = usualBases.map((name) => `refs/${name}`);
  const lines = (await git('for-each-ref', '--format=%(refname) %(symref)', ...refs)).split('\n');
  // What origin/HEAD stands for says more than its name.
  const found = new Map(lines.map((line) => [line.split(' ')[0], line.split(' ')[1]]));
  const first = refs.find((ref) => found.has(ref));
  return first && (found.get(first) || first).replace(/^refs\/(heads|remotes)\//, '');
}

async function noBase(git: Git, asked: string | undefined): Promise<DiagnosticsError> {
  if (asked !== undefined) return unknownRef(git, 'base', asked);
  const message = 'there is no branch to compare with';
  if ((await git('for-each-ref', '--count=1')) === '') return noCommits(message);
  if (await isShallow(git)) return failure(shallow(message));
  return failure({
    code: 'unknown-ref',
    severity: 'error',
    message,
    expected: 'one of origin/HEAD, origin/main, origin/master, main and master',
    fix: 'Name the base: --base REF; or fetch it first.',
  });
}

async function unknownRef(git: Git, option: 'base' | 'head', asked: string): Promise<DiagnosticsError> {
  const ref = option === 'base' ? asked.replace(/\.\.\.$/, '') : asked;
  const message = `--${option}: git knows no ${JSON.stringify(ref)}`;
  if ((await git('for-each-ref', '--count=1')) === '') return noCommits(message);
  const meant = isOption(ref) ? undefined : await suggestRef(git, ref);
  // A name that is merely mistyped is not found in the whole history either.
  if (meant === undefined && (await isShallow(git))) return failure(shallow(message, ref));
  return failure({
    code: 'unknown-ref',
    severity: 'error',
    message,
    expected: `a branch, a tag or a commit, such as origin/main${option === 'head' ? `; or ${workTree}` : ''}`,
    fix: meant ?? 'Fetch it first, or name another one.',
  });
}

function noCommits(message: string): DiagnosticsError {
  return failure({
    code: 'no-commits',
    severity: 'error',
    message: `${message}: the repository has no commits`,
    fix: 'Commit first; a state that nobody kept cannot be compared with.',
  });
}

async function noHistory(git: Git, base: string, head: string): Promise<DiagnosticsError> {
  const message = `${JSON.stringify(base)} and ${head === workTree ? 'the work tree' : JSON.stringify(head)} share no history`;
  if (await isShallow(git)) return failure(shallow(`${message} here`));
  return failure({
    code: 'unrelated-histories',
    severity: 'error',
    message,
    expected: 'two commits with a common ancestor',
    fix: 'Name as --base the branch that the head was made from.',
  });
}

/** `ref`: what is missing; the clone of one branch does not fetch another one by itself. */
function shallow(message: string, ref?: string): Diagnostic {
  const branch = /^origin\/([\w./-]+)$/.exec(ref ?? '')?.[1];
  const fetched = branch === undefined ? '' : ` +refs/heads/${branch}:refs/remotes/origin/${branch}`;
  return {
    code: 'shallow-clone',
    severity: 'error',
    message: `${message}: the clone is a shallow one`,
    expected: 'a clone with its history',
    fix: `Fetch the rest: git fetch --unshallow origin${fetched}; in CI, check out with "fetch-depth: 0".`,
  };
}

async function isShallow(git: Git): Promise<boolean> {
  return (await git('rev-parse', '--is-shallow-repository')).trimEnd() === 'true';
}

function failure(diagnostic: Diagnostic): DiagnosticsError {
  return new DiagnosticsError([diagnostic]);
}
