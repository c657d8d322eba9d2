import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { ModelFile } from '../project/model-file.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { placeOfByte, placeOfCharacter } from './place.ts';
import { type ReadText, readTexts } from './read-texts.ts';
import type { QueryFacts } from './references.ts';
import { startOfStatement } from './sql-pieces.ts';
import { readTakenNames, takenName } from './taken-names.ts';

/** A model whose SQL is one select. */
export interface ParsedModel {
  readonly file: ModelFile;
  readonly facts: QueryFacts;
  /** DuckDB's syntax tree of the select. */
  readonly statement: unknown;
  /** Hash of the tree without places: formatting and comments do not count. */
  readonly definition: string;
}

/**
 * Reads each model's SQL with DuckDB's own parser. A model that is not exactly one select, or has a name that is taken, is
 * reported with its place; it then reads nothing, and those that read it find it.
 */
export async function parseModels(
  warehouse: Warehouse,
  models: readonly ModelFile[],
  problems: Diagnostic[],
): Promise<ParsedModel[]> {
  const taken = await readTakenNames(warehouse);
  const texts = await readTexts(warehouse, new Set(models.map(({ sql }) => sql.text)));
  return models.map((file) => {
    const read = texts.get(file.sql.text);
    const problem = takenName(file, taken) ?? problemOf(file, read);
    if (problem === undefined && read !== undefined) {
      const { facts, statement, definition } = read;
      return { file, facts, statement, definition };
    }
    if (problem !== undefined) problems.push(problem);
    return { file, facts: { tables: [], forbidden: [] }, statement: null, definition: read?.definition ?? '' };
  });
}

function problemOf(file: ModelFile, read: ReadText | undefined): Diagnostic | undefined {
  const severity = 'error' as const;
  const { error, statements: count = 0 } = read ?? {};
  if (error?.type === 'parser') {
    const message = `${error.message} in model "${file.name}"`;
    return { code: 'sql-syntax', severity, message, ...placeOfCharacter(file.sql, error.position) };
  }
  if (error === undefined && count === 1) return undefined;
  const { message, fix } = notOneSelect(file, count, error?.message);
  const place = placeOfByte(file.sql, startOfStatement(file.sql.text, count > 1 ? 1 : 0));
  return { code: 'not-one-select', severity, message, ...place, expected: 'one select statement', fix };
}

function notOneSelect(
  { name, sql }: ModelFile,
  count: number,
  reason: string | undefined,
): { message: string; fix: string } {
  if (count > 1) {
    return { message: `model "${name}" holds ${count} statements`, fix: 'Give each a file of its own.' };
  }
  if (reason === undefined)
    return { message: `model "${name}" is empty`, fix: 'Write its select, or remove the file.' };
  // DuckDB says what its own use of the text needs.
  const why = reason.startsWith('Only SELECT') ? '' : `: ${reason}`;
  return {
    message: `model "${name}" is not a select that can be read${why}`,
    fix: /\bpivot\b/i.test(sql.text)
      ? 'Write "from (pivot … on … in (…) using …)", with the values, or the aggregates out with filter (where …).'
      : 'Write only the select: the runner makes the table or view itself.',
  };
}
