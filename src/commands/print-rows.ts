import Table from 'cli-table3';
import type { Row, RowValue } from '../warehouse/warehouse.ts';
import type { Format } from './options.ts';

/**
 * Rows as text for stdout: aligned for people, JSON or CSV (RFC 4180) for programs, a GitHub table for a page. Ends with
 * a line break. `right` names columns of text that stand to the right as numbers do.
 */
export function formatRows(
  columns: readonly string[],
  rows: readonly Row[],
  format: Format,
  right: ReadonlySet<string> = new Set(),
): string {
  if (format === 'json') return `${JSON.stringify(rows, null, 2)}\n`;
  if (format === 'csv') {
    const lines = rows.map((row) => columns.map((column) => csvCell(row[column] ?? null)).join(','));
    return `${[columns.map(csvCell).join(','), ...lines].join('\n')}\n`;
  }
  const isRight = (column: string) => right.has(column) || rows.some((row) => typeof row[column] === 'number');
  const cells = rows.map((row) => columns.map((column) => tableCell(row[column] ?? null)));
  const aligns = columns.map((column) => (isRight(column) ? ('right' as const) : ('left' as const)));
  return format === 'markdown' ? markdownTable(columns, cells, aligns) : terminalTable(columns, cells, aligns);
}

type Align = 'left' | 'right';

function terminalTable(columns: readonly string[], rows: readonly string[][], aligns: readonly Align[]): string {
  const table = new Table({
    head: [...columns],
    style: { head: [], border: [], compact: true },
    colAligns: [...aligns],
  });
  table.push(...rows);
  return `${table.toString()}\n`;
}

function markdownTable(columns: readonly string[], rows: readonly string[][], aligns: readonly Align[]): string {
  const head = columns.map(markdownCell);
  const body = rows.map((row) => row.map(markdownCell));
  const widths = head.map((name, index) => Math.max(3, name.length, ...body.map((row) => row[index]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, index) => pad(cell, widths[index] ?? 0, aligns[index])).join(' | ')} |`;
  const rule = widths.map((width, index) =>
    aligns[index] === 'right' ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width),
  );
  return `${[line(head), line(rule), ...body.map(line)].join('\n')}\n`;
}

function pad(cell: string, width: number, align: Align | undefined): string {
  return align === 'right' ? cell.padStart(width) : cell.padEnd(width);
}

/** A bar would end the cell, a line break the row, and `<` begin a tag. */
function markdownCell(text: string): string {
  return text.replaceAll(/[\\|]/g, '\\$&').replaceAll('<', '&lt;').replaceAll(/\r?\n/g, '<br>');
}

function tableCell(value: RowValue): string {
  return typeof value === 'number' && !Number.isInteger(value) ? fewDigits(value) : plainText(value);
}

/** Six digits are enough for people, and of a large number two behind the point: the whole part is never rounded away. */
function fewDigits(value: number): string {
  return String(Number(Math.abs(value) < 10_000 ? value.toPrecision(6) : value.toFixed(2)));
}

function csvCell(value: RowValue): string {
  const text = plainText(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function plainText(value: RowValue): string {
  if (value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
