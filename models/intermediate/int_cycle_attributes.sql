-- Grain: lead_id and cycle_no. The lead's attributes at described_at as one JSON object.
with
    cycles as (
        select * from int_cycles
    ),
    created_attributes as (
        select * from int_created_attributes
    ),
    latest_changes as (
        select
            cycles.lead_id,
            cycles.cycle_no,
            changes.attribute,
            -- In a struct, because arg_max passes over the null that clears an attribute.
            arg_max(struct_pack(value := changes.value), changes.change_order).value as value
        from cycles
        inner join int_property_changes as changes
            on cycles.lead_id = changes.lead_id and changes.occurred_at <= cycles.described_at
        group by cycles.lead_id, cycles.cycle_no, changes.attribute
    ),
    changed_attributes as (
        -- In order of name, so that the same cycle always has the same text.
        select
            lead_id,
            cycle_no,
            to_json(map(list(attribute order by attribute), list(value order by attribute))) as attributes
        from latest_changes
        group by lead_id, cycle_no
    ),
    final as (
        select
            cycles.lead_id,
            cycles.cycle_no,
            if(
                changed_attributes.attributes is null,
                created_attributes.attributes,
                json_merge_patch(coalesce(created_attributes.attributes, '{}'), changed_attributes.attributes)
            ) as attributes
        from cycles
        left join created_attributes on cycles.lead_id = created_attributes.lead_id
        left join changed_attributes
            on cycles.lead_id = changed_attributes.lead_id and cycles.cycle_no = changed_attributes.cycle_no
    )
select * from final
