import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import { BreachLogRow, columns, required } from './breach-log-row.ts';
import { csvLines } from './csv-lines.ts';
import type { Place, SourceText } from './yaml-file.ts';

/** Why a promise to a lead was broken and what is done about it: a line of metrics/breaches/*.csv. */
export interface BreachLogEntry {
  readonly leadId: string;
  /** The id of the promise that was broken, such as first_response. */
  readonly clause: string;
  /** YYYY-MM-DD on which it was due, in the agreement's zone; left out: the lead's only breach of the clause. */
  readonly dueOn?: string;
  readonly cause: string;
  readonly action?: string;
  /** A role, or the id of an owner in the CRM; never a name. */
  readonly responsible?: string;
  /** YYYY-MM-DD */
  readonly closedOn?: string;
  readonly place: Place;
}

/** Reads one file of the breach log; every mistake is added to `problems` with its line. */
export function readBreachLog(file: SourceText, problems: Diagnostic[]): BreachLogEntry[] {
  const delimiter = breachDelimiter(file.text);
  const [header, ...lines] = csvLines(file.text, delimiter);
  const names = (header?.cells ?? []).map((name) => name?.trim() ?? '');
  const at = (above: number): Place => ({ file: file.path, line: above + 1, column: 1, source: file.text });
  if (!checkHeader(names, at(header?.above ?? 0), problems)) return [];
  return lines.flatMap(({ cells, above }) => {
    const row = new BreachLogRow({ names, delimiter }, cells, at(above), problems);
    return row.read() ?? [];
  });
}

/** Spreadsheets write semicolons in countries with decimal commas. */
export function breachDelimiter(text: string): ',' | ';' {
  const [header = ''] = text.split('\n', 1);
  return header.includes(';') && !header.includes(',') ? ';' : ',';
}

function checkHeader(names: readonly string[], place: Place, problems: Diagnostic[]): boolean {
  const before = problems.length;
  for (const [index, name] of names.entries()) {
    const isKnown = columns.some((column) => column === name);
    if (isKnown && names.indexOf(name) === index) continue;
    const fix = isKnown ? 'Remove one of the two.' : didYouMean(name, columns);
    problems.push({
      code: isKnown ? 'duplicate-column' : 'unknown-column',
      severity: 'error',
      message: isKnown ? `a second column "${name}"` : `unknown column "${name}"`,
      ...place,
      expected: columns.join(','),
      ...(fix === undefined ? {} : { fix }),
    });
  }
  for (const name of required.filter((column) => !names.includes(column))) {
    const message = `no column "${name}"`;
    problems.push({ code: 'missing-column', severity: 'error', message, ...place, expected: columns.join(',') });
  }
  return problems.length === before;
}
