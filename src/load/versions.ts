import type { Warehouse } from '../warehouse/warehouse.ts';
import { bookkeeping } from './scan.ts';

const content = 'recorded_at, occurred_at, lead_id, type, stage, owner_id, team, channel, canonical';

/**
 * Leaves one row per (crm, event_id) in a table of events: the version recorded last, ties broken by content. Of rows
 * with the same content the first by file and line stands for all. What became of the others is in temp table
 * load_versions (row_id, file, fate 'duplicate' or 'superseded').
 */
export async function keepVersionsThatCount(warehouse: Warehouse, table: string): Promise<void> {
  await warehouse.run(delivered(table));
  await warehouse.run(/* sql */ `
    create or replace temp table load_versions as
    with ranked as (
        select
            row_id,
            file,
            row_number() over (partition by crm, event_id, ${content} order by file, line) as copy_no,
            row_number() over (
                partition by crm, event_id
                order by recorded_at desc, occurred_at desc, lead_id, type, stage, owner_id, team, channel, canonical,
                    file, line
            ) as place
        from load_repeated
    )

    select row_id, file, if(copy_no > 1, 'duplicate', 'superseded') as fate
    from ranked
    where place > 1;
    drop table load_repeated`);
  await warehouse.run(`delete from ${table} where rowid in (select row_id from load_versions)`);
}

/**
 * Events delivered more than once: temp table load_repeated. Grouping by a hash finds them in a quarter of the memory;
 * that two events may share one does no harm here. Properties are compared as JSON, so that the order of keys does not
 * matter, but taken apart only where an event's texts differ.
 */
function delivered(table: string): string {
  return /* sql */ `
    create or replace temp table load_repeated as
    with repeated as (
        select hash(crm, event_id) as key
        from ${table}
        group by key
        having count(*) > 1
    ),

    events as (
        select
            rowid as row_id,
            * exclude (${bookkeeping.file}, ${bookkeeping.line}, ${bookkeeping.problem}),
            ${bookkeeping.file} as file,
            ${bookkeeping.line} as line
        from ${table}
        where hash(crm, event_id) in (select key from repeated)
    ),

    compared as (
        select
            *,
            min(properties::varchar) over event <> max(properties::varchar) over event as has_different_texts
        from events
        window event as (partition by crm, event_id)
    ),

    taken_apart as (
        select
            compared.row_id,
            string_agg(
                node.fullkey || E'\\x1f' || node.type || E'\\x1f' || coalesce(node.atom::varchar, ''), E'\\x1e'
                order by node.fullkey, node.type, node.atom::varchar
            ) as canonical
        from compared, json_tree(compared.properties) as node
        where compared.has_different_texts
        group by compared.row_id
    )

    select
        compared.* exclude (properties, has_different_texts),
        coalesce(taken_apart.canonical, compared.properties::varchar) as canonical
    from compared
    left join taken_apart on compared.row_id = taken_apart.row_id`;
}
