import type { Diagnostic } from '../diagnostics/diagnostic.ts';

/** What is wrong with a whole file; its text is data and never shown as a snippet. */
export function fileProblem(
  code: string,
  file: string,
  message: string,
  more: { line?: number; expected?: string; fix?: string | undefined } = {},
): Diagnostic {
  const { fix, ...rest } = more;
  return { code, severity: 'error', message, file, ...rest, ...(fix === undefined ? {} : { fix }) };
}
