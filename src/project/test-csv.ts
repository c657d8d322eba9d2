import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { TestRow, TestValue } from './test-file.ts';
import type { Place } from './yaml-file.ts';

interface CsvLine {
  readonly cells: readonly TestValue[];
  /** Lines of the text before it. */
  readonly above: number;
}

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

/** RFC 4180, blank lines left out. A cell with nothing in it is null, "" an empty text. */
function csvLines(text: string): CsvLine[] {
  const lines: CsvLine[] = [];
  let cells: TestValue[] = [];
  let [above, start] = [0, 0];
  for (const [all, quoted, plain = '', end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^,\n\r]*))(,|\r?\n|$)/g)) {
    cells.push(quoted === undefined ? plain || null : quoted.replaceAll('""', '"'));
    above += all.split('\n').length - 1;
    if (end === ',') continue;
    if (cells.some((cell) => cell !== null)) lines.push({ cells, above: start });
    [cells, start] = [[], above];
  }
  return lines;
}

/** A block's first line stands below its `|`; text on the key's own line is all there is. */
function placeOfLine(place: Place, above: number): Place {
  const isBlock = /^[|>]/.test(place.source.split('\n')[place.line - 1]?.slice(place.column - 1) ?? '');
  if (!isBlock) return place;
  const line = place.line + 1 + above;
  const column = (place.source.split('\n')[line - 1]?.search(/\S/) ?? 0) + 1;
  return { ...place, line, column: Math.max(1, column) };
}
