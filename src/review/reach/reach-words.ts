const word = /[\p{L}\p{N}_$]+/gu;

/** Every word of a text in lower case, whatever it is there: a name, a keyword, part of a string or of a comment. */
export function wordsOf(text: string): ReadonlySet<string> {
  return new Set(text.toLowerCase().match(word) ?? []);
}

/**
 * Whether SQL may name one of these: its name stands in the text as a word. May be wrong in saying yes (the word may be
 * part of a string), never in saying no, and needs no parser.
 */
export function mayName(sql: string, names: Iterable<string>): boolean {
  const text = sql.toLowerCase();
  const words = wordsOf(text);
  for (const name of names) {
    const wanted = name.toLowerCase();
    const isPlain = wanted.match(word)?.[0] === wanted;
    // Of a name that takes quotes: quotes within it are doubled.
    if (isPlain ? words.has(wanted) : text.includes(wanted.replaceAll('"', '""'))) return true;
  }
  return false;
}
