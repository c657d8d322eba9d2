/** A source of whole numbers from 0 to below `limit`; the same seed gives the same numbers. */
export type Draw = (limit: number) => number;

/** Linear congruential; only the upper bits are used. */
export function drawFrom(seed: number): Draw {
  let state = seed >>> 0;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

/** A literal for a column, out of few values, so that rows often meet; `words` are texts that the query asks for. */
export function literal(type: string, draw: Draw, words: readonly string[], column = ''): string {
  if (draw(12) === 0) return 'null';
  if (type === 'VARCHAR' && /(^|_)(id|crm)$/.test(column)) return draw(3) === 0 ? "'L2'" : "'L1'";
  if (/_(no|key)$/.test(column) && !type.endsWith(')')) return `${1 + draw(2)}::${type}`;
  const struct = /^STRUCT\((.*)\)$/.exec(type)?.[1];
  if (struct !== undefined)
    return `{ ${fields(struct)
      .map(([name, of]) => `${name}: ${literal(of, draw, words)}`)
      .join(', ')} }`;
  if (type.endsWith('[]'))
    return `[${literal(type.slice(0, -2), draw, words)}, ${literal(type.slice(0, -2), draw, words)}]::${type}`;
  if (type === 'JSON') return json(draw, words);
  if (type === 'VARCHAR')
    return quoted(['L1', 'L1', 'L2', 'crm', 'crm', ...words, ...words][draw(5 + 2 * words.length)] ?? 'L1');
  if (type === 'BOOLEAN') return draw(2) === 0 ? 'true' : 'false';
  if (type.startsWith('TIMESTAMP') || type === 'DATE') {
    return `(timestamptz '2026-03-0${1 + draw(4)} 0${draw(3)}:${10 + draw(50)}:00Z')::${type}`;
  }
  return `${draw(4)}::${type}`;
}

function json(draw: Draw, words: readonly string[]): string {
  const names = ['name', 'value', 'direction', 'meeting_id', 'into', ...words].slice(0, 24);
  const chosen = names.filter(() => draw(2) === 0);
  return `${quoted(JSON.stringify(Object.fromEntries(chosen.map((name) => [name, words[draw(words.length)] ?? 'L1']))))}::json`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** `a VARCHAR, b STRUCT(c DATE, d DATE)` → names and types. */
function fields(text: string): readonly (readonly [string, string])[] {
  const parts: string[] = [];
  let [depth, start] = [0, 0];
  for (const [index, character] of [...`${text},`].entries()) {
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (character !== ',' || depth > 0) continue;
    parts.push(text.slice(start, index).trim());
    start = index + 1;
  }
  return parts.map((part) => [part.slice(0, part.indexOf(' ')), part.slice(part.indexOf(' ') + 1)]);
}
