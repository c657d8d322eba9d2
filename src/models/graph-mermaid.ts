import type { Drawing, DrawnNode } from './graph-drawing.ts';

/** Mermaid refuses charts of more than 500 edges or 50,000 letters, as GitHub does. */
const mostEdges = 400;

export interface MermaidChart {
  readonly text: string;
  /** Edges that did not fit. */
  readonly leftOut: number;
}

/**
 * A drawing as a Mermaid flowchart. Sources are drums, seeds slanted, other tables rounded, models boxes; what is read
 * but not selected is dashed. Of too large a graph the edges between models go first.
 */
export function drawMermaid({ nodes, edges }: Drawing, most: number = mostEdges): MermaidChart {
  const isModel = new Set(nodes.filter(({ kind }) => kind === 'model').map(({ name }) => name));
  const byImportance = edges.length <= most ? edges : [...edges].sort((left, right) => rank(left) - rank(right));
  function rank({ from }: { from: string }): number {
    return isModel.has(from) ? 0 : 1;
  }
  const kept = byImportance.slice(0, most);
  const leftOut = edges.length - kept.length;
  const joined = new Set(kept.flatMap(({ from, to }) => [from, to]));
  const shown = leftOut === 0 ? nodes : nodes.filter(({ name }) => joined.has(name));
  const ids = idsOf(shown);
  const idOf = (name: string): string => ids.get(name) ?? '';
  const outside = shown.filter(({ kind, selected }) => kind === 'model' && !selected);
  const lines = [
    'graph LR',
    ...(leftOut === 0
      ? []
      : [`    %% ${leftOut} of ${edges.length} edges are left out; name fewer models with --select`]),
    ...shown.map((node) => `    ${idOf(node.name)}${shape(node)}`),
    ...kept.map(({ from, to }) => `    ${idOf(from)} --> ${idOf(to)}`),
    ...(outside.length === 0 ? [] : ['    classDef outside stroke-dasharray: 4']),
    ...outside.map(({ name }) => `    class ${idOf(name)} outside`),
  ];
  return { text: `${lines.join('\n')}\n`, leftOut };
}

/** Ids of letters, digits and underscores that no word of Mermaid's own (`end`, `style`) is, each of another node. */
function idsOf(nodes: readonly DrawnNode[]): ReadonlyMap<string, string> {
  const ids = new Map<string, string>();
  const taken = new Set<string>();
  for (const { name, kind } of nodes) {
    const plain = `${kind}_${name.replace(/[^A-Za-z0-9_]/g, '_')}`;
    let id = plain;
    for (let number = 2; taken.has(id); number++) id = `${plain}_${number}`;
    taken.add(id);
    ids.set(name, id);
  }
  return ids;
}

function shape({ name, kind }: DrawnNode): string {
  const label = mermaidLabel(name);
  if (kind === 'source') return `[(${label})]`;
  if (kind === 'seed') return `[/${label}/]`;
  return kind === 'table' ? `(${label})` : `[${label}]`;
}

/** Signs that mean something to Mermaid, to Markdown around it or to HTML, as entities. Backticks and `%%{` do even in quotes. */
const entities: Readonly<Record<string, string>> = {
  '&': 'amp',
  '"': 'quot',
  '<': 'lt',
  '>': 'gt',
  '#': 'num',
  '`': 'grave',
  '%': 'percnt',
  '\\': 'bsol',
  '[': 'lsqb',
  ']': 'rsqb',
  '{': 'lcub',
  '}': 'rcub',
  '|': 'vert',
};

/** Any text as a quoted label of one line. */
export function mermaidLabel(text: string): string {
  const line = text.replaceAll(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ');
  return `"${line.replaceAll(/[&"<>#`%\\[\]{}|]/g, (sign) => `&${entities[sign] ?? 'quest'};`)}"`;
}
