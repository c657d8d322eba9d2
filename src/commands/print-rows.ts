import Table from 'cli-table3';
import type { Row, RowValue } from '../warehouse/warehouse.ts';
import type { Format } from './options.ts';

/** Rows as text for stdout: aligned for people, JSON or CSV (RFC 4180) for programs. Ends with a line break. */
export function formatRows(columns: readonly string[], rows: readonly Row[], format: Format): string {
  if (format === 'json') return `${JSON.stringify(rows, null, 2)}\n`;
  if (format === 'csv') {
    const lines = rows.map((row) => columns.map((column) => csvCell(row[column] ?? null)).join(','));
    return `${[columns.map(csvCell).join(','), ...lines].join('\n')}\n`;
  }
  const numeric = columns.map((column) => rows.some((row) => typeof row[column] === 'number'));
  const table = new Table({
    head: [...columns],
    style: { head: [], border: [], compact: true },
    colAligns: numeric.map((isNumeric) => (isNumeric ? 'right' : 'left')),
  });
  for (const row of rows) table.push(columns.map((column) => tableCell(row[column] ?? null)));
  return `${table.toString()}\n`;
}

function tableCell(value: RowValue): string {
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
  return plainText(value);
}

function csvCell(value: RowValue): string {
  const text = plainText(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function plainText(value: RowValue): string {
  if (value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
