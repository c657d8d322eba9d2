/** A part of the text that can be had shorter. */
export interface Piece {
  /** What comes before its rows and after them, with line breaks. */
  readonly open: string;
  readonly close: string;
  readonly rows: readonly { readonly text: string; readonly counts: number }[];
  /** What there is to count, whether or not it is among `rows`. */
  readonly total: number;
  /** Letters that are its own however long the others are. */
  readonly floor: number;
  /** What is said instead of rows that are left out, at the end or, where none is shown, alone. */
  more(left: number, isAlone: boolean): string;
}

/**
 * All pieces one after another, in at most `limit` letters as long as their floors are. First each gets its floor, then
 * what others did not need goes round in their order, so that rows go from the bottom of the least important first. No
 * row is ever cut. Pure.
 */
export function withinLimit(pieces: readonly Piece[], limit: number): string {
  const full = pieces.map(textOf);
  const floors = pieces.map(({ floor }, index) => Math.min(full[index]?.length ?? 0, floor));
  let spare = limit - floors.reduce((sum, size) => sum + size, 0);
  const shown = pieces.map((piece, index) => {
    const [text, floor] = [full[index] ?? '', floors[index] ?? 0];
    const extra = Math.max(0, Math.min(text.length - floor, spare));
    spare -= extra;
    return text.length === floor + extra ? text : textOf(shortened(piece, floor + extra));
  });
  return shown.join('');
}

/** As many of the first rows as fit into so many letters. */
function shortened(piece: Piece, most: number): Piece {
  let letters =
    piece.open.length +
    piece.close.length +
    Math.max(piece.more(piece.total, false).length, piece.more(piece.total, true).length);
  const kept = piece.rows.findIndex(({ text }) => {
    letters += text.length;
    return letters > most;
  });
  return { ...piece, rows: kept === -1 ? piece.rows : piece.rows.slice(0, kept) };
}

function textOf({ open, close, rows, total, more }: Piece): string {
  const left = total - rows.reduce((sum, { counts }) => sum + counts, 0);
  return `${open}${rows.map(({ text }) => text).join('')}${left > 0 ? more(left, rows.length === 0) : ''}${close}`;
}
