import { quoteIdentifier } from '../warehouse/warehouse.ts';
import type { PlannedModel } from './plan.ts';

/** The common table expressions that a model's select begins with, as written and in order. */
export function commonTables({ statement }: Pick<PlannedModel, 'statement'>): string[] {
  const entries = get(get(get(statement, 'node'), 'cte_map'), 'map');
  if (!Array.isArray(entries)) return [];
  return entries.map((entry) => get(entry, 'key')).filter((key) => typeof key === 'string');
}

/**
 * SQL that gives the rows of one common table expression: the text up to the main select, and a select of all of it in
 * place of that. Places in it are those of the text. (Written anew from its syntax tree by DuckDB, a query may mean
 * something else: cross joins become commas, which bind less tightly.)
 */
export function selectCommonTable(sql: string, cte: string): string {
  return `${sql.slice(0, mainSelectAt(sql))}select * from ${quoteIdentifier(cte)}`;
}

/** Comments, texts, quoted names and texts between dollars as one token each; whatever stands in them is no syntax. */
const tokens = /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\w*)\$[\s\S]*?\$\1\$|\w+|\S/g;

/** Where the main select begins: after the parenthesis that closes an expression and before no comma. */
function mainSelectAt(sql: string): number {
  let depth = 0;
  let hasClosed = false;
  for (const { 0: token, index } of sql.matchAll(tokens)) {
    if (/^(--|\/\*)/.test(token)) continue;
    // After a list of columns, or keys, the expression itself is still to come.
    if (hasClosed && !/^(,|as|using)$/i.test(token)) return index;
    if (token === '(') depth += 1;
    if (token === ')') depth -= 1;
    hasClosed = token === ')' && depth === 0;
  }
  return sql.length;
}

function get(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}
