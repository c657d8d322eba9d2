import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { csvLines } from './csv-lines.ts';
import type { TestRow } from './test-file.ts';
import type { Place } from './yaml-file.ts';

/** The rows of CSV text that stands in a YAML file; `place` is that of the text's `|`. */
export function readCsvRows(text: string, place: Place, problems: Diagnostic[]): TestRow[] {
  const [header, ...lines] = csvLines(text);
  const columns = (header?.cells ?? []).map((cell) => (typeof cell === 'string' ? cell.trim() : ''));
  return lines.flatMap(({ cells, above }) => {
    const at = (): Place => placeOfLine(place, above);
    if (cells.length !== columns.length) {
      problems.push({
        code: 'invalid-value',
        severity: 'error',
        message: `a line of CSV with ${cells.length} ${cells.length === 1 ? 'cell' : 'cells'}`,
        ...at(),
        expected: `${columns.length}, as in the header: ${columns.join(',')}`,
        fix: 'Put a text that holds a comma in double quotes.',
      });
      return [];
    }
    return [{ values: new Map(columns.map((column, index) => [column, cells[index] ?? null])), at }];
  });
}

/** A block's first line stands below its `|`; text on the key's own line is all there is. */
function placeOfLine(place: Place, above: number): Place {
  const isBlock = /^[|>]/.test(place.source.split('\n')[place.line - 1]?.slice(place.column - 1) ?? '');
  if (!isBlock) return place;
  const line = place.line + 1 + above;
  const column = (place.source.split('\n')[line - 1]?.search(/\S/) ?? 0) + 1;
  return { ...place, line, column: Math.max(1, column) };
}
