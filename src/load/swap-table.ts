import { quoteIdentifier, type Warehouse } from '../warehouse/warehouse.ts';
import { staged, versionsOf } from './raw-table.ts';
import { bookkeeping } from './scan.ts';

/** Makes the staged rows of a source of kind table the ones that raw.<name> shows; part of the load's transaction. */
export async function swapTable(warehouse: Warehouse, name: string): Promise<void> {
  const { file, line, problem } = bookkeeping;
  await warehouse.run(`drop view if exists raw.${quoteIdentifier(name)}; drop table if exists ${versionsOf(name)}`);
  await warehouse.run(`alter table ${staged(name)} rename to ${quoteIdentifier(name)}`);
  await warehouse.run(
    `create view raw.${quoteIdentifier(name)} as select * exclude (${file}, ${line}, ${problem}) from ${versionsOf(name)}`,
  );
}
