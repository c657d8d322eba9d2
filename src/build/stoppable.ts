import { DiagnosticsError } from '../diagnostics/diagnostic.ts';
import type { Progress } from '../diagnostics/progress.ts';

/** Progress whose tasks do not begin, and do not end well, once a signal has asked to stop. */
export function stoppable(progress: Progress, signal: AbortSignal | undefined): Progress {
  if (signal === undefined) return progress;
  return {
    async task(title, work, summary) {
      if (signal.aborted) throw stopped();
      try {
        return await progress.task(title, work, summary);
      } catch (error) {
        throw signal.aborted ? stopped() : error;
      }
    },
  };
}

/** What a person is told who asked to stop. */
export function stopped(): DiagnosticsError {
  return new DiagnosticsError(
    [
      {
        code: 'interrupted',
        severity: 'error',
        message: 'stopped before it was done; what was published stays as it was',
        fix: 'Run it again: it goes on from what was done.',
      },
    ],
    'interrupted',
  );
}
