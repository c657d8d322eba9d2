import { createHash } from 'node:crypto';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { ModelFile } from '../project/model-file.ts';
import { readFunctionKinds } from '../warehouse/functions.ts';
import { quoteLiteral, type Warehouse } from '../warehouse/warehouse.ts';
import { placeOfByte, placeOfCharacter } from './place.ts';
import { type QueryFacts, readQuery } from './references.ts';
import { startOfStatement } from './sql-pieces.ts';
import { readTakenNames, takenName } from './taken-names.ts';

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
 * Reads each model's SQL with DuckDB's own parser. A model that is not exactly one select, or has a name that is taken, is
 * reported with its place; it then reads nothing, and those that read it find it.
 */
export async function parseModels(
  warehouse: Warehouse,
  models: readonly ModelFile[],
  problems: Diagnostic[],
): Promise<ParsedModel[]> {
  const parsed: ParsedModel[] = [];
  const functions = await readFunctionKinds(warehouse);
  const taken = await readTakenNames(warehouse);
  const trees = await serialize(
    warehouse,
    models.map(({ sql }) => sql.text),
  );
  for (const [index, file] of models.entries()) {
    const text = trees[index] ?? '{"error":true}';
    // The shape is DuckDB's; a failure is told by `error`, never by a missing field.
    const tree = JSON.parse(text) as Serialized;
    const problem = takenName(file, taken) ?? problemOf(file, tree);
    if (problem !== undefined) problems.push(problem);
    const statement = problem === undefined ? tree.statements?.[0] : null;
    parsed.push({
      file,
      facts: readQuery(statement, functions),
      statement,
      definition: definitionOf(text),
    });
  }
  return parsed;
}

/** The syntax trees of texts, or what is wrong with each, as JSON in the order given. */
async function serialize(warehouse: Warehouse, texts: readonly string[]): Promise<string[]> {
  if (texts.length === 0) return [];
  const values = texts.map((text, place) => `(${place}, ${quoteLiteral(text)})`).join(', ');
  const rows = await warehouse.rows<{ tree: string }>(
    `select json_serialize_sql(text) as tree from (values ${values}) as texts (place, text) order by place`,
  );
  return rows.map(({ tree }) => tree);
}

/**
 * By DuckDB's own text: as JavaScript's numbers, long literals would be rounded to each other. Quotes within texts are
 * escaped there, so that nothing else looks like a place.
 */
function definitionOf(tree: string): string {
  return createHash('sha256')
    .update(tree.replace(/(?<!\\)"query_location":\d+/g, ''))
    .digest('hex');
}

function problemOf(file: ModelFile, tree: Serialized): Diagnostic | undefined {
  const severity = 'error' as const;
  if (tree.error && tree.error_type === 'parser') {
    const message = `${tree.error_message} in model "${file.name}"`;
    return { code: 'sql-syntax', severity, message, ...placeOfCharacter(file.sql, Number(tree.position ?? 0)) };
  }
  const count = tree.statements?.length ?? 0;
  if (!tree.error && count === 1) return undefined;
  const { message, fix } = notOneSelect(file, count, tree.error_message);
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
