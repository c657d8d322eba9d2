import { isMap, isNode, isPair, type Node, type ParsedNode } from 'yaml';
import type { YamlPath } from './yaml-file.ts';

/** The part of a document at a path; undefined when it is not there. */
export function nodeAt(root: ParsedNode | null, path: YamlPath): Node | undefined {
  let node: unknown = root;
  for (const part of path) node = isNode(node) && 'get' in node ? node.get(part, true) : undefined;
  return isNode(node) ? node : undefined;
}

/** Where the value at a path begins, or its nearest parent that is there. */
export function offsetOf(root: ParsedNode | null, path: YamlPath): number {
  let node: unknown = root;
  let offset = isNode(root) ? (root.range?.[0] ?? 0) : 0;
  for (const part of path) {
    if (!isNode(node) || !('get' in node)) break;
    const next: unknown = node.get(part, true);
    if (!isNode(next)) break;
    node = next;
    offset = next.range?.[0] ?? offset;
  }
  return offset;
}

/** Where a key of the mapping at a path begins. */
export function keyOffsetOf(root: ParsedNode | null, path: YamlPath, key: string): number {
  const node = nodeAt(root, path);
  if (isMap(node)) {
    for (const pair of node.items) {
      if (isPair(pair) && isNode(pair.key) && String(pair.key) === key) return pair.key.range?.[0] ?? 0;
    }
  }
  return offsetOf(root, path);
}
