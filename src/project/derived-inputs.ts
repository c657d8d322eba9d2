/** Words that are no name where an expression has them without quotes. */
const keywords = new Set(
  'all and any as between case cast collate distinct else end false from in is not null or some then true when'.split(
    ' ',
  ),
);

interface Token {
  readonly kind: 'word' | 'quoted' | 'other';
  readonly text: string;
}

/**
 * The metrics that an SQL expression names, each once, in order of name. Nothing but names counts: no text literal,
 * comment, function, field of something, or type of a cast.
 * @param names of metrics, in lower case; SQL does not tell upper case from lower case, in quotes neither.
 */
export function derivedInputs(expression: string, names: ReadonlySet<string>): string[] {
  const tokens = tokensOf(expression);
  const found = new Set<string>();
  tokens.forEach(({ kind, text }, index) => {
    const before = tokens[index - 1];
    const isField = before?.text === '.';
    const isType = before?.text === '::' || (before?.kind === 'word' && before.text === 'as');
    const isFunction = tokens[index + 1]?.text === '(';
    const isName = kind === 'quoted' || (kind === 'word' && !keywords.has(text));
    if (isName && !isField && !isType && !isFunction && names.has(text)) found.add(text);
  });
  return [...found].sort();
}

/** Strings in quotes, E-strings and dollars; numbers, whose letters are no words; words, with and without quotes. */
const patterns: readonly { readonly kind: Token['kind']; readonly pattern: RegExp }[] = [
  { kind: 'other', pattern: /e'(?:[^'\\]|\\.|'')*'?/isy },
  { kind: 'other', pattern: /'(?:[^']|'')*'?/y },
  { kind: 'other', pattern: /\$(\w*)\$.*?(?:\$\1\$|$)/sy },
  { kind: 'quoted', pattern: /"(?:[^"]|"")*"?/y },
  { kind: 'other', pattern: /\d[\w.]*|::/y },
  { kind: 'word', pattern: /[\p{L}_][\p{L}\p{N}_$]*/uy },
  { kind: 'other', pattern: /\S/uy },
];

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let position = 0;
  while (position < text.length) {
    const gap = gapAt(text, position);
    if (gap > 0) {
      position += gap;
      continue;
    }
    const token = tokenAt(text, position);
    tokens.push(token);
    position += token.text.length;
  }
  return tokens.map((token) => ({ ...token, text: nameOf(token) }));
}

function tokenAt(text: string, position: number): Token {
  for (const { kind, pattern } of patterns) {
    pattern.lastIndex = position;
    const match = pattern.exec(text);
    if (match !== null) return { kind, text: match[0] };
  }
  return { kind: 'other', text: text.charAt(position) };
}

function nameOf({ kind, text }: Token): string {
  if (kind === 'word') return text.toLowerCase();
  return kind === 'quoted' ? text.slice(1, -1).replaceAll('""', '"').toLowerCase() : text;
}

/** How many characters of blanks or comment begin here. Comments in slashes nest. */
function gapAt(text: string, position: number): number {
  const simple = /\s+|--[^\n]*/y;
  simple.lastIndex = position;
  const match = simple.exec(text);
  if (match !== null) return match[0].length;
  if (!text.startsWith('/*', position)) return 0;
  let depth = 0;
  const mark = /\/\*|\*\//g;
  mark.lastIndex = position;
  for (let found = mark.exec(text); found !== null; found = mark.exec(text)) {
    depth += found[0] === '/*' ? 1 : -1;
    if (depth === 0) return mark.lastIndex - position;
  }
  return text.length - position;
}
