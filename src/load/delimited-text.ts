/** Delimiters that a header is tried with; a semicolon is what spreadsheets write in countries with decimal commas. */
const delimiters = [',', ';', '\t', '|'];

export interface Header {
  readonly delimiter: string;
  readonly names: readonly string[];
}

/** Splits a header line by the delimiter under which most of the wanted names, or else most names, appear. */
export function readHeader(line: string, wanted: Iterable<string>): Header {
  const known = new Set(wanted);
  let best: { header: Header; score: number } | undefined;
  for (const delimiter of delimiters) {
    const names = splitFields(line, delimiter).map((name) => name.trim());
    const score = names.filter((name) => known.has(name)).length * 1000 + names.length;
    if (best === undefined || score > best.score) best = { header: { delimiter, names }, score };
  }
  return best?.header ?? { delimiter: ',', names: [] };
}

/** The fields of one line as RFC 4180 quotes them. */
function splitFields(line: string, delimiter: string): string[] {
  const fields: string[] = [];
  let rest = line;
  for (;;) {
    const quoted = /^\s*"((?:[^"]|"")*)"\s*/.exec(rest);
    const end = quoted === null ? rest.indexOf(delimiter) : quoted[0].length;
    const length = end < 0 ? rest.length : end;
    fields.push(quoted === null ? rest.slice(0, length) : (quoted[1] ?? '').replaceAll('""', '"'));
    if (!rest.startsWith(delimiter, length)) return fields;
    rest = rest.slice(length + delimiter.length);
  }
}
