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
            changes.change_order,
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
            -1 as change_order,
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
            row_number() over (
                partition by all_values.crm, all_values.lead_id, mapped.attribute
                order by all_values.changed_at, all_values.change_order, all_values.change_key
            ) as value_no
        from all_values
        inner join mapped on all_values.crm = mapped.crm and all_values.property = mapped.property
        -- How a lead came in does not change when it becomes a deal.
        qualify not mapped.is_standard
            or all_values.value is not null
            and row_number() over (
                partition by
                    all_values.crm,
                    all_values.lead_id,
                    all_values.property,
                    all_values.distance,
                    all_values.value is null
                order by all_values.changed_at, all_values.change_order, all_values.change_key
            ) = 1
    ),
    shared_values as (
        select *
        from named
        window of_attribute as (partition by crm, lead_id, attribute)
        qualify min(struct_pack(distance := distance, property := property)) over of_attribute
            <> max(struct_pack(distance := distance, property := property)) over of_attribute
    ),
    properties as (
        select distinct crm, lead_id, attribute, is_standard, distance, property from shared_values
    ),
    -- Of several properties that are one attribute, of those filled in at that instant one speaks for the lead.
    spoken as (
        select
            instants.crm,
            instants.lead_id,
            instants.attribute,
            instants.value_no,
            arg_min(
                known.value,
                struct_pack(
                    is_standard := instants.is_standard,
                    distance := instants.distance,
                    property := instants.property
                )
            ) as value
        from (
            select properties.*, shared_values.value_no
            from shared_values
            inner join properties
                on shared_values.crm = properties.crm
                and shared_values.lead_id = properties.lead_id
                and shared_values.attribute = properties.attribute
        ) as instants
        asof inner join shared_values as known
            on instants.crm = known.crm
            and instants.lead_id = known.lead_id
            and instants.attribute = known.attribute
            and instants.property = known.property
            and instants.distance = known.distance
            and instants.value_no >= known.value_no
        group by instants.crm, instants.lead_id, instants.attribute, instants.value_no
    ),
    -- Of several in one second the last.
    settled as (
        select named.* replace (if(spoken.value_no is null, named.value, spoken.value) as value)
        from named
        left join spoken
            on named.crm = spoken.crm
            and named.lead_id = spoken.lead_id
            and named.attribute = spoken.attribute
            and named.value_no = spoken.value_no
        qualify row_number() over (
            partition by named.crm, named.lead_id, named.attribute, named.changed_at
            order by named.value_no desc
        ) = 1
    ),
    compared as (
        select *
        from settled
        qualify value is distinct from lag(value) over (partition by crm, lead_id, attribute order by value_no)
    ),
    final as (
        select
            crm,
            lead_id,
            attribute,
            row_number() over (partition by crm, lead_id, attribute order by value_no) as change_no,
            value,
            change_key,
            changed_at
        from compared
    )
select * from final
