import type { Warehouse } from '../warehouse/warehouse.ts';

/** To be raised when a table of schema state or audit gets other columns, or another meaning. */
const layout = 1;

/** Throws away what an earlier version of the tool remembered in a way that this one does not read. */
export async function forgetOtherLayouts(work: Warehouse): Promise<void> {
  const known = (await work.hasTable('state', 'layout'))
    ? (await work.rows<{ layout: number }>('select layout from state.layout'))[0]?.layout
    : undefined;
  if (known === layout) return;
  await work.run('drop schema if exists state cascade; drop schema if exists audit cascade; create schema state');
  await work.insert('state.layout', { layout: 'integer' }, [{ layout }]);
}
