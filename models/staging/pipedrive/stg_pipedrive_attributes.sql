-- Grain: crm, lead_id, attribute and change_no. The values an attribute of a lead had, from allow-listed properties of
-- its records, else of its person, else of its organization.
with
    changes as (
        select * from stg_pipedrive_changes
    ),
    leads as (
        select * from stg_pipedrive_leads
    ),
    records as (
        select * from stg_pipedrive_records
    ),
    mapped as (
        select
            crm,
            property,
            attribute,
            -- What Pipedrive fills in by itself gives way to a company's own field.
            property in ('origin', 'channel_id', 'address_country') as is_standard
        from run.attributes
        where attribute is not null
    ),
    organizations as (
        select
            crm,
            id,
            json_merge_patch(
                coalesce(custom_fields, '{}'),
                json_object('address_country', address_country)
            ) as attributes
        from raw.pipedrive_organizations
    ),
    options as (
        select
            fields.crm,
            fields.key as property,
            options.value ->> 'id' as option_id,
            any_value(options.value ->> 'label') as label
        from raw.pipedrive_deal_fields as fields, json_each(fields.options) as options
        group by all
    ),
    record_values as (
        select
            changes.crm,
            changes.lead_id,
            changes.change_key,
            0 as distance,
            changes.property,
            coalesce(options.label, changes.value) as value,
            changes.changed_at
        from changes
        left join options
            on changes.crm = options.crm
            and changes.property = options.property
            and changes.value = options.option_id
    ),
    -- Of people and organizations only what they are now is known: it counts from the record's creation.
    related as (
        select
            records.crm,
            records.record_id,
            records.kind,
            1 as distance,
            persons.custom_fields as attributes,
            records.created_at
        from records
        inner join raw.pipedrive_persons as persons on records.crm = persons.crm and records.person_id = persons.id
        union all
        select
            records.crm,
            records.record_id,
            records.kind,
            2 as distance,
            organizations.attributes,
            records.created_at
        from records
        left join raw.pipedrive_persons as persons on records.crm = persons.crm and records.person_id = persons.id
        inner join organizations
            on records.crm = organizations.crm
            and coalesce(records.org_id, persons.org_id) = organizations.id
    ),
    related_values as (
        select
            related.crm,
            leads.lead_id,
            related.kind || ':' || related.record_id || ':' || fields.key || ':related:'
            || related.distance as change_key,
            related.distance,
            fields.key as property,
            if(
                fields.type = 'OBJECT',
                coalesce(fields.value ->> 'value', fields.value ->> 'id'),
                fields.value ->> '$'
            ) as value,
            related.created_at as changed_at
        from related
        inner join leads on related.crm = leads.crm and related.record_id = leads.record_id
        cross join json_each(related.attributes) as fields
    ),
    all_values as (
        select * from record_values
        union all
        select * from related_values
    ),
    named as (
        select
            all_values.*,
            mapped.attribute,
            mapped.is_standard,
            -- Of several properties that are one attribute, one speaks for the lead.
            min(
                struct_pack(
                    is_standard := mapped.is_standard,
                    distance := all_values.distance,
                    property := mapped.property
                )
            ) filter (where all_values.value is not null) over (
                partition by all_values.crm, all_values.lead_id, mapped.attribute
            ) as chosen
        from all_values
        inner join mapped on all_values.crm = mapped.crm and all_values.property = mapped.property
    ),
    compared as (
        select
            *,
            lag(value) over by_time as previous_value,
            row_number() over by_time as value_no
        from named
        where property = chosen.property and distance = chosen.distance
        window by_time as (partition by crm, lead_id, attribute order by changed_at, change_key)
    ),
    final as (
        select
            crm,
            lead_id,
            attribute,
            row_number() over (
                partition by crm, lead_id, attribute
                order by changed_at, change_key
            ) as change_no,
            value,
            change_key,
            changed_at
        from compared
        -- How a lead came in does not change when it becomes a deal.
        where value is distinct from previous_value
            and (value_no = 1 or not is_standard)
    )
select * from final
