-- Grain: crm, contact_id and reached_id. Every contact that a merged one leads to, over any number of merges, less
-- those that lead back to it.
with recursive
    merges as (
        select crm, contact_id, into_contact_id from stg_hubspot_merges
    ),
    -- Pairs are kept once (union), so a loop ends by itself.
    paths as (
        select crm, contact_id, into_contact_id as reached_id from merges
        union
        select paths.crm, paths.contact_id, merges.into_contact_id
        from paths
        inner join merges on paths.crm = merges.crm and paths.reached_id = merges.contact_id
    ),
    final as (
        select paths.*
        from paths
        anti join paths as ways_back
            on paths.crm = ways_back.crm
            and paths.reached_id = ways_back.contact_id
            and paths.contact_id = ways_back.reached_id
    )
select * from final
