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
        fix: 'Give it more with --memory 8GB, or free some and run it again: it goes on from what was done.',
      },
    ],
    'environment',
  );
}
