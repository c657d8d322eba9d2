import { quoteIdentifier, type Warehouse } from '../warehouse/warehouse.ts';
import { fates, type RawTable, versionsOf } from './raw-table.ts';

/** SQL for what stands for a row's key where finding it again must be cheap; that two keys may share one does no harm. */
export function keyHash({ key }: RawTable): string {
  return `hash(${key.map(quoteIdentifier).join(', ')})`;
}

/**
 * Decides anew which version of each row counts: the one with the greatest values of `latestBy`, ties broken by content,
 * so that the order of files never matters. Of rows with the same content the first by file and line stands for all.
 * `touched` is SQL of a select of the key hashes where anything can have changed; by default all. Reads load.file_ids for
 * the order of files.
 */
export async function settleVersions(warehouse: Warehouse, table: RawTable, touched?: string): Promise<void> {
  await warehouse.run(touched === undefined ? repeatedOfAll(table) : repeatedOf(table, touched));
  await warehouse.run(`create or replace temp table load_repeated as ${repeatedRows(table)}`);
  const latest = table.latestBy.map(quoteIdentifier);
  const content = contentColumns(table);
  const key = table.key.map(quoteIdentifier).join(', ');
  const newestFirst = [...latest.map((column) => `${column} desc nulls last`), ...content, 'place', 'line'].join(', ');
  await warehouse.run(/* sql */ `
    update ${versionsOf(table.name)} as versions
    set fate = ranked.new_fate
    from (
        select
            row_id,
            fate,
            case
                when row_number() over (partition by ${key} order by ${newestFirst}) = 1 then null
                when row_number() over (
                    partition by ${[key, ...latest, ...content].join(', ')} order by place, line
                ) > 1 then ${fates.duplicate}
                else ${fates.superseded}
            end as new_fate
        from load_repeated
    ) as ranked
    where versions.rowid = ranked.row_id and ranked.fate is distinct from ranked.new_fate;
    drop table load_repeated; drop table load_settled`);
}

// The rows to be looked at are found by their keys alone: load_settled. Only theirs are then read whole.

function repeatedOfAll(table: RawTable): string {
  const versions = versionsOf(table.name);
  return /* sql */ `
    create or replace temp table load_settled as
    select rowid as row_id
    from ${versions}
    where ${keyHash(table)} in (
        select ${keyHash(table)} as "load:key" from ${versions} group by "load:key" having count(*) > 1
    )`;
}

/** Of the touched keys those with several rows, or with one that did not count before. */
function repeatedOf(table: RawTable, touched: string): string {
  return /* sql */ `
    create or replace temp table load_settled as
    with near as materialized (
        select rowid as row_id, ${keyHash(table)} as "load:key", fate
        from ${versionsOf(table.name)}
        where ${keyHash(table)} in (${touched})
    )

    select row_id
    from near
    where "load:key" in (
        select "load:key" from near group by "load:key" having count(*) > 1 or count(fate) > 0
    )`;
}

/** Columns that make two rows of one key different; JSON by what it says, not by how it is written. */
function contentColumns({ columns, key, latestBy }: RawTable): string[] {
  return [...columns]
    .filter(([name]) => !key.includes(name) && !latestBy.includes(name))
    .map(([name, type]) => quoteIdentifier(type === 'json' ? `canonical:${name}` : name));
}

/**
 * The rows to be looked at. JSON is taken apart only where the texts of one key differ, so that the order of keys in
 * an object does not matter and the rest costs nothing.
 */
function repeatedRows(table: RawTable): string {
  const json = [...table.columns].filter(([, type]) => type === 'json').map(([name]) => name);
  const key = table.key.map(quoteIdentifier).join(', ');
  const differs = (name: string): string => quoteIdentifier(`differs:${name}`);
  const compared = json.map(
    (name) => `,
            min(${quoteIdentifier(name)}::varchar) over same_key <> max(${quoteIdentifier(name)}::varchar) over same_key as ${differs(name)}`,
  );
  const taken = json.map(
    (name, index) => /* sql */ `,

    taken_apart_${index} as (
        select
            compared.row_id,
            string_agg(
                node.fullkey || E'\\x1f' || node.type || E'\\x1f' || coalesce(node.atom::varchar, ''), E'\\x1e'
                order by node.fullkey, node.type, node.atom::varchar
            ) as canonical
        from compared, json_tree(compared.${quoteIdentifier(name)}) as node
        where compared.${differs(name)}
        group by compared.row_id
    )`,
  );
  const canonical = json.map(
    (name, index) => `,
        coalesce(taken_apart_${index}.canonical, compared.${quoteIdentifier(name)}::varchar) as ${quoteIdentifier(`canonical:${name}`)}`,
  );
  return /* sql */ `
    with compared as (
        select
            versions.rowid as row_id,
            versions.*,
            places.place${compared.join('')}
        from ${versionsOf(table.name)} as versions
        inner join load.file_ids as places on versions.file_id = places.file_id
        where versions.rowid in (select row_id from load_settled)
        window same_key as (partition by ${key})
    )${taken.join('')}

    select compared.*${canonical.join('')}
    from compared
    ${json.map((_, index) => `left join taken_apart_${index} on compared.row_id = taken_apart_${index}.row_id`).join('\n    ')}`;
}
