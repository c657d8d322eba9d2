import type { Column } from '../review/words/sheet.ts';
import { formatRows } from './print-rows.ts';

/** What most terminals show, less a little. */
const widest = 118;
const narrowestColumn = 10;
/** A border and a space at either side. */
const aroundCell = 3;

/** Rows of text as a table that a terminal of 120 columns holds: of the widest columns the cells go over several lines. */
export function formatNarrow(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const widths = narrowed(
    columns.map(({ name }, index) => widthOf([name, ...rows.map((cells) => cells[index] ?? '')])),
  );
  const names = columns.map(({ name }, index) => wrapped(name, widths[index] ?? widest));
  const objects = rows.map((cells) =>
    Object.fromEntries(names.map((name, index) => [name, wrapped(cells[index] ?? '', widths[index] ?? widest)])),
  );
  const right = new Set(names.filter((_, index) => columns[index]?.isNumber));
  return formatRows(names, objects, 'table', right).trimEnd();
}

function widthOf(cells: readonly string[]): number {
  return cells.reduce((width, cell) => Math.max(width, cell.length), 0);
}

/** Takes from the widest until all fit. */
function narrowed(widths: readonly number[]): readonly number[] {
  const result = widths.map((width) => Math.min(width, widest));
  const room = widest - 1 - aroundCell * widths.length;
  for (let over = result.reduce((sum, width) => sum + width, 0) - room; over > 0; over--) {
    const most = Math.max(...result);
    if (most <= narrowestColumn) break;
    result[result.indexOf(most)] = most - 1;
  }
  return result;
}

/** Breaks between words, and in a word that is too long by itself. */
function wrapped(text: string, width: number): string {
  const pieces = text.split(' ').flatMap((word) => word.match(new RegExp(`.{1,${width}}`, 'gu')) ?? []);
  const lines: string[] = [];
  for (const piece of pieces) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + piece.length <= width) lines[lines.length - 1] = `${last} ${piece}`;
    else lines.push(piece);
  }
  return lines.join('\n');
}
