/** A node of DuckDB's own syntax tree, as `json_serialize_sql` writes it. */
export type SyntaxNode = Readonly<Record<string, unknown>>;

export function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A text field; empty when it is missing. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The nodes of a list field; none when it is missing. */
export function nodesOf(value: unknown): readonly SyntaxNode[] {
  return Array.isArray(value) ? value.filter(isNode) : [];
}

export function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** Bytes from the start of the SQL; undefined when the parser did not say. */
export function positionOf(node: SyntaxNode): number | undefined {
  const position = node.query_location;
  // The parser writes the largest 64-bit number where it knows no place.
  return typeof position === 'number' && position < Number.MAX_SAFE_INTEGER ? position : undefined;
}

/** The key and value pairs of a map field: common tables, or columns that a star replaces. */
export function entriesOf(map: unknown): readonly { readonly key: unknown; readonly value: unknown }[] {
  return nodesOf(map).map(({ key, value }) => ({ key, value }));
}

/** The expressions directly below an expression, in the order written, whatever its kind. */
export function expressionsBelow(node: SyntaxNode): readonly SyntaxNode[] {
  const found: SyntaxNode[] = [];
  const look = (value: unknown): void => {
    if (Array.isArray(value)) for (const item of value) look(item);
    else if (isNode(value)) {
      if (typeof value.class === 'string') found.push(value);
      else for (const inner of Object.values(value)) look(inner);
    }
  };
  for (const value of Object.values(node)) look(value);
  return found;
}
