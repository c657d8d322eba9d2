/** A word, text or sign of SQL with its place in characters of the whole. */
interface SqlPiece {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Texts and quoted names are one piece whatever they hold, so that a semicolon in them ends nothing. */
const piece =
  /--[^\n]*|\/\*(?:[\s\S]*?\*\/|[\s\S]*$)|(?<!\w)e'(?:[^'\\]|\\[\s\S]|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\w*)\$[\s\S]*?\$\1\$|\w+|\S/giu;

/** The pieces of a text, less space and comments. Pure. */
function sqlPieces(sql: string): SqlPiece[] {
  return [...sql.matchAll(piece)]
    .map(({ 0: text, index: start }) => ({ text, start, end: start + text.length }))
    .filter(({ text }) => !text.startsWith('--') && !text.startsWith('/*'));
}

/** A select without the semicolon that closes it and the comments after that: it is to stand inside another. Pure. */
export function withoutEnd(sql: string): string {
  const pieces = sqlPieces(sql);
  const closing = pieces[pieces.findLastIndex(({ text }) => text !== ';') + 1];
  return (closing === undefined ? sql : sql.slice(0, closing.start)).trimEnd();
}

/** Where a name first stands, in quotes or without, in characters; undefined where it does not. Pure. */
export function placeOfName(sql: string, name: string): number | undefined {
  const written = new Set([name.toLowerCase(), `"${name.toLowerCase()}"`]);
  return sqlPieces(sql).find(({ text }) => written.has(text.toLowerCase()))?.start;
}

/** Where the statement of that number (from 0) begins, in bytes; undefined when there is none. Pure. */
export function startOfStatement(sql: string, number: number): number | undefined {
  const starts = sqlPieces(sql).filter(
    ({ text }, index, pieces) => text !== ';' && (pieces[index - 1]?.text ?? ';') === ';',
  );
  const start = starts[number]?.start;
  return start === undefined ? undefined : Buffer.byteLength(sql.slice(0, start));
}
