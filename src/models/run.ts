import { DiagnosticsError } from '../diagnostics/diagnostic.ts';
import type { Progress } from '../diagnostics/progress.ts';
import type { Materialization, ModelFile } from '../project/model-file.ts';
import { quoteIdentifier, SqlError, type Warehouse } from '../warehouse/warehouse.ts';
import type { PlannedModel } from './plan.ts';
import { sqlProblem } from './sql-problem.ts';

/** What came of one model. */
export interface ModelRun {
  readonly name: string;
  readonly materialized: Materialization;
  /** Null for a view. */
  readonly rows: number | null;
  readonly milliseconds: number;
}

/**
 * Builds the models in the order planned, each as a view or a table of schema main. Models that an earlier build left
 * there and the project no longer has are dropped.
 * @throws DiagnosticsError at the first model that DuckDB refuses while it runs (a failed cast, say).
 */
export async function runModels(
  warehouse: Warehouse,
  planned: readonly PlannedModel[],
  options: { progress: Progress; keep: ReadonlySet<string>; clock: () => number },
): Promise<ModelRun[]> {
  await dropEarlier(warehouse, options.keep);
  const runs: ModelRun[] = [];
  for (const { file } of planned) {
    const run = await options.progress.task(`model ${file.name}`, () => runModel(warehouse, file, options.clock), said);
    runs.push(run);
  }
  return runs;
}

/** The select itself: a closing semicolon would end the statement that it is put into. */
export function body(file: ModelFile): string {
  return file.sql.text.replace(/[\s;]+$/, '');
}

async function runModel(warehouse: Warehouse, file: ModelFile, clock: () => number): Promise<ModelRun> {
  const startedAt = clock();
  const prefix = `create ${file.materialized} ${quoteIdentifier(file.name)} as\n`;
  try {
    await warehouse.run(`${prefix}${body(file)}`);
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    throw new DiagnosticsError([sqlProblem(file, error, Buffer.byteLength(prefix))]);
  }
  const rows = file.materialized === 'view' ? null : await countRows(warehouse, file.name);
  return { name: file.name, materialized: file.materialized, rows, milliseconds: clock() - startedAt };
}

async function countRows(warehouse: Warehouse, table: string): Promise<number> {
  const [row] = await warehouse.rows<{ rows: number }>(`select count(*) as rows from ${quoteIdentifier(table)}`);
  return row?.rows ?? 0;
}

async function dropEarlier(warehouse: Warehouse, keep: ReadonlySet<string>): Promise<void> {
  const left = await warehouse.rows<{ kind: string; name: string }>(`
    select 'view' as kind, view_name as name from duckdb_views() where not internal and schema_name = 'main'
    union all
    select 'table' as kind, table_name as name from duckdb_tables() where not internal and schema_name = 'main'
    order by kind desc, name`);
  for (const { kind, name } of left) {
    if (!keep.has(name)) await warehouse.run(`drop ${kind} ${quoteIdentifier(name)}`);
  }
}

function said(run: ModelRun): string {
  return run.rows === null ? 'view' : `${run.rows.toLocaleString('en')} ${run.rows === 1 ? 'row' : 'rows'}`;
}
