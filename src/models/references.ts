import { type FunctionKinds, isClockWord, isVolatile } from '../warehouse/functions.ts';

/** A table that a query reads, with its place. */
export interface TableReference {
  readonly catalog: string;
  readonly schema: string;
  readonly table: string;
  /** Bytes from the start of the SQL; undefined when the parser did not say. */
  readonly position: number | undefined;
}

/** Something in a query that a model may not hold. */
interface ForbiddenUse {
  /** `catalogue`: what there is now (describe, show, summarize), which no build would know to have changed. */
  readonly kind: 'table-function' | 'volatile' | 'sample' | 'catalogue';
  readonly name: string;
  readonly position: number | undefined;
}

export interface QueryFacts {
  readonly tables: readonly TableReference[];
  readonly forbidden: readonly ForbiddenUse[];
}

/** Table functions that make rows out of nothing but their arguments. */
const pureTableFunctions = new Set(['range', 'generate_series', 'unnest', 'repeat', 'json_each', 'json_tree']);

/** Plans SQL that it is given as text: what that names would be no reference, and settings show in the plan. */
const runsText = 'json_serialize_plan';

/**
 * Walks DuckDB's own syntax tree (one statement of `json_serialize_sql`) and lists the tables that the query reads,
 * less the common table expressions in scope, and what a model may not use. `functions` is DuckDB's list. Pure.
 */
export function readQuery(statement: unknown, functions: FunctionKinds): QueryFacts {
  const tables: TableReference[] = [];
  const forbidden: ForbiddenUse[] = [];

  const walk = (node: unknown, scope: ReadonlySet<string>): void => {
    if (Array.isArray(node)) {
      for (const item of node) walk(item, scope);
      return;
    }
    if (!isObject(node)) return;
    const inner = withExpressions(node, scope);
    visit(node, inner);
    for (const [key, value] of Object.entries(node)) {
      if (key !== 'cte_map') walk(value, inner);
    }
  };

  /** The names that a node's own WITH adds; each expression sees those before it, and itself when recursive. */
  const withExpressions = (node: SyntaxNode, scope: ReadonlySet<string>): ReadonlySet<string> => {
    const extended = new Set(scope);
    for (const { key, value } of commonTables(node)) {
      const isRecursive = JSON.stringify(value).includes('"RECURSIVE_CTE_NODE"');
      if (isRecursive) extended.add(key.toLowerCase());
      walk(value, new Set(extended));
      extended.add(key.toLowerCase());
    }
    if (node.type === 'RECURSIVE_CTE_NODE' && typeof node.cte_name === 'string') {
      extended.add(node.cte_name.toLowerCase());
    }
    return extended;
  };

  const visit = (node: SyntaxNode, scope: ReadonlySet<string>): void => {
    const position = positionOf(node);
    if (isObject(node.sample))
      forbidden.push({ kind: 'sample', name: 'a sample', position: position ?? placeIn(node) });
    if (node.type === 'BASE_TABLE') {
      const reference = {
        catalog: text(node.catalog_name),
        schema: text(node.schema_name),
        table: text(node.table_name),
        position,
      };
      const isLocal = reference.schema === '' && scope.has(reference.table.toLowerCase());
      if (!isLocal) tables.push(reference);
    } else if (node.type === 'TABLE_FUNCTION' && isObject(node.function)) {
      const name = text(node.function.function_name).toLowerCase();
      if (!pureTableFunctions.has(name)) forbidden.push({ kind: 'table-function', name, position });
    } else if (node.type === 'SHOW_REF') {
      forbidden.push({ kind: 'catalogue', name: 'describe, show or summarize', position });
    } else if (node.type === 'FUNCTION' && text(node.function_name).toLowerCase() === runsText) {
      forbidden.push({ kind: 'table-function', name: runsText, position });
    } else if (node.type === 'FUNCTION' && isVolatile(text(node.function_name), functions)) {
      forbidden.push({ kind: 'volatile', name: text(node.function_name).toLowerCase(), position });
    } else if (node.type === 'COLUMN_REF' && Array.isArray(node.column_names) && node.column_names.length === 1) {
      const name = text(node.column_names[0]).toLowerCase();
      if (isClockWord(name)) forbidden.push({ kind: 'volatile', name, position });
    }
  };

  walk(statement, new Set());
  return { tables, forbidden };
}

type SyntaxNode = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The first place that is known inside of a node that has none. */
function placeIn(node: SyntaxNode): number | undefined {
  return isObject(node.from_table) ? positionOf(node.from_table) : undefined;
}

function positionOf(node: SyntaxNode): number | undefined {
  const position = node.query_location;
  // The parser writes the largest 64-bit number where it knows no place.
  return typeof position === 'number' && position < Number.MAX_SAFE_INTEGER ? position : undefined;
}

function commonTables(node: SyntaxNode): { key: string; value: unknown }[] {
  const map = isObject(node.cte_map) ? node.cte_map.map : undefined;
  if (!Array.isArray(map)) return [];
  return map.flatMap((entry) => (isObject(entry) ? { key: text(entry.key), value: entry.value } : []));
}
