import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type RawBuilder,
  sql,
} from 'kysely';

/** Tables whose columns are only known from the project's models. */
interface AnyTables {
  [table: string]: { [column: string]: unknown };
}

/** Builds SQL text and runs nothing; DuckDB reads PostgreSQL's quoting and parameters. */
const builder = new Kysely<AnyTables>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (database) => new PostgresIntrospector(database),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
});

/** A piece of SQL. */
export type Sql = RawBuilder<unknown>;

/** An expression from a metric's YAML, which `checkMetrics` has found to be exactly one; a comment in it ends with it. */
export function expression(text: string): Sql {
  return text.includes('--') ? sql`(${sql.raw(text)}\n)` : sql`(${sql.raw(text)})`;
}

/** The expression, false where it is null. */
export function holds(text: string | undefined): Sql {
  return text === undefined ? sql`false` : sql`coalesce(${expression(text)}, false)`;
}

/** Pieces on lines of their own, with commas between. */
export function commaLines(pieces: readonly Sql[], indent = 8): Sql {
  return sql.join(pieces, sql.raw(`,\n${' '.repeat(indent)}`));
}

/** The text of a query without parameters. */
export function toText(query: Sql): string {
  const compiled = query.compile(builder);
  if (compiled.parameters.length > 0) throw new Error('a stored query must not carry parameters');
  return compiled.sql;
}
