import { quoteIdentifier, type Warehouse } from '../warehouse/warehouse.ts';
import { modelsByName } from './compile.ts';
import { isMadeOfModels } from './cut-inputs.ts';
import { changedKeys, keyEquality, knownChange } from './ledger.ts';
import type { PlannedModel } from './plan.ts';
import type { RunResult } from './run.ts';

/** The rows of a cut model whose keys changed since it held something else. */
interface ChangedRows {
  /** The column that the model is cut by. */
  readonly column: string;
  /** A table of the keys, in its column `key`. */
  readonly keys: string;
  /**
   * A select of the rows that the model has of them now, to be read before anything is written or asked of other rows:
   * rows get other places when DuckDB tidies up, and what is cut to some keys makes way for what is cut to others.
   */
  readonly rows: () => Promise<string>;
}

/**
 * Tells of a model, and of what it held at an earlier time, which rows changed since; undefined for a model that is not
 * cut, and where it is not known. To be asked when the models have run.
 */
export function changedRows(
  warehouse: Warehouse,
  planned: readonly PlannedModel[],
  { outputs, inputs }: Pick<RunResult, 'outputs' | 'inputs'>,
): (model: string, from: string) => Promise<ChangedRows | undefined> {
  const models = modelsByName(planned);
  const told = new Map<string, Promise<ChangedRows | undefined>>();
  return (name, from) => {
    const asked = JSON.stringify([name, from]);
    const answer = told.get(asked) ?? find(name, from);
    told.set(asked, answer);
    return answer;
  };

  async function find(name: string, from: string): Promise<ChangedRows | undefined> {
    const model = models.get(name);
    const partition = model?.file.partition;
    const to = outputs.get(name);
    if (model === undefined || partition === undefined || to === undefined) return undefined;
    const column = partition.by;
    if (!(await knownChange(warehouse, { relation: name, column, from, to }))) return undefined;
    const keys = changedKeys(name, column);
    return { column, keys, rows: () => rowsOf(model, column, keys) };
  }

  async function rowsOf(model: PlannedModel, column: string, keys: string): Promise<string> {
    const table = `main.${quoteIdentifier(model.file.name)}`;
    const equals = await keyEquality(warehouse, keys);
    const changed = `${table} as rows
semi join ${keys} as changed on rows.${quoteIdentifier(column)} ${equals} changed.key`;
    if (model.file.materialized !== 'view') {
      // What was computed anew stands at the end of the table: all before it need not be read.
      const [row] = await warehouse.rows<{ first: number | null }>(`select min(rows.rowid) as first from ${changed}`);
      return `select rows.* from ${changed}\nwhere rows.rowid >= ${row?.first ?? 0}`;
    }
    // A view that is cut is made of what it reads, cut in the same way: that spares reading all of it.
    return isMadeOfModels(model.file, models) ? (await inputs.select(model)).sql : `select rows.* from ${changed}`;
  }
}
