import { type FunctionKinds, isClockWord, isVolatile } from '../warehouse/functions.ts';
import { isNode, positionOf, type SyntaxNode, textOf } from './lineage/tree.ts';

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
    if (!isNode(node)) return;
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
      if (holdsRecursive(value)) extended.add(key.toLowerCase());
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
    if (isNode(node.sample)) forbidden.push({ kind: 'sample', name: 'a sample', position: position ?? placeIn(node) });
    if (node.type === 'BASE_TABLE') {
      const reference = {
        catalog: textOf(node.catalog_name),
        schema: textOf(node.schema_name),
        table: textOf(node.table_name),
        position,
      };
      const isLocal = reference.schema === '' && scope.has(reference.table.toLowerCase());
      if (!isLocal) tables.push(reference);
    } else if (node.type === 'TABLE_FUNCTION' && isNode(node.function)) {
      const name = textOf(node.function.function_name).toLowerCase();
      if (!pureTableFunctions.has(name)) forbidden.push({ kind: 'table-function', name, position });
    } else if (node.type === 'SHOW_REF') {
      forbidden.push({ kind: 'catalogue', name: 'describe, show or summarize', position });
    } else if (node.type === 'FUNCTION' && textOf(node.function_name).toLowerCase() === runsText) {
      forbidden.push({ kind: 'table-function', name: runsText, position });
    } else if (node.type === 'FUNCTION' && isVolatile(textOf(node.function_name), functions)) {
      forbidden.push({ kind: 'volatile', name: textOf(node.function_name).toLowerCase(), position });
    } else if (node.type === 'COLUMN_REF' && Array.isArray(node.column_names) && node.column_names.length === 1) {
      const name = textOf(node.column_names[0]).toLowerCase();
      if (isClockWord(name)) forbidden.push({ kind: 'volatile', name, position });
    }
  };

  walk(statement, new Set());
  return { tables, forbidden };
}

/** The first place that is known inside of a node that has none. */
function placeIn(node: SyntaxNode): number | undefined {
  return isNode(node.from_table) ? positionOf(node.from_table) : undefined;
}

function holdsRecursive(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(holdsRecursive);
  return isNode(value) && (value.type === 'RECURSIVE_CTE_NODE' || Object.values(value).some(holdsRecursive));
}

function commonTables(node: SyntaxNode): { key: string; value: unknown }[] {
  const map = isNode(node.cte_map) ? node.cte_map.map : undefined;
  if (!Array.isArray(map)) return [];
  return map.flatMap((entry) => (isNode(entry) ? { key: textOf(entry.key), value: entry.value } : []));
}
