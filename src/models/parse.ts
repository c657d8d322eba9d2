import { createHash } from 'node:crypto';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { ModelFile } from '../project/model-file.ts';
import { type FunctionKinds, readFunctionKinds } from '../warehouse/functions.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { placeOfByte } from './place.ts';
import { type QueryFacts, readQuery } from './references.ts';

interface Serialized {
  readonly error: boolean;
  readonly error_type?: string;
  readonly error_message?: string;
  readonly position?: string;
  readonly statements?: readonly unknown[];
}

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
 * Reads each model's SQL with DuckDB's own parser. A model that is not exactly one select is reported with its place
 * and left out of the result.
 */
export async function parseModels(
  warehouse: Warehouse,
  models: readonly ModelFile[],
  problems: Diagnostic[],
): Promise<ParsedModel[]> {
  const parsed: ParsedModel[] = [];
  const functions = await readFunctionKinds(warehouse);
  for (const file of models) {
    const [row] = await warehouse.rows<{ tree: string }>('select json_serialize_sql($1::varchar) as tree', [
      file.sql.text,
    ]);
    // The shape is DuckDB's; a failure is told by `error`, never by a missing field.
    const tree = JSON.parse(row?.tree ?? '{"error":true}') as Serialized;
    const problem = problemOf(file, tree);
    if (problem === undefined) parsed.push(toParsed(file, tree.statements?.[0], functions));
    else problems.push(problem);
  }
  return parsed;
}

function toParsed(file: ModelFile, statement: unknown, functions: FunctionKinds): ParsedModel {
  const withoutPlaces = JSON.stringify(statement, (key, value: unknown) =>
    key === 'query_location' ? undefined : value,
  );
  return {
    file,
    facts: readQuery(statement, functions),
    statement,
    definition: createHash('sha256').update(withoutPlaces).digest('hex'),
  };
}

function problemOf(file: ModelFile, tree: Serialized): Diagnostic | undefined {
  const position = tree.position === undefined ? undefined : Number(tree.position);
  const place = { severity: 'error' as const, ...placeOfByte(file.sql, position) };
  if (tree.error && tree.error_type === 'parser') {
    return { code: 'sql-syntax', message: `${tree.error_message} in model "${file.name}"`, ...place };
  }
  const count = tree.statements?.length ?? 0;
  if (tree.error || count !== 1) {
    return {
      code: 'not-one-select',
      message:
        count === 0 && !tree.error
          ? `model "${file.name}" is empty`
          : count > 1
            ? `model "${file.name}" holds ${count} statements`
            : `model "${file.name}" is not a select that can be read: ${tree.error_message}`,
      ...place,
      expected: 'one select statement',
      fix: 'The runner creates the table or view itself. For PIVOT write the aggregates out with filter (where …).',
    };
  }
  return undefined;
}
