import type { Drawing } from './graph-drawing.ts';

/**
 * A drawing as a tree for a terminal: under each model what it reads, the ends of the flow first. A model that was
 * drawn before is not drawn out again; what is not of the selection stands in one line.
 */
export function drawText({ nodes, edges }: Drawing): string {
  const isSelected = new Set(nodes.filter(({ selected }) => selected).map(({ name }) => name));
  const reads = new Map<string, string[]>();
  for (const { from, to } of edges) reads.set(to, [...(reads.get(to) ?? []), from]);
  const isRead = new Set(edges.map(({ from }) => from));
  const drawn = new Set<string>();
  const lines: string[] = [];
  let hasRepeats = false;

  const draw = (name: string, first: string, rest: string): void => {
    const all = reads.get(name) ?? [];
    const isRepeat = drawn.has(name) && all.length > 0;
    hasRepeats ||= isRepeat;
    lines.push(`${first}${name}${isRepeat ? ' ↑' : ''}`);
    if (isRepeat) return;
    drawn.add(name);
    const below = all.filter((read) => isSelected.has(read));
    const ends = all.filter((read) => !isSelected.has(read));
    if (ends.length > 0) lines.push(`${rest}${below.length > 0 ? '│' : ' '} ← ${ends.join(', ')}`);
    for (const [index, read] of below.entries()) {
      const isLast = index === below.length - 1;
      draw(read, `${rest}${isLast ? '└─ ' : '├─ '}`, `${rest}${isLast ? '   ' : '│  '}`);
    }
  };

  for (const name of isSelected) if (!isRead.has(name)) draw(name, '', '');
  if (hasRepeats) lines.push('', '↑ shown above');
  return lines.map((line) => `${line.trimEnd()}\n`).join('');
}
