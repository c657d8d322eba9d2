import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Audience } from './sheets.ts';

/** A verdict for people: `overdue`, `self booked`. Of what only the head's models know, counts hold `other`. */
export function verdict(name: string): string {
  if (name === 'none') return 'none promised';
  return name === 'other' ? 'another verdict' : name.replaceAll('_', ' ');
}

/** Agreement and clause; a dash where nothing is promised. */
export function clause(name: string | null): string {
  return name === 'other' ? 'another clause' : (name ?? '–');
}

/**
 * Whether a column's name may be told. The SQL of the head may have made it of data: what is posted holds those that look
 * like what people call a column, and counts the others.
 */
export function isTold(column: string, audience: Audience): boolean {
  return audience === 'local' || /^[A-Za-z_][A-Za-z0-9_]{0,62}$/.test(column);
}

/** A type of DuckDB; the values of an enumeration and the names in a structure are left out of what is posted. */
export function typeName(type: string | null, audience: Audience): string {
  if (type === null) return 'not there';
  if (audience === 'local' || /^[A-Z][A-Z0-9_ ]*(\(\d+(,\s*\d+)?\))?(\[\d*\])*$/.test(type)) return type;
  return `${/^[A-Z]+/.exec(type)?.[0] ?? 'another type'}(…)`;
}

/** Problems of a run as anybody may read them, in a log as in a comment: what they say may hold data. */
export function withoutMessages(problems: readonly Diagnostic[]): Diagnostic[] {
  return problems.map(({ code, severity, file, line }) => ({
    code,
    severity,
    message: 'the build fails; what it says may hold data and is not shown here',
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
    fix: 'Run "handover diff" with its terminal format on a machine that has the data.',
  }));
}
