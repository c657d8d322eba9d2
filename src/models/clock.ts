import { readFunctionKinds } from '../warehouse/functions.ts';
import { quoteIdentifier, type Warehouse } from '../warehouse/warehouse.ts';
import type { ModelParts } from './fingerprint.ts';
import type { Known } from './lineage/context.ts';
import { aggregateTest } from './lineage/functions.ts';
import { type ClockComparison, clockComparisons, clockTable } from './partition/clock-comparisons.ts';
import type { PlannedModel } from './plan.ts';
import { type Columns, columnsOfTables } from './table-columns.ts';

export { clockTable } from './partition/clock-comparisons.ts';

/** What run.clock holds: as_of itself, where of other tables it is a hash, so that a later run knows how far it moved. */
export async function clockContent(warehouse: Warehouse): Promise<string> {
  const [row] = await warehouse.rows<{ content: string | null }>(
    `select string_agg('as_of ' || epoch_us(as_of), ', ') as content from ${clockTable}`,
  );
  return row?.content ?? '';
}

/**
 * SQL of the keys of a cut model whose rows may differ because as_of moved between its earlier run and now: where it only
 * compares as_of with columns of its inputs, those where such a column lies between then and now. Undefined when all may.
 */
export async function keysMovedByClock(
  warehouse: Warehouse,
  model: PlannedModel,
  models: ReadonlyMap<string, PlannedModel>,
  runs: { readonly before: ModelParts; readonly after: ModelParts },
): Promise<readonly string[] | undefined> {
  const contents = [runs.before, runs.after].map(({ inputs }) => inputs[clockTable]);
  if (contents[0] === contents[1]) return [];
  const [then, now] = contents.map(instantOf);
  if (then === undefined || now === undefined) return undefined;
  const columns = await columnsOfTables(warehouse);
  const inputs = model.file.partition?.inputs ?? new Map<string, string>();
  const comparisons = clockComparisons(model.statement, { ...(await known(warehouse, models, columns)), inputs });
  if (comparisons === undefined || !comparisons.every((compared) => isInstant(columns, compared))) return undefined;
  // Both ends count, so that it does not matter whether the column may equal as_of.
  const span = then < now ? `${instant(then)} and ${instant(now)}` : `${instant(now)} and ${instant(then)}`;
  return comparisons.map(
    ({ input, column }) => `select ${quoteIdentifier(inputs.get(input) ?? '')} as key
from main.${quoteIdentifier(input)}
where ${quoteIdentifier(column)} between ${span}`,
  );
}

/** Microseconds since 1970. */
function instantOf(content: string | undefined): bigint | undefined {
  const digits = /^as_of (-?\d+)$/.exec(content ?? '')?.[1];
  return digits === undefined ? undefined : BigInt(digits);
}

function instant(microseconds: bigint): string {
  return `make_timestamptz(${microseconds})`;
}

async function known(
  warehouse: Warehouse,
  models: ReadonlyMap<string, PlannedModel>,
  columns: ReadonlyMap<string, Columns>,
): Promise<Known> {
  return {
    columnsOf: (table) => {
      const found = columns.get(table) ?? columns.get(`main.${table}`);
      return found && [...found.keys()];
    },
    isAggregate: aggregateTest(await readFunctionKinds(warehouse)),
    statementOf: (name) =>
      models.get(name)?.file.materialized === 'ephemeral' ? models.get(name)?.statement : undefined,
  };
}

/** Of another type it would be cast, which may go otherwise for the column as a whole than row by row. */
function isInstant(columns: ReadonlyMap<string, Columns>, { input, column }: ClockComparison): boolean {
  return columns.get(`main.${input}`)?.get(column) === 'TIMESTAMP WITH TIME ZONE';
}
