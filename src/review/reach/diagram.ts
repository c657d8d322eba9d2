import { mermaidLabel } from '../../models/graph-mermaid.ts';

const kinds = ['definition', 'model', 'metric', 'page'] as const;
type Kind = (typeof kinds)[number];

/** Something that changed or is reached. */
export interface ReachNode {
  /** Of its own among all nodes. */
  readonly key: string;
  /** `definition`: one that is neither model nor metric, such as an agreement. */
  readonly kind: Kind;
  /** Any text. */
  readonly label: string;
  /** `changed`, `added`: what became of it itself; undefined: it is only reached. */
  readonly mark?: string;
  /** Smaller ones are shown first where not all are; those that changed before all others. */
  readonly rank: number;
}

export interface ReachEdge {
  /** Keys of nodes. */
  readonly from: string;
  readonly to: string;
}

interface Diagram {
  readonly text: string;
  /** Edges that are not drawn between nodes of their own. */
  readonly leftOut: number;
}

/** A chart that is read at a glance, and far below what GitHub and GitLab draw. */
const mostNodes = [40, 30, 20, 12, 6];
const mostEdges = 60;
const mostLetters = 6_000;
const mostInLabel = 48;

/** How many of a kind are shown at least, of each 40 nodes. */
const shares: Readonly<Record<Kind, number>> = { definition: 8, model: 12, metric: 9, page: 6 };

/**
 * What changed and what it reaches as a Mermaid flowchart, from left to right. Of too large a graph the nodes that are
 * least of a kind stand together in one, `… 12 more models`. Pure; labels may be any text.
 */
export function drawReach(nodes: readonly ReachNode[], edges: readonly ReachEdge[]): Diagram {
  const known = new Set(nodes.map(({ key }) => key));
  const own = distinct(edges.filter(({ from, to }) => known.has(from) && known.has(to) && from !== to));
  // What reaches nothing needs no picture.
  if (own.length === 0) return { text: '', leftOut: 0 };
  for (const most of mostNodes) {
    const drawn = draw(nodes, own, most);
    if (drawn.text.length <= mostLetters) return drawn;
  }
  return { text: '', leftOut: own.length };
}

function draw(nodes: readonly ReachNode[], edges: readonly ReachEdge[], most: number): Diagram {
  const shown = nodes.length <= most ? nodes : chosen(nodes, most);
  const isShown = new Set(shown.map(({ key }) => key));
  const rest = kinds.flatMap((kind) => collapsed(nodes, kind, isShown));
  const all = [...shown, ...rest];
  const standsFor = new Map(nodes.map(({ key, kind }) => [key, isShown.has(key) ? key : restKey(kind)]));
  const joined = distinct(
    edges
      .map(({ from, to }) => ({ from: standsFor.get(from) ?? from, to: standsFor.get(to) ?? to }))
      .filter(({ from, to }) => from !== to),
  );
  const byKey = new Map(all.map((node) => [node.key, node]));
  const kept = joined.length <= mostEdges ? joined : [...joined].sort(byWeight(byKey)).slice(0, mostEdges);
  const ids = new Map(all.map(({ key }, index) => [key, `n${index + 1}`]));
  const marked = all.filter(({ mark }) => mark !== undefined).map(({ key }) => ids.get(key));
  const lines = [
    'flowchart LR',
    ...all.map((node) => `    ${ids.get(node.key)}${shape(node)}`),
    ...kept.map(({ from, to }) => `    ${ids.get(from)} --> ${ids.get(to)}`),
    ...(marked.length === 0 ? [] : ['    classDef changed stroke-width:3px', `    class ${marked.join(',')} changed`]),
  ];
  const drawn = kept.filter(({ from, to }) => isShown.has(from) && isShown.has(to)).length;
  return { text: `${lines.join('\n')}\n`, leftOut: edges.length - drawn };
}

/** Of each kind its share, and what others leave over; room is kept for the nodes that stand for the rest. */
function chosen(nodes: readonly ReachNode[], most: number): readonly ReachNode[] {
  const room = most - kinds.length;
  const ofKind = kinds.map((kind) => {
    const all = nodes.filter((node) => node.kind === kind).sort(byRank);
    return { all, taken: Math.min(all.length, Math.floor((shares[kind] * room) / 36)) };
  });
  let left = room - ofKind.reduce((sum, { taken }) => sum + taken, 0);
  const taken = ofKind.flatMap(({ all, taken: share }) => {
    const more = Math.min(left, all.length - share);
    left -= more;
    return all.slice(0, share + more);
  });
  // In the order in which they came, which is that of reading.
  const keys = new Set(taken.map(({ key }) => key));
  return nodes.filter(({ key }) => keys.has(key));
}

function byRank(left: ReachNode, right: ReachNode): number {
  return rankOf(left) - rankOf(right);
}

function rankOf({ mark, rank }: ReachNode): number {
  return mark === undefined ? rank : Number.NEGATIVE_INFINITY;
}

function collapsed(nodes: readonly ReachNode[], kind: Kind, isShown: ReadonlySet<string>): ReachNode[] {
  const { length } = nodes.filter((node) => node.kind === kind && !isShown.has(node.key));
  const label = `… ${length} more ${kind}${length === 1 ? '' : 's'}`;
  return length === 0 ? [] : [{ key: restKey(kind), kind, label, rank: 0 }];
}

/** No node's own key: those begin with a letter. */
function restKey(kind: Kind): string {
  return `\n${kind}`;
}

/** From what changed first, then into metrics and pages, then between models. */
function byWeight(nodes: ReadonlyMap<string, ReachNode>): (left: ReachEdge, right: ReachEdge) => number {
  const weight = ({ from, to }: ReachEdge): number => {
    if (nodes.get(from)?.mark !== undefined) return 0;
    return nodes.get(to)?.kind === 'model' ? 2 : 1;
  };
  return (left, right) => weight(left) - weight(right);
}

function distinct(edges: readonly ReachEdge[]): ReachEdge[] {
  return [...new Map(edges.map((edge) => [JSON.stringify([edge.from, edge.to]), edge])).values()];
}

/** Definitions are rounded, models boxes, metrics stadiums, pages hexagons; what changed says so in its label. */
function shape({ kind, label, mark }: ReachNode): string {
  const letters = [...label];
  const short = letters.length <= mostInLabel ? label : `${letters.slice(0, mostInLabel - 1).join('')}…`;
  const text = mermaidLabel(mark === undefined ? short : `${short} (${mark})`);
  if (kind === 'definition') return `(${text})`;
  if (kind === 'metric') return `([${text}])`;
  return kind === 'page' ? `{{${text}}}` : `[${text}]`;
}
