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
        select
            *,
            row_number() over (
                partition by crm, contact_id, attribute
                order by changed_at nulls first, change_id
            ) as value_no,
            min(property) over attribute_values <> max(property) over attribute_values as is_shared
        from (
            select * from changes
            union all
            select * from undated
        )
        window attribute_values as (partition by crm, contact_id, attribute)
    ),
    shared_values as (
        select * from values_had where is_shared
    ),
    properties as (
        select distinct
            crm,
            contact_id,
            attribute,
            property,
            property in (
                'hs_analytics_source',
                'hs_analytics_first_touch_converting_campaign',
                'country',
                'numemployees',
                'numberofemployees',
                'industry'
            ) as is_standard
        from shared_values
    ),
    -- Of several properties that are one attribute, one speaks for the contact: of those filled in at that instant a
    -- company's own before HubSpot's, then the first in the alphabet.
    spoken as (
        select
            instants.crm,
            instants.contact_id,
            instants.attribute,
            instants.value_no,
            arg_min(
                known.value,
                struct_pack(is_standard := instants.is_standard, property := instants.property)
            ) as value
        from (
            select properties.*, shared_values.value_no
            from shared_values
            inner join properties
                on shared_values.crm = properties.crm
                and shared_values.contact_id = properties.contact_id
                and shared_values.attribute = properties.attribute
        ) as instants
        asof inner join shared_values as known
            on instants.crm = known.crm
            and instants.contact_id = known.contact_id
            and instants.attribute = known.attribute
            and instants.property = known.property
            and instants.value_no >= known.value_no
        group by instants.crm, instants.contact_id, instants.attribute, instants.value_no
    ),
    settled as (
        select
            values_had.crm,
            values_had.change_id,
            values_had.contact_id,
            values_had.property,
            values_had.attribute,
            if(values_had.is_shared, spoken.value, values_had.value) as value,
            values_had.changed_at,
            values_had.value_no
        from values_had
        left join spoken
            on values_had.crm = spoken.crm
            and values_had.contact_id = spoken.contact_id
            and values_had.attribute = spoken.attribute
            and values_had.value_no = spoken.value_no
    ),
    final as (
        select * exclude (value_no)
        from settled
        qualify value is distinct from lag(value) over (partition by crm, contact_id, attribute order by value_no)
    )
select * from final
