import type { Acknowledgement, InputLine, PublishedLine } from './ledger.ts';
import { acknowledgementColumns } from './ledger-acknowledgements.ts';
import { inputColumns } from './ledger-inputs.ts';
import { publishedColumns } from './ledger-published.ts';

type Cell = string | number | boolean | null;

/** The file of a period: its lines in order of metric, the same bytes for the same values. */
export function publishedText(lines: readonly Omit<PublishedLine, 'place'>[]): string {
  const sorted = [...lines].sort((left, right) => (left.metric < right.metric ? -1 : 1));
  const rows = sorted.map((line): Cell[] => [
    ...[line.metric, line.version, line.value, line.numerator, line.denominator, line.target],
    ...[line.status, line.isFinal, line.asOf],
  ]);
  return csv(publishedColumns, rows);
}

/** Lines for inputs.csv, without the header. */
export function inputText(lines: readonly Omit<InputLine, 'place'>[]): string {
  return lines.map(({ period, kind, name, hash }) => csvLine([period, kind, name, hash])).join('');
}

/** Lines for restatements.csv, without the header. */
export function acknowledgementText(entries: readonly Omit<Acknowledgement, 'place'>[]): string {
  return entries
    .map((entry) =>
      csvLine([
        ...[entry.period, entry.metric, entry.version, entry.fromValue, entry.toValue, entry.toStatus],
        ...[entry.reason, entry.by, entry.on],
      ]),
    )
    .join('');
}

export const inputHeader = csvLine(inputColumns);
export const acknowledgementHeader = csvLine(acknowledgementColumns);

function csv(columns: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [columns, ...rows].map(csvLine).join('');
}

function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(cellText).join(',')}\n`;
}

/** Numbers in the fewest digits that read back as the same number; minus zero as zero. */
function cellText(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell !== 'string') return String(cell);
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
