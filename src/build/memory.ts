import { randomUUID } from 'node:crypto';
import { toolVersion } from '../project/version.ts';
import { hashOf } from '../state/hash.ts';
import { quoteLiteral, type Warehouse } from '../warehouse/warehouse.ts';

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

/** Gives a work file an identity of its own, which it keeps: what was published from another one is never built upon. */
export async function identify(work: Warehouse): Promise<void> {
  await work.run(`
    create table if not exists state.identity (id varchar);
    insert into state.identity select ${quoteLiteral(randomUUID())} where not exists (from state.identity)`);
}

/**
 * What must be the same for a published file to be changed in place of being written whole, as a hash: the work file, the
 * runner, and what may be stored. Rows that may be stored no longer must not even lie in free blocks of the file.
 */
export async function originOf(work: Warehouse, tool: string | undefined): Promise<string> {
  const [identity] = (await work.hasTable('state', 'identity'))
    ? await work.rows<{ id: string }>('select id from state.identity')
    : [];
  const declarations = (await work.hasTable('load', 'state'))
    ? await work.rows("select state -> '$.declarations' as declarations from load.state")
    : [];
  const expired = (await work.hasTable('load', 'expired'))
    ? await work.rows(
        'select count(*) as leads, sum(hash(source, lead, cutoff)::hugeint)::varchar as digest from load.expired',
      )
    : [];
  return hashOf([publishing, tool ?? toolVersion, identity?.id ?? randomUUID(), declarations, expired]);
}

/** To be raised when tables would be published otherwise than before. */
const publishing = 1;
