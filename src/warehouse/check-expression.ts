import { didYouMean } from '../diagnostics/suggest.ts';
import { bindExpression, type ExpressionProblem, parseExpression } from './expression.ts';
import { volatileRefusal } from './expression-rules.ts';
import type { FunctionKinds } from './functions.ts';
import type { Warehouse } from './warehouse.ts';

/** A relation that expressions are over. */
export interface ExpressionSubject {
  readonly name: string;
  /** Column → DuckDB type. */
  readonly columns: ReadonlyMap<string, string>;
}

export interface CheckedExpression {
  /** DuckDB's name of its type; undefined when there are problems. */
  readonly type: string | undefined;
  readonly problems: readonly (ExpressionProblem & { readonly fix?: string })[];
}

/** What was found before: it depends on nothing but these texts. */
const known = new Map<string, CheckedExpression>();
const mostKnown = 2000;

/**
 * Whether a text is one SQL expression over one row of a relation, with the same value in every run; all that is wrong
 * with it otherwise. Reads nothing of the warehouse but its parser, its binder and `functions`.
 */
export async function checkExpression(
  warehouse: Warehouse,
  text: string,
  over: { readonly subject: ExpressionSubject; readonly functions: FunctionKinds },
): Promise<CheckedExpression> {
  const key = JSON.stringify([text, over.subject.name, [...over.subject.columns]]);
  const checked = known.get(key) ?? (await lookAt(warehouse, text, over));
  if (known.size >= mostKnown) known.clear();
  known.set(key, checked);
  return checked;
}

async function lookAt(
  warehouse: Warehouse,
  text: string,
  { subject, functions }: { readonly subject: ExpressionSubject; readonly functions: FunctionKinds },
): Promise<CheckedExpression> {
  const parsed = await parseExpression(warehouse, text, functions);
  const problems: CheckedExpression['problems'][number][] = [...parsed.problems];
  for (const { name, offset, isVolatile } of parsed.columns) {
    const column = columnOf(name, subject);
    if (hasColumn(subject, column)) continue;
    problems.push(isVolatile ? { ...volatileRefusal(name), offset } : { ...unknownColumn(column, subject), offset });
  }
  if (problems.length > 0) return { type: undefined, problems };
  const bound = await bindExpression(warehouse, text, subject);
  return 'code' in bound ? { type: undefined, problems: [bound] } : { type: bound.type, problems: [] };
}

/** `relation.column` and `column.field` both begin with a name that must be known. */
function columnOf(path: string, subject: ExpressionSubject): string {
  const [first = path, second] = path.split('.');
  return second !== undefined && first.toLowerCase() === subject.name.toLowerCase() ? second : first;
}

/** Names are compared as DuckDB does. */
function hasColumn(subject: ExpressionSubject, column: string): boolean {
  return [...subject.columns.keys()].some((name) => name.toLowerCase() === column.toLowerCase());
}

function unknownColumn(
  column: string,
  subject: ExpressionSubject,
): Omit<CheckedExpression['problems'][number], 'offset'> {
  const fix = didYouMean(column, subject.columns.keys());
  return {
    code: 'unknown-column',
    message: `unknown column "${column}" in model "${subject.name}"`,
    ...(fix === undefined ? { expected: `one of ${[...subject.columns.keys()].join(', ')}` } : { fix }),
  };
}
