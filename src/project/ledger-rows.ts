import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { csvLines } from './csv-lines.ts';
import { isLocalDate } from './opening-hours.ts';
import { type Place, type SourceText, startOf } from './yaml-file.ts';

/** What to do where the ledger is not as the tool wrote it. */
export const restoreLine = 'Restore the file from git: what was published stays as it was.';

/**
 * The lines of a file of the ledger, each under the header's names. They are written by the tool: another header, or a line
 * of another width, is a problem of the file.
 */
export function ledgerRows<C extends string>(
  file: SourceText,
  columns: readonly C[],
  problems: Diagnostic[],
): LedgerRow<C>[] {
  const [header, ...lines] = csvLines(file.text);
  const expected = columns.join(',');
  if (header?.cells.join(',') !== expected) {
    problems.push({
      code: 'invalid-header',
      severity: 'error',
      message: 'not a file that "handover publish" wrote',
      ...startOf(file),
      expected: `the header ${expected}`,
      fix: restoreLine,
    });
    return [];
  }
  return lines.flatMap(({ cells, above }) => {
    const place: Place = { file: file.path, line: above + 1, column: 1, source: file.text };
    if (cells.length === columns.length) return [new LedgerRow(columns, cells, place, problems)];
    problems.push({
      code: 'invalid-value',
      severity: 'error',
      message: `a line with ${cells.length} ${cells.length === 1 ? 'cell' : 'cells'}`,
      ...place,
      expected: `${columns.length}, as in the header: ${expected}`,
      fix: restoreLine,
    });
    return [];
  });
}

/** One line; what is wrong with a cell is added to the problems at its place, and read as nothing. */
export class LedgerRow<C extends string> {
  constructor(
    private readonly columns: readonly C[],
    private readonly cells: readonly (string | null)[],
    readonly place: Place,
    private readonly problems: Diagnostic[],
  ) {}

  /** Null where there is nothing. */
  optional(column: C): string | null {
    return this.cells[this.columns.indexOf(column)] || null;
  }

  text(column: C, expected: string): string {
    const value = this.optional(column);
    if (value === null) this.report(column, `no ${column}`, expected);
    return value ?? '';
  }

  /** One of a few words. */
  word<W extends string>(column: C, words: readonly W[]): W | null {
    const value = this.optional(column);
    const known = words.find((word) => word === value);
    if (value !== null && known === undefined) this.report(column, `${column}: "${value}"`, words.join(', '));
    return known ?? null;
  }

  number(column: C): number | null {
    const value = this.optional(column);
    if (value === null) return null;
    const number = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/.test(value) ? Number(value) : Number.NaN;
    if (Number.isFinite(number)) return number;
    this.report(column, `${column}: "${value}" is not a number`, 'a number such as 0.741, or nothing');
    return null;
  }

  version(column: C): number {
    const value = this.optional(column) ?? '';
    if (/^[1-9]\d{0,5}$/.test(value)) return Number(value);
    this.report(column, `${column}: "${value}" is not the version of a metric`, 'a number such as 1');
    return 0;
  }

  boolean(column: C): boolean {
    const value = this.optional(column);
    if (value !== 'true' && value !== 'false') this.report(column, `${column}: "${value ?? ''}"`, 'true or false');
    return value === 'true';
  }

  instant(column: C): string {
    const value = this.optional(column) ?? '';
    const isInstant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/.test(value) && !Number.isNaN(Date.parse(value));
    if (!isInstant)
      this.report(column, `${column}: "${value}" is not an instant`, 'an instant such as 2026-11-16T05:00:00Z');
    return value;
  }

  date(column: C): string {
    const value = this.optional(column) ?? '';
    if (!isLocalDate(value)) this.report(column, `${column}: "${value}" is not a date`, 'a date such as 2026-12-24');
    return value;
  }

  report(column: C, message: string, expected: string, fix = restoreLine): void {
    this.problems.push({
      code: 'invalid-value',
      severity: 'error',
      message,
      ...this.place,
      column: this.columnOf(column),
      expected,
      fix,
    });
  }

  /** Where the cell begins in its line, as long as no cell before it is in quotes. */
  private columnOf(column: C): number {
    const before = this.cells.slice(0, this.columns.indexOf(column));
    const line = this.place.source.split(/\r?\n/)[this.place.line - 1] ?? '';
    if (line.includes('"')) return 1;
    return before.reduce((start, cell) => start + (cell?.length ?? 0) + 1, 1);
  }
}
