import { createHash } from 'node:crypto';
import { type FunctionKinds, readFunctionKinds } from '../warehouse/functions.ts';
import { quoteLiteral, type Warehouse } from '../warehouse/warehouse.ts';
import { type QueryFacts, readQuery } from './references.ts';

/** What DuckDB's own parser makes of a text. */
export interface ReadText {
  readonly facts: QueryFacts;
  /** DuckDB's syntax tree of the first statement. */
  readonly statement: unknown;
  readonly statements: number;
  /** Hash of the tree without places: formatting and comments do not count. */
  readonly definition: string;
  /** `position` in characters. */
  readonly error?: {
    readonly type: string | undefined;
    readonly message: string | undefined;
    readonly position: number;
  };
}

/** A tree is told by its text alone. A project that is watched, or several that extend one, hold the same again and again. */
const known = new Map<string, ReadText>();
const mostKnown = 500;

/** Reads each text with DuckDB's own parser. */
export async function readTexts(
  warehouse: Warehouse,
  texts: ReadonlySet<string>,
): Promise<ReadonlyMap<string, ReadText>> {
  const functions = await readFunctionKinds(warehouse);
  const trees = await serialize(
    warehouse,
    // A statement ends at a NUL, and so would this one.
    [...texts].filter((text) => !known.has(text) && !text.includes('\0')),
  );
  const read = new Map([...texts].map((text) => [text, known.get(text) ?? readTree(trees.get(text), functions)]));
  if (known.size + read.size > mostKnown) known.clear();
  for (const [text, entry] of read) known.set(text, entry);
  return read;
}

interface Serialized {
  readonly error: boolean;
  readonly error_type?: string;
  readonly error_message?: string;
  readonly position?: string;
  readonly statements?: readonly unknown[];
}

function readTree(text = '{"error":true}', functions: FunctionKinds): ReadText {
  // The shape is DuckDB's; a failure is told by `error`, never by a missing field.
  const tree = JSON.parse(text) as Serialized;
  const statement = tree.statements?.[0] ?? null;
  const { error_type: type, error_message: message, position } = tree;
  return {
    facts: readQuery(statement, functions),
    statement,
    statements: tree.statements?.length ?? 0,
    definition: definitionOf(text),
    ...(tree.error ? { error: { type, message, position: Number(position ?? 0) } } : {}),
  };
}

/** The syntax tree of each text, or what is wrong with it, as JSON. */
async function serialize(warehouse: Warehouse, texts: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (texts.length === 0) return new Map();
  const values = texts.map((text, place) => `(${place}, ${quoteLiteral(text)})`).join(', ');
  const rows = await warehouse.rows<{ tree: string }>(
    `select json_serialize_sql(text) as tree from (values ${values}) as texts (place, text) order by place`,
  );
  return new Map(rows.map(({ tree }, place) => [texts[place] ?? '', tree]));
}

/**
 * By DuckDB's own text: as JavaScript's numbers, long literals would be rounded to each other. Quotes within texts are
 * escaped there, so that nothing else looks like a place.
 */
function definitionOf(tree: string): string {
  return createHash('sha256')
    .update(tree.replace(/(?<!\\)"query_location":\d+/g, ''))
    .digest('hex');
}
