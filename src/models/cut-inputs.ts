import type { ModelFile } from '../project/model-file.ts';
import { quoteIdentifier, type Warehouse } from '../warehouse/warehouse.ts';
import { type CompiledModel, compileModel } from './compile.ts';
import { changedKeys, keyEquality, type ModelRecord } from './ledger.ts';
import type { PlannedModel } from './plan.ts';

interface Keys {
  readonly table: string;
  /** What tells these keys from others. */
  readonly id: string;
  readonly equals: string;
}

/**
 * The inputs of cut models, cut to some keys. Views are read whole for it, so their rows are kept in temporary tables
 * for the models after that are cut to the same keys, as most are in a build.
 */
export class CutInputs {
  /** View → the keys, as a hash, that its temporary table is cut to. */
  private readonly kept = new Map<string, string>();

  constructor(
    private readonly warehouse: Warehouse,
    private readonly models: ReadonlyMap<string, PlannedModel>,
  ) {}

  /** A model's select over those rows of its cut inputs whose keys changed. */
  async select(model: PlannedModel): Promise<CompiledModel> {
    const { partition, name } = model.file;
    if (partition === undefined) return compileModel(model, this.models);
    const keys = changedKeys(name, partition.by);
    const [row] = await this.warehouse.rows<{ id: string }>(
      `select count(*) || ':' || coalesce(bit_xor(hash(key)), 0)::varchar as id from ${keys}`,
    );
    return this.cut(model, { table: keys, id: row?.id ?? '', equals: await keyEquality(this.warehouse, keys) });
  }

  /** To be called when a transaction is rolled back: tables made in it are gone. */
  forget(): void {
    this.kept.clear();
  }

  private async cut(model: PlannedModel, keys: Keys): Promise<CompiledModel> {
    const restricted = new Map<string, string>();
    for (const [input, column] of model.file.partition?.inputs ?? []) {
      restricted.set(input, await this.rowsOf(input, column, keys));
    }
    return compileModel(model, this.models, restricted);
  }

  private async rowsOf(input: string, column: string, keys: Keys): Promise<string> {
    const file = this.models.get(input)?.file;
    const select = `select rows.* from main.${quoteIdentifier(input)} as rows
semi join ${keys.table} as changed on rows.${quoteIdentifier(column)} ${keys.equals} changed.key`;
    if (file?.materialized !== 'view') return select;
    const table = quoteIdentifier(`cut ${input} ${column}`);
    if (this.kept.get(table) !== keys.id) {
      // A view that is cut itself is made of what it reads, cut in the same way: that spares reading all of it.
      const isCut = file.partition?.by === column && isMadeOfModels(file, this.models);
      const model = isCut ? this.models.get(input) : undefined;
      const sql = model === undefined ? select : (await this.cut(model, keys)).sql;
      await this.warehouse.run(`create or replace temp table ${table} as\n${sql}`);
      this.kept.set(table, keys.id);
    }
    return `select * from temp.main.${table}`;
  }
}

/** Whether all that a cut view is cut by are models: a table outside models has no rows of its own to be cut. */
export function isMadeOfModels(
  { partition }: Pick<ModelFile, 'partition'>,
  models: { has(name: string): boolean },
): boolean {
  return [...(partition?.inputs.keys() ?? [])].every((name) => models.has(name));
}

/** The models of a build and what is known of their earlier runs. */
interface Earlier {
  readonly models: ReadonlyMap<string, PlannedModel>;
  readonly ledger: ReadonlyMap<string, ModelRecord>;
}

/**
 * Whether computing the changed partitions is less work than all of them. A partition has a row at least, in the model or in
 * an input: what makes few rows of many must not read them all.
 */
export function isFew(changed: number, model: PlannedModel, earlier: Earlier): boolean {
  return changed * 2 <= mostRows(model, earlier);
}

/** Of a model and its cut inputs; a view has as many as what it reads. */
function mostRows({ file }: PlannedModel, earlier: Earlier): number {
  const rowsOf = (name: string): number => earlier.ledger.get(name)?.rows ?? 0;
  const inputs = [...(file.partition?.inputs.keys() ?? [])].map((name) => {
    const input = earlier.models.get(name);
    return input?.file.materialized === 'view' ? mostRows(input, earlier) : rowsOf(name);
  });
  return Math.max(rowsOf(file.name), ...inputs);
}
