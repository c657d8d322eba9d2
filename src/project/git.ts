import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { didYouMean } from '../diagnostics/suggest.ts';

/** Runs git in one folder and gives what it prints; fails as `execFile` does, with `stderr`. */
export type Git = (...parameters: readonly string[]) => Promise<string>;

/** Of another repository than the folder's: set while git runs a hook. */
const foreign = new Set([
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_PREFIX',
  'GIT_COMMON_DIR',
  'GIT_NAMESPACE',
  'GIT_OBJECT_DIRECTORY',
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_SHALLOW_FILE',
]);

/** Nothing that a repository's files or settings name is run, whatever they say. */
const harmless = [
  '--no-pager',
  ...['-c', 'core.fsmonitor=false'],
  ...['-c', 'core.hooksPath=/dev/null'],
  // A folder of the work tree that looks like a repository is none.
  ...['-c', 'safe.bareRepository=explicit'],
];

/** Reads only: no hooks, no network, no questions, no locks. A ref must not begin with a dash: see `isOption`. */
export function gitIn(folder: string): Git {
  return async (...parameters) => {
    const options = { env: environment(), maxBuffer: 2 ** 28 };
    const { stdout } = await promisify(execFile)('git', ['-C', folder, ...harmless, ...parameters], options);
    return stdout;
  };
}

/**
 * The contents of blobs by their ids, as they are stored, read by one process. Those that the repository does not hold
 * are left out.
 */
export async function readBlobs(folder: string, ids: readonly string[]): Promise<Map<string, Buffer>> {
  const out = await catFile(folder, '--batch', ids);
  const blobs = new Map<string, Buffer>();
  // For each id `<id> blob <bytes>`, the bytes and a line break; or `<id> missing`.
  let offset = 0;
  for (const id of ids) {
    const start = out.indexOf('\n', offset) + 1;
    const bytes = bytesIn(out.toString('latin1', offset, start - 1));
    if (bytes !== undefined) blobs.set(id, out.subarray(start, start + bytes));
    offset = bytes === undefined ? start : start + bytes + 1;
  }
  return blobs;
}

/** How many bytes blobs hold, by their ids, without reading them; those that are not there are left out. */
export async function blobSizes(folder: string, ids: readonly string[]): Promise<Map<string, number>> {
  const lines = (await catFile(folder, '--batch-check', ids)).toString('latin1').split('\n');
  return new Map(
    ids.flatMap((id, index) => {
      const bytes = bytesIn(lines[index] ?? '');
      return bytes === undefined ? [] : [[id, bytes]];
    }),
  );
}

function bytesIn(line: string): number | undefined {
  const bytes = /^\S+ blob (\d+)$/.exec(line)?.[1];
  return bytes === undefined ? undefined : Number(bytes);
}

async function catFile(folder: string, mode: '--batch' | '--batch-check', ids: readonly string[]): Promise<Buffer> {
  if (ids.length === 0) return Buffer.alloc(0);
  const git = spawn('git', ['-C', folder, ...harmless, 'cat-file', mode, '--buffer'], { env: environment() });
  const [out, said]: [Buffer[], Buffer[]] = [[], []];
  git.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  git.stderr.on('data', (chunk: Buffer) => said.push(chunk));
  // It ended before it had read all; why, its code tells.
  git.stdin.on('error', () => undefined);
  git.stdin.end(ids.map((id) => `${id}\n`).join(''));
  const code = await new Promise<number | null>((resolve, reject) => git.on('error', reject).on('close', resolve));
  const stderr = Buffer.concat(said).toString();
  if (code !== 0) throw Object.assign(new Error(`git cat-file ended with ${code}`), { stderr });
  return Buffer.concat(out);
}

function environment(): NodeJS.ProcessEnv {
  return {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.has(name))),
    LC_ALL: 'C',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    // What a partial clone lacks is missing, and not fetched; older versions of git know only the second.
    GIT_NO_LAZY_FETCH: '1',
    GIT_ALLOW_PROTOCOL: 'none',
  };
}

/** Whether git would take a ref for an option, or for more than one line. */
export function isOption(ref: string): boolean {
  return ref.startsWith('-') || /[\0\n]/.test(ref);
}

/** The commit that a branch, a tag or an expression names; undefined when git knows none of that name. */
export async function commitOf(git: Git, ref: string): Promise<string | undefined> {
  if (isOption(ref) || ref === '') return undefined;
  try {
    return (await git('rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`)).trimEnd();
  } catch (error) {
    // With --quiet git says nothing of a name that it does not know.
    if (stderrOf(error) === '') return undefined;
    throw error;
  }
}

/** Where two commits parted; undefined when they share no history, or none that is there. */
export async function mergeBase(git: Git, left: string, right: string): Promise<string | undefined> {
  try {
    return (await git('merge-base', left, right)).trimEnd();
  } catch (error) {
    if (stderrOf(error) === '') return undefined;
    throw error;
  }
}

/** A fix for a ref that git does not know. */
export async function suggestRef(git: Git, ref: string): Promise<string | undefined> {
  const known = (await git('for-each-ref', '--format=%(refname:short)')).split('\n').filter((name) => name !== '');
  return didYouMean(ref, known);
}

/** Why git cannot be asked, and what helps where that is known. Rethrows what is no failure of git's. */
export function whyNoGit(error: unknown): { readonly reason: string; readonly fix?: string } {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
    return { reason: 'git is not installed', fix: 'Install git.' };
  }
  const said = stderrOf(error);
  if (said === undefined) throw error;
  if (said.includes('not a git repository')) return { reason: 'the project lies in no git repository' };
  if (said.includes('promisor remote')) {
    return {
      reason: 'the clone is a partial one and lacks files of that commit',
      fix: 'Clone it without --filter, or fetch all: git fetch --refetch --no-filter origin',
    };
  }
  const owned = /safe\.directory (.+)$/m.exec(said)?.[1];
  if (owned !== undefined) {
    return {
      reason: 'the repository belongs to another user, and git does not open it',
      fix: `If you trust it: git config --global --add safe.directory ${owned}`,
    };
  }
  const [first = ''] = said.split('\n');
  return { reason: first === '' ? 'git cannot read it' : `git says: ${first}` };
}

/** What a failed git printed to stderr; undefined of another failure. */
export function stderrOf(error: unknown): string | undefined {
  return error instanceof Error && 'stderr' in error && typeof error.stderr === 'string'
    ? error.stderr.trim()
    : undefined;
}
