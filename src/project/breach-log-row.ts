import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { BreachLogEntry } from './breach-log.ts';
import { isLocalDate } from './opening-hours.ts';
import { holdsPersonalData } from './personal-data.ts';
import type { Place } from './yaml-file.ts';

export const required = ['lead_id', 'clause', 'cause'] as const;
export const columns = ['lead_id', 'clause', 'due_on', 'cause', 'action', 'responsible', 'closed_on'] as const;
type Column = (typeof columns)[number];

/** One line of a breach log; what is wrong with it is added to `problems`. */
export class BreachLogRow {
  constructor(
    private readonly header: { readonly names: readonly string[]; readonly delimiter: ',' | ';' },
    private readonly cells: readonly (string | null)[],
    private readonly place: Place,
    private readonly problems: Diagnostic[],
  ) {}

  read(): BreachLogEntry | undefined {
    const before = this.problems.length;
    if (!this.checkWidth()) return undefined;
    const [leadId, clause, cause] = required.map((column) => this.required(column));
    const dueOn = this.date('due_on');
    const closedOn = this.date('closed_on');
    const [action, responsible] = [this.value('action'), this.value('responsible')];
    if (dueOn !== undefined && closedOn !== undefined) this.checkOrder(dueOn, closedOn);
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
    const text = this.cells[this.header.names.indexOf(column)]?.trim() ?? '';
    return text === '' ? undefined : text;
  }

  private required(column: (typeof required)[number]): string | undefined {
    const value = this.value(column);
    if (value === undefined) this.report('missing-value', `no ${column}`, explained[column]);
    return value;
  }

  private date(column: 'due_on' | 'closed_on'): string | undefined {
    const value = this.value(column);
    if (value !== undefined && !isLocalDate(value)) {
      this.report('invalid-date', `${column}: "${value}" is not a date`, 'a date such as 2026-12-24');
    }
    return value;
  }

  private checkOrder(dueOn: string, closedOn: string): void {
    if (!isLocalDate(dueOn) || !isLocalDate(closedOn) || dueOn <= closedOn) return;
    this.report('dates-out-of-order', `closed_on ${closedOn} is before due_on ${dueOn}`, 'a date on or after due_on');
  }

  /** Cells of a line of another width stand under the wrong names: nothing else is said of it. */
  private checkWidth(): boolean {
    const { names, delimiter } = this.header;
    const [found, expected] = [this.cells.length, names.length];
    if (this.cells.some((cell) => this.isOpenQuote(cell))) {
      this.problems.push({
        code: 'invalid-value',
        severity: 'error',
        message: 'a text that begins with a quote and does not end with one',
        ...this.place,
        fix: 'Put the second quote where the text ends; write a quote inside it twice.',
      });
      return false;
    }
    if (found === expected) return true;
    this.problems.push({
      code: 'invalid-value',
      severity: 'error',
      message: `a line with ${found} ${found === 1 ? 'cell' : 'cells'}`,
      ...this.place,
      expected: `${expected}, as in the header: ${names.join(delimiter)}`,
      fix: this.widthFix(delimiter),
    });
    return false;
  }

  /** The line as it is in the file; of one that spans several, the first. */
  private written(): string {
    return this.place.source.split(/\r?\n/)[this.place.line - 1] ?? '';
  }

  /** A quote that stands in the file as it does in the cell is none that CSV takes away. */
  private isOpenQuote(cell: string | null): boolean {
    const { delimiter } = this.header;
    return cell?.startsWith('"') === true && `${delimiter}${this.written()}`.includes(`${delimiter}${cell}`);
  }

  private widthFix(delimiter: ',' | ';'): string {
    const words = delimiter === ',' ? ['commas', 'semicolons', 'comma'] : ['semicolons', 'commas', 'semicolon'];
    if (this.written().split(delimiter === ',' ? ';' : ',').length === this.header.names.length) {
      return `The header has ${words[0]}, this line ${words[1]}.`;
    }
    return `Put a text that holds a ${words[2]} in double quotes.`;
  }

  /** The log is published with the breaches: no more may be known of a person there than a role or an id. */
  private checkPersonal(column: 'cause' | 'action' | 'responsible'): void {
    if (!holdsPersonalData(this.value(column) ?? '')) return;
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
