import { codeFrameColumns } from '@babel/code-frame';
import { createColors } from 'picocolors';
import type { Diagnostic } from './diagnostic.ts';

/**
 * A diagnostic as a person reads it: what and where on the first line, then the line of the file with a caret, then
 * what was expected and how to fix it.
 */
export function formatDiagnostic(diagnostic: Diagnostic, options: { color: boolean }): string {
  const colors = createColors(options.color);
  const tint = diagnostic.severity === 'error' ? colors.red : colors.yellow;
  const place = placeOf(diagnostic);
  const lines = [
    `${tint(diagnostic.severity)} ${place === '' ? '' : `${colors.bold(place)} `}${diagnostic.message} ${colors.dim(`[${diagnostic.code}]`)}`,
  ];
  const frame = frameOf(diagnostic);
  if (frame !== undefined) lines.push(indent(frame));
  if (diagnostic.expected !== undefined) lines.push(`  ${colors.dim('expected:')} ${diagnostic.expected}`);
  if (diagnostic.fix !== undefined) lines.push(`  ${colors.dim('fix:')} ${diagnostic.fix}`);
  return lines.join('\n');
}

/** All of them, errors last so that they are what stays on the screen, with a line that counts them. */
export function formatDiagnostics(diagnostics: readonly Diagnostic[], options: { color: boolean }): string {
  const warnings = diagnostics.filter((diagnostic) => diagnostic.severity === 'warning');
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === 'error');
  const blocks = [...warnings, ...errors].map((diagnostic) => formatDiagnostic(diagnostic, options));
  const counts = [count(errors.length, 'error'), count(warnings.length, 'warning')].filter((text) => text !== '');
  return [...blocks, ...(diagnostics.length > 1 ? [counts.join(', ')] : [])].join('\n');
}

function placeOf({ file, line, column }: Diagnostic): string {
  return [file, file === undefined ? undefined : line, column].filter((part) => part !== undefined).join(':');
}

function frameOf({ source, line, column }: Diagnostic): string | undefined {
  if (source === undefined || line === undefined || source.split('\n')[line - 1] === undefined) return undefined;
  const start = column === undefined ? { line } : { line, column };
  return codeFrameColumns(source, { start }, { linesAbove: 1, linesBelow: 0, highlightCode: false });
}

function indent(text: string): string {
  return text.replace(/^/gm, '  ');
}

function count(number: number, noun: string): string {
  return number === 0 ? '' : `${number} ${noun}${number === 1 ? '' : 's'}`;
}
