-- Grain: crm and record_id. The lead that a record belongs to: where the chain lead → deal → lead … began.
with recursive
    records as (
        select * from stg_pipedrive_records
    ),
    links as (
        select crm, record_id, source_id from records where source_id is not null and source_id <> record_id
    ),
    -- Pairs are kept once (union), so a loop ends by itself.
    ancestors as (
        select crm, record_id, source_id as ancestor_id from links
        union
        select ancestors.crm, ancestors.record_id, links.source_id
        from ancestors
        inner join links on ancestors.crm = links.crm and ancestors.ancestor_id = links.record_id
    ),
    roots as (
        select ancestors.crm, ancestors.record_id, min(ancestors.ancestor_id) as lead_id
        from ancestors
        left join links on ancestors.crm = links.crm and ancestors.ancestor_id = links.record_id
        where links.record_id is null
        group by ancestors.crm, ancestors.record_id
    ),
    sources as (
        select distinct crm, source_id as record_id from links
    ),
    final as (
        select
            records.crm,
            records.record_id,
            records.kind,
            coalesce(roots.lead_id, records.record_id) as lead_id,
            records.person_id,
            sources.record_id is not null as is_succeeded,
            records.created_at
        from records
        left join roots on records.crm = roots.crm and records.record_id = roots.record_id
        left join sources on records.crm = sources.crm and records.record_id = sources.record_id
    )
select * from final
