/** An SQL statement that DuckDB refused, in parts. */
export class SqlError extends Error {
  override readonly name = 'SqlError';

  constructor(
    /** DuckDB's kind of error: Parser, Binder, Catalog, Conversion, IO, Permission … */
    readonly kind: string,
    message: string,
    /** Where in the statement, from 0, in bytes (of a parser error in characters); undefined when DuckDB did not say. */
    readonly position: number | undefined,
    /** Names that DuckDB says would have fitted. */
    readonly candidates: readonly string[],
    /** The name that was not found, where that was the problem. */
    readonly missing: string | undefined,
  ) {
    super(message);
  }
}

/** Runs work whose errors come as DuckDB's JSON (setting errors_as_json) and throws them as SqlError. */
export async function asSqlErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof Error ? toSqlError(error) : error;
  }
}

function toSqlError(error: Error): Error {
  const details = parseDetails(error.message);
  if (details === undefined) {
    const [, kind, message] = /^(\w+(?: \w+)?) Error: ([\s\S]*)$/.exec(error.message) ?? [];
    return new SqlError(kind ?? 'Unknown', message ?? error.message, undefined, [], undefined);
  }
  const position = details.position === undefined ? undefined : Number(details.position);
  return new SqlError(
    details.exception_type ?? 'Unknown',
    details.exception_message ?? error.message,
    position,
    (details.candidates ?? '')
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== ''),
    details.name,
  );
}

interface ErrorDetails {
  readonly exception_type?: string;
  readonly exception_message?: string;
  readonly position?: string;
  readonly candidates?: string;
  readonly name?: string;
}

function parseDetails(message: string): ErrorDetails | undefined {
  const start = message.indexOf('{"exception_type"');
  if (start < 0) return undefined;
  try {
    // The shape is DuckDB's own; every field is optional here and read defensively.
    return JSON.parse(message.slice(start)) as ErrorDetails;
  } catch {
    return undefined;
  }
}
