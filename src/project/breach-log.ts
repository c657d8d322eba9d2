import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import { csvLines } from './csv-lines.ts';
import { isLocalDate } from './opening-hours.ts';
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

const required = ['lead_id', 'clause', 'cause'] as const;
const columns = ['lead_id', 'clause', 'due_on', 'cause', 'action', 'responsible', 'closed_on'] as const;
type Column = (typeof columns)[number];

/** Reads one file of the breach log; every mistake is added to `problems` with its line. */
export function readBreachLog(file: SourceText, problems: Diagnostic[]): BreachLogEntry[] {
  const [header, ...lines] = csvLines(file.text, breachDelimiter(file.text));
  const names = (header?.cells ?? []).map((name) => name?.trim() ?? '');
  const at = (above: number): Place => ({ file: file.path, line: above + 1, column: 1, source: file.text });
  if (!checkHeader(names, at(header?.above ?? 0), problems)) return [];
  return lines.flatMap(({ cells, above }) => {
    const row = new BreachLogRow(names, cells, at(above), problems);
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

class BreachLogRow {
  constructor(
    private readonly names: readonly string[],
    private readonly cells: readonly (string | null)[],
    private readonly place: Place,
    private readonly problems: Diagnostic[],
  ) {}

  read(): BreachLogEntry | undefined {
    const before = this.problems.length;
    this.checkWidth();
    const [leadId, clause, cause] = required.map((column) => this.required(column));
    const dueOn = this.date('due_on');
    const closedOn = this.date('closed_on');
    const [action, responsible] = [this.value('action'), this.value('responsible')];
    for (const column of ['cause', 'action', 'responsible'] as const) this.checkPersonal(column);
    if (this.problems.length > before) return undefined;
    return {
      leadId: leadId ?? '',
      clause: clause ?? '',
      ...(dueOn === undefined ? {} : { dueOn }),
      cause: cause ?? '',
      ...(action === undefined ? {} : { action }),
      ...(responsible === undefined ? {} : { responsible }),
      ...(closedOn === undefined ? {} : { closedOn }),
      place: this.place,
    };
  }

  /** Trimmed; undefined where there is nothing. */
  private value(column: Column): string | undefined {
    const text = this.cells[this.names.indexOf(column)]?.trim() ?? '';
    return text === '' ? undefined : text;
  }

  private required(column: (typeof required)[number]): string | undefined {
    const value = this.value(column);
    // Cells of a line that is too short stand for nothing.
    if (value === undefined && this.cells.length === this.names.length) {
      this.report('missing-value', `no ${column}`, explained[column]);
    }
    return value;
  }

  private date(column: 'due_on' | 'closed_on'): string | undefined {
    const value = this.value(column);
    if (value !== undefined && !isLocalDate(value)) {
      this.report('invalid-date', `${column}: "${value}" is not a date`, 'a date such as 2026-12-24');
    }
    return value;
  }

  private checkWidth(): void {
    const [found, expected] = [this.cells.length, this.names.length];
    if (found === expected) return;
    this.problems.push({
      code: 'invalid-value',
      severity: 'error',
      message: `a line with ${found} ${found === 1 ? 'cell' : 'cells'}`,
      ...this.place,
      expected: `${expected}, as in the header: ${this.names.join(',')}`,
      fix: 'Put a text that holds a comma in double quotes.',
    });
  }

  /** The log is published with the breaches: no more may be known of a person there than a role or an id. */
  private checkPersonal(column: 'cause' | 'action' | 'responsible'): void {
    if (!/[^@\s"]+@[^@\s"]+\.[A-Za-z]{2,}|\+\d{2}[ \d]{8,}/.test(this.value(column) ?? '')) return;
    this.report(
      'personal-data',
      `${column} holds an e-mail address or a telephone number`,
      column === 'responsible' ? 'a role, or the id of an owner in the CRM' : 'a text without personal data',
    );
  }

  private report(code: string, message: string, expected: string): void {
    this.problems.push({ code, severity: 'error', message, ...this.place, expected });
  }
}

const explained = {
  lead_id: 'the lead whose promise was broken, as the tables name it',
  clause: 'the id of the promise that was broken, such as first_response',
  cause: 'why it was broken, in a few words',
} as const;
