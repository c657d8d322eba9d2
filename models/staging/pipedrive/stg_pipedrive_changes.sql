-- Grain: crm, record_id, property and change_no. The values that a property had: what it was created with, every change
-- in the flow, and what the record says beyond its flow.
with
    records as (
        select * from stg_pipedrive_records
    ),
    leads as (
        select * from stg_pipedrive_leads
    ),
    allowed as (
        select crm, property from run.attributes where property not in ('add_time', 'address_country')
    ),
    -- Lists of ids come as "5,6" or as [5, 6].
    flow as (
        select
            flow.crm,
            flow.deal_id as record_id,
            case flow.field_key
                when 'user_id' then 'owner_id'
                when 'label_ids' then 'label'
                else flow.field_key
            end as property,
            case
                when flow.field_key = 'value' then coalesce(try_cast(flow.old_value as double)::varchar, flow.old_value)
                when left(flow.old_value, 1) = '[' then regexp_replace(flow.old_value, '[][" ]', '', 'g')
                else flow.old_value
            end as old_value,
            case
                when flow.field_key = 'value' then coalesce(try_cast(flow.new_value as double)::varchar, flow.new_value)
                when left(flow.new_value, 1) = '[' then regexp_replace(flow.new_value, '[][" ]', '', 'g')
                else flow.new_value
            end as new_value,
            flow.id as change_id,
            coalesce(try_cast(flow.id as bigint), 0) as change_order,
            flow.change_source,
            coalesce(flow.is_bulk, false) as is_bulk,
            flow.log_time as changed_at
        from raw.pipedrive_deal_flow as flow
        semi join allowed on flow.crm = allowed.crm and flow.field_key = allowed.property
        where flow.deal_id is not null and flow.log_time is not null
    ),
    flow_ends as (
        select
            crm,
            record_id,
            property,
            arg_min(
                struct_pack(value := old_value),
                struct_pack(changed_at := changed_at, change_order := change_order)
            ).value as first_value,
            arg_max(
                struct_pack(value := new_value),
                struct_pack(changed_at := changed_at, change_order := change_order)
            ).value as last_value,
            max(changed_at) as last_changed_at
        from flow
        group by crm, record_id, property
    ),
    record_values as (
        select
            crm,
            record_id,
            unnest(
                [
                    struct_pack(property := 'stage_id', raw_value := stage_id, said_at := stage_changed_at),
                    struct_pack(property := 'status', raw_value := status, said_at := closed_at),
                    struct_pack(property := 'owner_id', raw_value := owner_id, said_at := null::timestamptz),
                    struct_pack(property := 'label', raw_value := label, said_at := null::timestamptz)
                ],
                recursive := true
            )
        from records
        union all
        select
            records.crm,
            records.record_id,
            fields.key as property,
            -- An amount comes with its currency, a person or a user with a name: the value alone counts.
            if(
                fields.type = 'OBJECT',
                coalesce(fields.value ->> 'value', fields.value ->> 'id'),
                fields.value ->> '$'
            ) as raw_value,
            null::timestamptz as said_at
        from records, json_each(records.attributes) as fields
    ),
    current_values as (
        select
            crm,
            record_id,
            property,
            case
                -- However it was written, 1200 and 1200.00 are one amount.
                when property = 'value' then coalesce(try_cast(raw_value as double)::varchar, nullif(raw_value, ''))
                else nullif(
                    if(left(raw_value, 1) = '[', regexp_replace(raw_value, '[][" ]', '', 'g'), raw_value),
                    ''
                )
            end as value,
            said_at
        from record_values
    ),
    properties as (
        select crm, record_id, property from current_values
        union
        select crm, record_id, property from flow_ends
    ),
    compared as (
        select
            records.crm,
            records.record_id,
            properties.property,
            records.origin,
            current_values.value,
            current_values.said_at,
            flow_ends.property is not null as has_flow,
            flow_ends.last_changed_at,
            -- A record begins open; for the rest, what never changed is as it was.
            case
                when flow_ends.property is not null then flow_ends.first_value
                when properties.property = 'status' then 'open'
                else current_values.value
            end as first_value,
            case
                when flow_ends.property is not null then flow_ends.last_value
                when properties.property = 'status' then 'open'
                else current_values.value
            end as last_value,
            -- Without a flow all that is known of a stage is since when the deal is in it.
            if(
                properties.property = 'stage_id' and flow_ends.property is null,
                greatest(records.created_at, current_values.said_at),
                records.created_at
            ) as started_at,
            records.created_at,
            records.updated_at
        from properties
        inner join records on properties.crm = records.crm and properties.record_id = records.record_id
        left join current_values
            on properties.crm = current_values.crm
            and properties.record_id = current_values.record_id
            and properties.property = current_values.property
        left join flow_ends
            on properties.crm = flow_ends.crm
            and properties.record_id = flow_ends.record_id
            and properties.property = flow_ends.property
    ),
    first_values as (
        select
            crm,
            record_id,
            property,
            first_value as value,
            'created' as basis,
            null::varchar as change_id,
            -1::bigint as change_order,
            if(started_at = created_at, origin, null) as change_source,
            started_at = created_at and coalesce(origin = 'Import', false) as is_bulk,
            started_at as changed_at
        from compared
        where first_value is not null
    ),
    -- A record exported before the flow is older than it and says nothing new.
    later_values as (
        select
            crm,
            record_id,
            property,
            value,
            'record' as basis,
            null::varchar as change_id,
            9223372036854775807::bigint as change_order,
            null::varchar as change_source,
            false as is_bulk,
            if(
                said_at > coalesce(last_changed_at, '-infinity'::timestamptz),
                greatest(said_at, created_at),
                updated_at
            ) as changed_at
        from compared
        where value is distinct from last_value
            and value is not null
            and (last_changed_at is null or updated_at >= last_changed_at)
    ),
    all_values as (
        select * from first_values
        union all
        select
            crm,
            record_id,
            property,
            new_value as value,
            'flow' as basis,
            change_id,
            change_order,
            change_source,
            is_bulk,
            changed_at
        from flow
        union all
        select * from later_values
    ),
    -- A flow is always a deal's, be the deal itself exported or not.
    final as (
        select
            all_values.crm,
            all_values.record_id,
            all_values.property,
            row_number() over by_property as change_no,
            coalesce(leads.lead_id, all_values.record_id) as lead_id,
            coalesce(leads.kind, 'deal') as kind,
            coalesce(leads.kind, 'deal') || ':' || all_values.record_id || ':' || all_values.property || ':'
            || case all_values.basis
                when 'flow' then all_values.change_id
                when 'created' then 'created'
                else epoch_us(all_values.changed_at)::varchar
            end as change_key,
            all_values.value,
            lag(all_values.value) over by_property as previous_value,
            all_values.basis,
            all_values.change_order,
            all_values.change_source,
            all_values.is_bulk,
            all_values.changed_at
        from all_values
        left join leads on all_values.crm = leads.crm and all_values.record_id = leads.record_id
        window
            by_property as (
                partition by all_values.crm, all_values.record_id, all_values.property
                order by all_values.changed_at, all_values.change_order, all_values.change_id
            )
    )
select * from final
