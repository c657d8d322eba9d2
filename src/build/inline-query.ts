import { type Diagnostic, failOnErrors } from '../diagnostics/diagnostic.ts';
import { type ParsedModel, parseModels } from '../models/parse.ts';
import { placeOfByte } from '../models/place.ts';
import type { TableReference } from '../models/references.ts';
import { type ModelFile, readModel } from '../project/model-file.ts';
import { Warehouse } from '../warehouse/warehouse.ts';

/** A select that came with the command line. */
export interface InlineQuery extends ParsedModel {
  readonly tables: readonly TableReference[];
}

const name = 'inline';

/**
 * Reads a query as the select of a model is read.
 * @throws DiagnosticsError when it is anything else than one select, or calls a table function that reaches outside.
 */
export async function readInline(sql: string): Promise<InlineQuery> {
  const file = toModel(sql);
  const problems: Diagnostic[] = [];
  const parser = await Warehouse.open(':memory:', { threads: 1 });
  let parsed: ParsedModel | undefined;
  try {
    [parsed] = await parseModels(parser, [file], problems);
  } finally {
    parser.close();
  }
  failOnErrors(problems.map(asQueryProblem));
  if (parsed === undefined) throw new Error('a query that was not read is a problem');
  // Unlike a model it may read the clock.
  const functions = parsed.facts.forbidden.filter(({ kind }) => kind === 'table-function');
  failOnErrors(
    functions.map(({ name: called, position }) => ({
      code: 'forbidden-function',
      severity: 'error',
      message: `the query may not call ${called}`,
      ...placeOfByte(file.sql, position),
      expected: 'tables of the warehouse; the query reaches no file, network or setting',
    })),
  );
  return { ...parsed, tables: parsed.facts.tables };
}

/** A problem of the model that a query is taken for, as one of the query. */
export function inTheQuery(problem: Diagnostic): Diagnostic {
  return { ...problem, message: problem.message.replace(` (model "${name}")`, '') };
}

function asQueryProblem({ fix: _fix, ...problem }: Diagnostic): Diagnostic {
  const message = problem.message
    .replace(` in model "${name}"`, '')
    .replace(`model "${name}"`, 'the query')
    // DuckDB says what its own use of the query needs.
    .replace(/is not a select that can be read.*/, 'is not a select');
  if (problem.code !== 'not-one-select') return { ...problem, message };
  return {
    ...problem,
    message,
    fix: 'Anything that changes data, files or settings is refused: the query only reads.',
  };
}

function toModel(sql: string): ModelFile {
  const text = sql.replace(/[\s;]+$/, '');
  const sqls = [{ version: undefined, sql: { path: '--inline', text } }];
  const [file] = readModel({ base: name, folders: [], sqls, yml: undefined }, {}, []);
  if (file === undefined) throw new Error('a model without a .yml is a model');
  return file;
}
