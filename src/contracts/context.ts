import { quoteIdentifier, type Warehouse } from '../warehouse/warehouse.ts';
import { type ContractContext, isChecked, type ModelColumns } from './rule.ts';

/** Reads what all rules need to know. */
export async function openContext(
  warehouse: Warehouse,
  project: ContractContext['project'],
  { asOf, now }: { readonly asOf: string; readonly now: string },
): Promise<ContractContext> {
  return {
    warehouse,
    project,
    columns: await readColumns(warehouse, project),
    periods: await readPeriods(warehouse),
    asOf,
    now,
  };
}

/** Those of ephemeral models are not there to be read. */
async function readColumns(
  warehouse: Warehouse,
  { models }: ContractContext['project'],
): Promise<ReadonlyMap<string, ModelColumns>> {
  const found = new Map<string, ModelColumns>();
  for (const model of models.filter((entry) => isChecked(entry) || entry.aliasOf !== undefined)) {
    const columns = await warehouse.columns(`from main.${quoteIdentifier(model.name)}`);
    found.set(model.name, new Map(columns.map(({ name, type }) => [name, type])));
  }
  return found;
}

async function readPeriods(warehouse: Warehouse): Promise<ContractContext['periods']> {
  const [row] = await warehouse.rows<{ from: string; to: string }>(`
    select
        coalesce(cast(make_timestamptz(min(utc_day) * 86_400_000_000) as varchar), 'infinity') as from,
        coalesce(cast(make_timestamptz((max(utc_day) + 1) * 86_400_000_000) as varchar), 'infinity') as to
    from sla.dates`);
  return row ?? { from: 'infinity', to: 'infinity' };
}
