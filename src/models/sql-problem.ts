import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { nearest } from '../diagnostics/suggest.ts';
import type { ModelFile } from '../project/model-file.ts';
import type { SqlError } from '../warehouse/warehouse.ts';
import type { CompiledModel } from './compile.ts';
import { placeOfByte } from './place.ts';

/** DuckDB's refusal of what was compiled from a model, at its place in whichever file that came from. */
export function compiledProblem({ parts }: CompiledModel, error: SqlError, prefixBytes: number): Diagnostic {
  const position = error.position === undefined ? undefined : error.position - prefixBytes;
  // Of text that the runner put between the files, the last file before it speaks.
  const part = parts.findLast(({ start }) => position !== undefined && start <= position) ?? parts.at(-1) ?? parts[0];
  if (part === undefined) throw error;
  return sqlProblem(part.file, error, prefixBytes + part.start);
}

/** DuckDB's refusal of a model's SQL as a diagnostic at its place. `prefixBytes` stood before the model's text. */
export function sqlProblem(file: ModelFile, error: SqlError, prefixBytes: number): Diagnostic {
  const position = error.position === undefined ? undefined : Math.max(0, error.position - prefixBytes);
  const [headline = error.message, ...details] = error.message.split('\n');
  const suggestion = error.missing === undefined ? undefined : nearest(error.missing, error.candidates);
  const expected = error.candidates.length > 0 ? `one of ${error.candidates.join(', ')}` : details.join(' ').trim();
  return {
    code: codeOf(error),
    severity: 'error',
    message: `${headline} (model "${file.name}")`,
    ...placeOfByte(file.sql, position),
    ...(expected === '' ? {} : { expected }),
    ...(suggestion === undefined ? {} : { fix: `Did you mean "${suggestion}"?` }),
  };
}

function codeOf(error: SqlError): string {
  if (error.message.startsWith('Referenced column')) return 'unknown-column';
  if (error.message.includes('does not have a column named')) return 'unknown-column';
  if (error.kind === 'Permission') return 'not-permitted';
  return error.kind === 'Binder' || error.kind === 'Catalog' || error.kind === 'Parser' ? 'sql-invalid' : 'sql-failed';
}
