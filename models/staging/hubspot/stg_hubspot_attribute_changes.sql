-- Grain: crm and change_id. The values that a contact's attributes had. Of a property whose history was not exported
-- only the present value is known, and not since when.
with
    attributes as (
        select crm, property, attribute
        from run.attributes
        where attribute is not null and attribute <> 'exit_reason'
    ),
    changes as (
        select
            history.crm,
            history.change_id,
            history.object_id as contact_id,
            history.property,
            attributes.attribute,
            nullif(history.value, '') as value,
            history.changed_at
        from stg_hubspot_property_history as history
        inner join attributes on history.crm = attributes.crm and history.property = attributes.property
        where history.object_type = 'contact'
            -- A blank that was never anything else clears nothing.
            and (history.value <> '' or history.previous_value <> '')
    ),
    contacts as (
        select * from stg_hubspot_contacts
    ),
    present_values as (
        select
            contacts.crm,
            concat_ws(':', 'contact', contacts.contact_id, attributes.property, 'now') as change_id,
            contacts.contact_id,
            attributes.property,
            attributes.attribute,
            nullif(contacts.properties ->> attributes.property, '') as value,
            null::timestamptz as changed_at
        from contacts
        inner join attributes on contacts.crm = attributes.crm
    ),
    undated as (
        select present_values.*
        from present_values
        anti join changes
            on present_values.crm = changes.crm
            and present_values.contact_id = changes.contact_id
            and present_values.property = changes.property
        where present_values.value is not null
    ),
    values_had as (
        select * from changes
        union all
        select * from undated
    ),
    final as (
        select *
        from values_had
        qualify value is distinct from lag(value) over (
            partition by crm, contact_id, attribute
            order by changed_at nulls first, change_id
        )
    )
select * from final
