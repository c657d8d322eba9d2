-- Grain: crm, contact_id and into_contact_id. Contacts that were merged into another, from the merge audit, from the
-- list that the other one carries, or from both.
with
    contacts as (
        select * from stg_hubspot_contacts
    ),
    lists as (
        select crm, object_id as contact_id, value, changed_at
        from stg_hubspot_changes
        where object_type = 'contact' and property = 'hs_merged_object_ids'
    ),
    audited as (
        select crm, vid_to_merge as contact_id, canonical_vid as into_contact_id, "timestamp" as merged_at
        from raw.hubspot_contact_merge_audit
    ),
    -- <merged id>:<milliseconds since 1970>;…
    calculated as (
        select
            crm,
            contact_id as into_contact_id,
            unnest(string_split(properties ->> 'hs_calculated_merged_vids', ';')) as entry
        from contacts
    ),
    -- <merged id>;…, which says when only through its history: the first list that names the merged one.
    listed as (
        select
            crm,
            contact_id as into_contact_id,
            unnest(string_split(value, ';')) as contact_id,
            changed_at as merged_at
        from lists
        union all
        select crm, contact_id, unnest(string_split(properties ->> 'hs_merged_object_ids', ';')), null
        from contacts
    ),
    merges as (
        select * from audited
        union all
        select
            crm,
            string_split(entry, ':')[1] as contact_id,
            into_contact_id,
            make_timestamptz(try_cast(string_split(entry, ':')[2] as bigint) * 1000) as merged_at
        from calculated
        union all
        select crm, contact_id, into_contact_id, merged_at from listed
    ),
    final as (
        select
            merges.crm,
            trim(merges.contact_id) as contact_id,
            merges.into_contact_id,
            -- Where nobody says when: when the other one was last changed; without any time at all, by now.
            coalesce(
                min(merges.merged_at),
                any_value(contacts.updated_at),
                any_value(contacts.read_at),
                any_value(contacts.created_at),
                any_value(clock.as_of)
            ) as merged_at
        from merges
        cross join run.clock
        left join contacts
            on merges.crm = contacts.crm and merges.into_contact_id = contacts.contact_id
        where trim(merges.contact_id) <> '' and trim(merges.contact_id) <> merges.into_contact_id
        group by merges.crm, trim(merges.contact_id), merges.into_contact_id
    )
select * from final
