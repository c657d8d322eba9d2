import { DiagnosticsError } from '../diagnostics/diagnostic.ts';
import type { SqlError } from './sql-error.ts';

/**
 * Nobody's fault: what is done (`while`) needs more than fits in memory, and not all of it can lie on disk meanwhile.
 * Undefined when the error is another one.
 */
export function outOfMemory(error: SqlError, what: { while: string; file: string }): DiagnosticsError | undefined {
  if (error.kind.toLowerCase() !== 'out of memory') return undefined;
  const [headline = ''] = error.message.split('\n');
  return new DiagnosticsError(
    [
      {
        code: 'out-of-memory',
        severity: 'error',
        message: `memory ran out while ${what.while}: ${headline}`,
        file: what.file,
        fix: wayOut(error.message),
      },
    ],
    'environment',
  );
}

/** What to do about an out-of-memory message of DuckDB's. */
export function wayOut(message: string): string {
  if (/max_temp_directory_size/.test(message)) {
    return 'What does not fit in memory lies beside the work file: free some of that disk, and run it again.';
  }
  const [, limit, unit] = /([\d.]+) ([MG])iB used\)/.exec(message) ?? [];
  const gigabytes = limit === undefined ? 4 : (Number(limit) * (unit === 'G' ? 2 ** 30 : 2 ** 20)) / 1e9;
  return `Give it more with --memory ${Math.ceil(2 * gigabytes)}GB, and run it again: it goes on from what was done.`;
}
