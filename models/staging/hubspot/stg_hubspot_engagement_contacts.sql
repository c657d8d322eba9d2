-- Grain: crm, engagement_id and contact_id. Whose calls, e-mails, messages and meetings they are. One that names both a
-- contact and the one it was merged into happened once, to the latter.
with
    objects as (
        select crm, id, associations from raw.hubspot_calls
        union all
        select crm, id, associations from raw.hubspot_emails
        union all
        select crm, id, associations from raw.hubspot_communications
        union all
        select crm, id, associations from raw.hubspot_meetings
    ),
    associations as (
        select crm, engagement_id, contact_id
        from raw.hubspot_engagement_contact
        where _fivetran_deleted is distinct from true
        union
        select crm, id, unnest(json_extract_string(associations, '$.contacts.results[*].id'))
        from objects
    ),
    paths as (
        select * from stg_hubspot_merge_paths
    ),
    merged_away as (
        select associations.crm, associations.engagement_id, associations.contact_id
        from associations
        inner join paths
            on associations.crm = paths.crm and associations.contact_id = paths.contact_id
        semi join associations as others
            on associations.crm = others.crm
            and associations.engagement_id = others.engagement_id
            and paths.reached_id = others.contact_id
    ),
    final as (
        select * from associations where contact_id is not null
        except
        select * from merged_away
    )
select * from final
