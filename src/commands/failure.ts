import { DiagnosticsError, type FailureKind } from '../diagnostics/diagnostic.ts';

/**
 * Says on stderr what went wrong and tells whose fault it is. A stack trace appears only with --debug: what is expected
 * to go wrong has a place and a fix, and the rest a sentence.
 */
export async function printFailure(
  error: unknown,
  process: { stderr: NodeJS.WriteStream; argv: readonly string[]; env: NodeJS.ProcessEnv },
): Promise<FailureKind> {
  const isDebug = process.argv.includes('--debug');
  const color = useColor(process);
  if (error instanceof DiagnosticsError) {
    const { formatDiagnostics } = await import('../diagnostics/print.ts');
    process.stderr.write(`${formatDiagnostics(error.diagnostics, { color })}\n`);
    if (isDebug) process.stderr.write(`${error.stack}\n`);
    return error.kind;
  }
  const system = systemReason(error);
  const message = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  process.stderr.write(
    system === undefined
      ? `error unexpected failure: ${message} [bug]\n  fix: Please report it with what --debug prints.\n`
      : `error ${system}: ${message} [environment]\n`,
  );
  if (isDebug && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return 'environment';
}

/** Colour on a terminal that wants it (see no-color.org), and not with --no-color. */
export function useColor(process: {
  stderr: NodeJS.WriteStream;
  argv: readonly string[];
  env: NodeJS.ProcessEnv;
}): boolean {
  return process.stderr.isTTY === true && !process.argv.includes('--no-color') && !process.env.NO_COLOR;
}

function systemReason(error: unknown): string | undefined {
  // Models and contracts say themselves which of them needed too much.
  const kind = error instanceof Error && 'kind' in error ? String(error.kind) : '';
  if (kind.toLowerCase() === 'out of memory') return 'memory ran out (give it more with --memory 8GB)';
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOSPC') return 'the disk is full';
  if (code === 'EACCES' || code === 'EPERM') return 'permission denied';
  if (code === 'EADDRINUSE') return 'the port is taken';
  return typeof code === 'string' && /^E[A-Z]+$/.test(code) ? 'the system refused' : undefined;
}
