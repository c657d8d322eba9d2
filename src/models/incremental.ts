import { quoteIdentifier, quoteLiteral, type Warehouse } from '../warehouse/warehouse.ts';
import type { ModelParts } from './fingerprint.ts';
import { changedKeys, digestTable, hashOfRows, knownChange, recordChange } from './ledger.ts';
import type { PlannedModel } from './plan.ts';

/** The models of a build and what each holds now. */
export interface Relations {
  readonly models: ReadonlyMap<string, PlannedModel>;
  readonly outputs: ReadonlyMap<string, string>;
}

/**
 * Gathers in state.changed… the keys of a cut model whose rows may differ between its earlier run and now: those of
 * which a row changed in an input. Returns how many; undefined when it cannot be told and all must be computed anew.
 */
export async function gatherChangedKeys(
  warehouse: Warehouse,
  model: PlannedModel,
  relations: Relations,
  runs: { readonly before: ModelParts; readonly after: ModelParts },
): Promise<number | undefined> {
  const { partition, name } = model.file;
  if (partition === undefined) return undefined;
  const changed: string[] = [];
  for (const [input, column] of partition.inputs) {
    const from = runs.before.inputs[input];
    const to = runs.after.inputs[input];
    if (from === undefined || to === undefined) return undefined;
    if (from === to) continue;
    if (!(await isKnown(warehouse, { relation: input, column, from, to }, relations))) return undefined;
    changed.push(`select key from ${changedKeys(input, column)}`);
  }
  if (changed.length === 0) return undefined;
  const keys = changedKeys(name, partition.by);
  await warehouse.run(`create or replace table ${keys} as ${changed.join(' union ')}`);
  const [row] = await warehouse.rows<{ keys: number }>(`select count(*) as keys from ${keys}`);
  return row?.keys ?? 0;
}

type Change = Parameters<typeof knownChange>[1];

async function isKnown(warehouse: Warehouse, change: Change, { models }: Relations): Promise<boolean> {
  // A cut model tells itself which of its keys changed; of others, digests of their rows are compared.
  if (models.get(change.relation)?.file.partition?.by !== change.column) await compareDigests(warehouse, change);
  return knownChange(warehouse, change);
}

/** Makes sure that the next build can tell which keys of each input changed since now. */
export async function rememberInputs(
  warehouse: Warehouse,
  { file: { partition } }: PlannedModel,
  { models, outputs }: Relations,
): Promise<void> {
  for (const [input, column] of partition?.inputs ?? []) {
    if (models.get(input)?.file.partition?.by === column) continue;
    await compareDigests(warehouse, { relation: input, column, from: '', to: outputs.get(input) ?? '' });
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

/** Computes the partitions of the gathered keys anew, in place. `select` gives their rows. */
export async function replacePartitions(warehouse: Warehouse, { file }: PlannedModel, select: string): Promise<void> {
  const { partition, name } = file;
  if (partition === undefined) return;
  const table = `main.${quoteIdentifier(name)}`;
  const key = quoteIdentifier(partition.by);
  const keys = changedKeys(name, partition.by);
  await warehouse.run(
    `delete from ${table} where exists (from ${keys} as changed where changed.key is not distinct from ${table}.${key})`,
  );
  await warehouse.run(select);
}
