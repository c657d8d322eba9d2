import { quoteIdentifier, quoteLiteral, type Warehouse } from '../warehouse/warehouse.ts';
import type { ModelParts } from './fingerprint.ts';
import { changedKeys, digestTable, hashOfRows, keyEquality, knownChange, recordChange } from './ledger.ts';
import type { PlannedModel } from './plan.ts';

/** The models of a build and what each holds now. */
export interface Relations {
  readonly models: ReadonlyMap<string, PlannedModel>;
  readonly outputs: ReadonlyMap<string, string>;
  /** Which keys changed in a table outside models, as `RunOptions.changedIn`. */
  readonly changedIn?: (
    table: string,
    change: { readonly column: string; readonly from: string; readonly to: string },
  ) => Promise<string | undefined>;
}

/**
 * Gathers in state.changed… the keys of a cut model whose rows may differ between its earlier run and now: those of
 * which a row changed in an input, and those that the selects in `moved` tell. Returns how many; undefined when it cannot
 * be told and all must be computed anew.
 */
export async function gatherChangedKeys(
  warehouse: Warehouse,
  model: PlannedModel,
  relations: Relations,
  runs: { readonly before: ModelParts; readonly after: ModelParts; readonly moved: readonly string[] },
): Promise<number | undefined> {
  const { partition, name } = model.file;
  if (partition === undefined) return undefined;
  const changed = [...runs.moved];
  for (const [input, column] of partition.inputs) {
    const [from, to] = [runs.before, runs.after].map((parts) => contentIn(parts, input));
    if (from === undefined || to === undefined) return undefined;
    if (from === to) continue;
    const keys = await changedIn(warehouse, { relation: input, column, from, to }, relations);
    if (keys === undefined) return undefined;
    changed.push(keys);
  }
  if (changed.length === 0) return undefined;
  const keys = changedKeys(name, partition.by);
  await warehouse.run(`create or replace table ${keys} as ${changed.join(' union ')}`);
  const [row] = await warehouse.rows<{ keys: number }>(`select count(*) as keys from ${keys}`);
  return row?.keys ?? 0;
}

/** What an input held; a table stands in the place of a model of a source that the project has not. */
function contentIn({ inputs }: ModelParts, input: string): string | undefined {
  return inputs[input] ?? inputs[`main.${input}`];
}

type Change = Parameters<typeof knownChange>[1];

/** SQL of a select of the keys that changed in an input; undefined where that is not known. */
async function changedIn(warehouse: Warehouse, change: Change, relations: Relations): Promise<string | undefined> {
  const { relation, column } = change;
  if (isOutside(relation)) return relations.changedIn?.(relation, change);
  if (!tellsItself(relation, column, relations)) await compareDigests(warehouse, change);
  if (!(await knownChange(warehouse, change))) return undefined;
  return `select key from ${changedKeys(relation, column)}`;
}

/** Whether an input is a table outside models, such as raw.events. */
function isOutside(input: string): boolean {
  return input.includes('.');
}

/**
 * A cut model knows which of its keys changed, one that keeps its rows also which values of another column were in the
 * parts that it replaced. Of other relations digests of their rows are compared.
 */
function tellsItself(relation: string, column: string, { models }: Pick<Relations, 'models'>): boolean {
  const file = models.get(relation)?.file;
  return file?.partition !== undefined && (file.partition.by === column || file.materialized === 'incremental');
}

/** Of each incremental model the columns, other than its own key, by which other models are cut that read it. */
export function otherKeys(models: ReadonlyMap<string, PlannedModel>): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { file } of models.values()) {
    for (const [input, column] of file.partition?.inputs ?? []) {
      const read = models.get(input)?.file;
      if (read?.materialized !== 'incremental' || read.partition?.by === column) continue;
      const columns = found.get(input) ?? [];
      if (!columns.includes(column)) found.set(input, [...columns, column]);
    }
  }
  return found;
}

/** Makes sure that the next build can tell which keys of each input changed since now. */
export async function rememberInputs(
  warehouse: Warehouse,
  { file: { partition } }: PlannedModel,
  relations: Relations,
): Promise<void> {
  for (const [input, column] of partition?.inputs ?? []) {
    if (isOutside(input) || tellsItself(input, column, relations)) continue;
    await compareDigests(warehouse, { relation: input, column, from: '', to: relations.outputs.get(input) ?? '' });
  }
}

/** Brings the digests of a relation's keys up to date and keeps which of them changed. */
async function compareDigests(warehouse: Warehouse, { relation, column, to }: Change): Promise<void> {
  const where = `relation = ${quoteLiteral(relation)} and key_column = ${quoteLiteral(column)}`;
  const [known] = await warehouse.rows<{ output: string }>(`select output from state.digests where ${where}`);
  if (known?.output === to) return;
  const digests = digestTable(relation, column);
  const table = `main.${quoteIdentifier(relation)}`;
  const digest = hashOfRows(await warehouse.columns(`from ${table}`));
  await warehouse.run(`
    create or replace temp table new_digests as
    select ${quoteIdentifier(column)} as key, ${digest} as digest
    from ${table}
    group by ${quoteIdentifier(column)}`);
  if (known !== undefined) {
    await warehouse.run(`
      create or replace table ${changedKeys(relation, column)} as
      select coalesce(earlier.key, later.key) as key
      from ${digests} as earlier
      full join new_digests as later on earlier.key is not distinct from later.key
      where earlier.digest is distinct from later.digest`);
  }
  await recordChange(warehouse, { relation, column, from: known?.output, to });
  await warehouse.run(`
    create or replace table ${digests} as from new_digests;
    drop table new_digests;
    delete from state.digests where ${where};
    insert into state.digests values (${quoteLiteral(relation)}, ${quoteLiteral(column)}, ${quoteLiteral(to)})`);
}

/**
 * Computes the partitions of the gathered keys anew, in place: `insert` puts their rows there. Of the columns in `others` it
 * gathers the values that rows of these partitions had and have: no other row changed.
 */
export async function replacePartitions(
  warehouse: Warehouse,
  { file }: PlannedModel,
  insert: string,
  others: readonly string[],
): Promise<void> {
  const { partition, name } = file;
  if (partition === undefined) return;
  const table = `main.${quoteIdentifier(name)}`;
  const key = quoteIdentifier(partition.by);
  const keys = changedKeys(name, partition.by);
  const equals = await keyEquality(warehouse, keys);
  const isChanged = `exists (from ${keys} as changed where changed.key ${equals} ${table}.${key})`;
  const values = (column: string): string =>
    `select distinct ${quoteIdentifier(column)} as key from ${table} where ${isChanged}`;
  for (const column of others) {
    await warehouse.run(`create or replace table ${changedKeys(name, column)} as ${values(column)}`);
  }
  await warehouse.run(`delete from ${table} where ${isChanged}`);
  await warehouse.run(insert);
  for (const column of others) {
    const gathered = changedKeys(name, column);
    await warehouse.run(
      `insert into ${gathered} from (${values(column)}) as now where not exists (from ${gathered} as had where had.key is not distinct from now.key)`,
    );
  }
}
