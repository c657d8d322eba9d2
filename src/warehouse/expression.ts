import { isNode, refusalOf, type SyntaxNode } from './expression-rules.ts';
import { type FunctionKinds, isVolatile } from './functions.ts';
import { quoteIdentifier, SqlError, type Warehouse } from './warehouse.ts';

/** What is wrong with an expression, and where in its text (in characters from 0). */
export interface ExpressionProblem {
  readonly code: string;
  readonly message: string;
  readonly offset: number;
  readonly expected?: string;
}

export interface ParsedExpression {
  /** Columns that it reads; `isVolatile` when DuckDB would read a function where the model has no such column. */
  readonly columns: readonly { readonly name: string; readonly offset: number; readonly isVolatile: boolean }[];
  readonly problems: readonly ExpressionProblem[];
}

const prefix = 'select (';
const suffix = '\n)';
const barePrefix = 'select ';

/**
 * Parses an expression with DuckDB's own parser and says what may not stand in one that a .yml holds: anything
 * but one expression over one row, with the same value whenever and wherever it is computed.
 */
export async function parseExpression(
  warehouse: Warehouse,
  text: string,
  functions: FunctionKinds,
): Promise<ParsedExpression> {
  const [row] = await warehouse.rows<{ tree: string; bare: string }>(
    'select json_serialize_sql($1::varchar) as tree, json_serialize_sql($2::varchar) as bare',
    [prefix + text + suffix, `${barePrefix}${text}\n`],
  );
  const tree: unknown = JSON.parse(row?.tree ?? 'null');
  const expression = isNode(tree) ? singleExpression(tree) : undefined;
  if (expression === undefined) return { columns: [], problems: [notOne(tree, text)] };
  // `a) or (b` is one expression in our parentheses, and another where it meets what stands beside it.
  const bare: unknown = JSON.parse(row?.bare ?? 'null');
  if (isNode(bare) && bare.error === true) return { columns: [], problems: [notOne(bare, text, barePrefix)] };
  const columns: ParsedExpression['columns'][number][] = [];
  const problems: ExpressionProblem[] = [];
  walk(expression, new Set(), (node) => {
    const offset = offsetOf(node, text);
    const name = node.class === 'COLUMN_REF' ? pathOf(node).join('.') : undefined;
    if (name !== undefined) columns.push({ name, offset, isVolatile: isVolatile(name, functions) });
    const refusal = refusalOf(node, functions);
    if (refusal !== undefined) problems.push({ ...refusal, offset });
  });
  return { columns, problems };
}

/** The type of an expression over the given columns, or DuckDB's refusal of it. */
export async function bindExpression(
  warehouse: Warehouse,
  text: string,
  model: { readonly name: string; readonly columns: ReadonlyMap<string, string> },
): Promise<{ readonly type: string } | ExpressionProblem> {
  const nulls = [...model.columns].map(([name, type]) => `cast(null as ${type}) as ${quoteIdentifier(name)}`);
  const query = `${prefix}${text}${suffix} from (select ${nulls.join(', ') || 'null'}) as ${quoteIdentifier(model.name)}`;
  try {
    const [column] = await warehouse.columns(query);
    return { type: column?.type ?? '' };
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    const offset = toCharacters(text, (error.position ?? 0) - 'describe '.length);
    return { code: 'invalid-expression', message: error.message.split('\n')[0] ?? error.message, offset };
  }
}

/** Visits every node but the names that a lambda binds; a subquery is visited and not entered. */
function walk(value: unknown, bound: ReadonlySet<string>, visit: (node: SyntaxNode) => void): void {
  if (Array.isArray(value)) {
    for (const item of value) walk(item, bound, visit);
  } else if (isNode(value)) {
    if (value.class === 'LAMBDA') {
      walk(value.expr, new Set([...bound, ...boundNames(value.lhs)]), visit);
      return;
    }
    const isBound = value.class === 'COLUMN_REF' && bound.has(pathOf(value)[0]?.toLowerCase() ?? '');
    if (!isBound) visit(value);
    if (value.class === 'SUBQUERY') return;
    for (const child of Object.values(value)) walk(child, bound, visit);
  }
}

/** The names that a lambda binds: one, or a row of them. */
function boundNames(node: unknown): string[] {
  if (!isNode(node)) return [];
  if (node.class === 'COLUMN_REF') return pathOf(node).map((name) => name.toLowerCase());
  return Array.isArray(node.children) ? node.children.flatMap(boundNames) : [];
}

/** `lead_cycles.team` → its two names. */
function pathOf(node: SyntaxNode): string[] {
  return Array.isArray(node.column_names) ? node.column_names.map(String) : [];
}

function offsetOf(node: SyntaxNode, text: string): number {
  const bytes = typeof node.query_location === 'number' ? node.query_location : prefix.length;
  // The parser writes the largest 64-bit number where it knows no place.
  return toCharacters(text, bytes < Number.MAX_SAFE_INTEGER ? bytes : prefix.length);
}

/** The tree of `select (…)` when that is all there is. */
function singleExpression(tree: SyntaxNode): unknown {
  const statements = Array.isArray(tree.statements) ? tree.statements : [];
  const [statement, ...others] = statements;
  const node: unknown = isNode(statement) ? statement.node : undefined;
  if (others.length > 0 || !isNode(node) || node.type !== 'SELECT_NODE') return undefined;
  const list = Array.isArray(node.select_list) ? node.select_list : [];
  const from = node.from_table;
  const isBare = isNode(from) && from.type === 'EMPTY' && node.where_clause === null;
  const [first] = list;
  // `1, 2` in parentheses is a row of two; nobody means that.
  const isRow = isNode(first) && first.function_name === 'row' && first.schema === 'main';
  return isBare && list.length === 1 && !isRow ? first : undefined;
}

function notOne(tree: unknown, text: string, before = prefix): ExpressionProblem {
  // Of other errors DuckDB says that it can show no tree of a statement that is no select.
  const syntax = isNode(tree) && tree.error === true && tree.error_type === 'parser';
  const position = syntax ? Number(tree.position ?? before.length) - before.length : 0;
  return {
    code: 'invalid-expression',
    message: syntax ? String(tree.error_message) : 'not a single expression',
    offset: Math.min(Math.max(0, position), Math.max(0, text.length - 1)),
    expected: 'one SQL expression over the columns of the model',
  };
}

/** Places in DuckDB's tree are bytes from the start of the statement. */
function toCharacters(text: string, bytes: number): number {
  const before = Buffer.from(text).subarray(0, Math.max(0, bytes - prefix.length));
  return Math.min(before.toString().length, Math.max(0, text.length - 1));
}
