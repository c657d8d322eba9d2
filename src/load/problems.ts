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

export function notUtf8(file: string, place: { line?: number } = {}): Diagnostic {
  return fileProblem('not-utf8', file, 'is not UTF-8 text', {
    ...place,
    fix: 'Export it as UTF-8; Windows-1252 or Latin-1 letters such as æ, ø and å would be guessed wrong.',
  });
}
