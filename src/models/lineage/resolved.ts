/**
 * A query with every name resolved. A column is known by its object, not by its name: each use of a table or of a common
 * table expression brings columns of its own, so the two sides of a self join are told apart.
 */
export interface Column {
  /** As written where it was made; undefined for an expression without an alias. */
  readonly name: string | undefined;
  /** What it was made from, where its query is known. */
  readonly value?: Expression;
}

interface Part {
  /** The expressions that it is made of; all of them, whatever the kind. */
  readonly parts: readonly Expression[];
  /** Bytes from the start of the SQL. */
  readonly position: number | undefined;
}

export type Expression =
  | (Part & { readonly kind: 'column'; readonly column: Column })
  /** A whole row of a relation, as one struct. */
  | (Part & { readonly kind: 'row'; readonly columns: readonly Column[] })
  /** One field of a struct: `parts[0]`. */
  | (Part & { readonly kind: 'field'; readonly name: string })
  /** A struct with the names of its fields, one for each part. */
  | (Part & { readonly kind: 'struct'; readonly names: readonly string[] })
  | (Part & { readonly kind: 'and' | 'or' | 'coalesce' | 'list' | 'constant' })
  /** `parts[0]` = `parts[1]`; `matchesNulls` for IS NOT DISTINCT FROM. */
  | (Part & { readonly kind: 'equal'; readonly matchesNulls: boolean })
  /** `passes` are the parts of which the value is one (or null); the others only decide which. */
  | (Part & { readonly kind: 'call' | 'aggregate'; readonly name: string; readonly passes: readonly Expression[] })
  | (Part & {
      readonly kind: 'window';
      readonly name: string;
      readonly partitions: readonly Expression[];
      readonly passes: readonly Expression[];
    })
  /** Makes a row of each element of the list `parts[0]`. */
  | (Part & { readonly kind: 'unnest' })
  /** `parts[0]`, if any, is what IN and ANY compare with the query. */
  | (Part & { readonly kind: 'subquery'; readonly test: 'scalar' | 'exists' | 'in' | 'any'; readonly query: Query })
  /** A name that means nothing here, or more than one thing. */
  | (Part & { readonly kind: 'unknown'; readonly reason: string });

interface Columns {
  readonly columns: readonly Column[];
  /** Why there may be more columns than these. */
  readonly open?: string | undefined;
  readonly position: number | undefined;
}

/** What a FROM clause can hold. */
export type Relation =
  | (Columns & { readonly kind: 'nothing' })
  /** `isBare`: written without a schema. `names` are the table's own for its columns, whatever an alias calls them. */
  | (Columns & {
      readonly kind: 'table';
      readonly table: string;
      readonly isBare: boolean;
      readonly names: readonly string[];
    })
  /**
   * A subquery, a common table expression, or a `model` that is read in place (then positions inside are in its text);
   * the columns are those of the query, by position.
   */
  | (Columns & { readonly kind: 'query'; readonly query: Query; readonly model?: string })
  /** A table function, VALUES, or anything else that makes rows from expressions; `cells` feed each column. */
  | (Columns & {
      readonly kind: 'rows';
      readonly name: string;
      readonly cells: readonly (readonly Expression[])[];
      readonly arguments: readonly Expression[];
    })
  /** UNPIVOT; `feeds` are the columns of `source` that feed each column. */
  | (Columns & { readonly kind: 'unpivot'; readonly source: Relation; readonly feeds: readonly (readonly Column[])[] })
  | (Columns & {
      readonly kind: 'join';
      readonly type: JoinType;
      readonly match: 'regular' | 'asof' | 'positional';
      readonly left: Relation;
      readonly right: Relation;
      readonly condition: Expression | undefined;
    })
  | (Columns & { readonly kind: 'sample'; readonly of: Relation })
  | (Columns & { readonly kind: 'unknown'; readonly reason: string; readonly sources: readonly Relation[] });

export type JoinType = 'inner' | 'left' | 'right' | 'full' | 'semi' | 'anti';

/** What stands after a query's body. */
export interface Modifiers {
  /** `all` for DISTINCT, expressions for DISTINCT ON. */
  readonly distinct: 'all' | readonly Expression[] | undefined;
  readonly orders: readonly Expression[];
  /** LIMIT and OFFSET. */
  readonly limits: readonly Expression[];
}

export interface Select extends Columns, Modifiers {
  readonly kind: 'select';
  readonly from: Relation;
  readonly where: Expression | undefined;
  /** What it groups by; undefined when it does not. */
  readonly groups: readonly Expression[] | undefined;
  /** Places in `groups`; more than one set with ROLLUP, CUBE and GROUPING SETS. */
  readonly groupingSets: readonly (readonly number[])[];
  readonly having: Expression | undefined;
  readonly qualify: Expression | undefined;
  readonly isSampled: boolean;
  /** What each column is made of. */
  readonly values: readonly Expression[];
}

export interface SetOperation extends Columns, Modifiers {
  readonly kind: 'set';
  readonly operation: 'union' | 'except' | 'intersect';
  readonly keepsDuplicates: boolean;
  readonly left: Query;
  readonly right: Query;
  /** Of each column the place in the two sides; undefined where a side lacks it (BY NAME). */
  readonly places: readonly { readonly left: number | undefined; readonly right: number | undefined }[];
}

/** The step reads the query itself: a relation of kind `query` whose query is this one. */
export interface Recursion extends Columns {
  readonly kind: 'recursion';
  readonly first: Query;
  readonly step: Query;
  readonly keepsDuplicates: boolean;
  /** USING KEY: later rows replace earlier ones. */
  readonly replacesRows: boolean;
}

export type Query = Select | SetOperation | Recursion;
