import type { RowValue } from '../warehouse/warehouse.ts';

/**
 * Rows as a CSV file for a CRM or a spreadsheet: RFC 4180, every text in quotes, lines ended by CR LF. Spreadsheets take
 * a cell for a formula that begins with = + - @ or a control character, quoted or not: such a text gets an apostrophe in
 * front, which they show as text. Numbers are written as numbers.
 */
export function crmCsv(columns: readonly string[], rows: readonly Readonly<Record<string, RowValue>>[]): string {
  const lines = rows.map((row) => columns.map((column) => cell(row[column] ?? null)).join(','));
  return [columns.join(','), ...lines].map((line) => `${line}\r\n`).join('');
}

function cell(value: RowValue): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return `"${harmless(text).replaceAll('"', '""')}"`;
}

/** Also behind blanks, which spreadsheets strip, and the full-width forms that some of them read alike. */
function harmless(text: string): string {
  return /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/u.test(text) ? `'${text}` : text;
}
