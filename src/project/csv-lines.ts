/** A line of CSV; one that spans several lines of the text begins on the first of them. */
export interface CsvLine {
  /** Null where there is nothing; "" is an empty text. */
  readonly cells: readonly (string | null)[];
  /** Lines of the text before it. */
  readonly above: number;
}

/** RFC 4180, blank lines left out. */
export function csvLines(text: string, delimiter: ',' | ';' = ','): CsvLine[] {
  const lines: CsvLine[] = [];
  let cells: (string | null)[] = [];
  let [above, start] = [0, 0];
  const cell = new RegExp(`(?:"((?:[^"]|"")*)"|([^${delimiter}\\n\\r]*))(${delimiter}|\\r?\\n|$)`, 'g');
  for (const [all, quoted, plain = '', end] of text.matchAll(cell)) {
    cells.push(quoted === undefined ? plain || null : quoted.replaceAll('""', '"'));
    above += all.split('\n').length - 1;
    if (end === delimiter) continue;
    if (cells.some((value) => value !== null)) lines.push({ cells, above: start });
    [cells, start] = [[], above];
  }
  return lines;
}
