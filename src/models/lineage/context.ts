import type { Query } from './resolved.ts';
import type { Scope } from './scope.ts';
import type { SyntaxNode } from './tree.ts';

/** What has to be known beside the query itself. */
export interface Known {
  /**
   * The columns, in order, of a table or model by its key: `lead_cycles`, `raw.events`, `main.load_files`; all lower
   * case. Undefined when it is not known.
   */
  readonly columnsOf: (table: string) => readonly string[] | undefined;
  /** Whether the function of that name (lower case) makes one value of many rows; see aggregate.ts. */
  readonly isAggregate: (name: string) => boolean;
  /** The statement of a model that is to be read in place, as if it stood there as a common table expression. */
  readonly statementOf?: (model: string) => unknown;
}

/** Handed down while a query is resolved, so that expressions can resolve the subqueries that they hold. */
export interface Context extends Known {
  readonly resolveQuery: (node: SyntaxNode, scope: Scope) => Query;
  /** The query of a model that is read in place. */
  readonly inPlace: (model: string) => Query | undefined;
}
