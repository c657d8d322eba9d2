import { DiagnosticsError } from '../../src/diagnostics/diagnostic.ts';

/** The problems that a piece of work must meet. */
export async function failureOf(work: Promise<unknown>): Promise<DiagnosticsError> {
  const error = await work.catch((caught: unknown) => caught);
  if (error instanceof DiagnosticsError) return error;
  throw new Error(`expected a DiagnosticsError, got ${String(error)}`);
}
