-- Grain: crm and event_id, of stage entries for which the agreement in force requires fields.
with
    entries as (
        select
            entries.*,
            agreements.agreement
        from int_stage_entries as entries
        inner join sla.agreements
            on entries.occurred_at >= agreements.effective_at
            and entries.occurred_at < coalesce(agreements.superseded_at, 'infinity'::timestamptz)
        semi join sla.required_fields
            on agreements.agreement = required_fields.agreement
            and entries.entered_stage = required_fields.stage
    ),
    created_attributes as (
        select * from int_created_attributes
    ),
    required as (
        select
            entries.crm,
            entries.event_id,
            entries.lead_id,
            entries.occurred_at,
            required_fields.field
        from entries
        inner join sla.required_fields
            on entries.agreement = required_fields.agreement
            and entries.entered_stage = required_fields.stage
    ),
    latest_changes as (
        select
            required.crm,
            required.event_id,
            required.lead_id,
            required.field,
            arg_max(struct_pack(value := changes.value), changes.change_order) as changed_to
        from required
        inner join int_property_changes as changes
            on required.lead_id = changes.lead_id
            and required.field = changes.attribute
            and required.occurred_at >= changes.occurred_at
        group by required.crm, required.event_id, required.lead_id, required.field
    ),
    counted as (
        select
            required.crm,
            required.event_id,
            required.lead_id,
            count(*) as required,
            count(*) filter (
                where if(
                    latest_changes.changed_to is not null,
                    latest_changes.changed_to.value,
                    created_attributes.attributes ->> required.field
                ) <> ''
            ) as filled
        from required
        left join created_attributes on required.lead_id = created_attributes.lead_id
        left join latest_changes
            on required.crm = latest_changes.crm
            and required.event_id = latest_changes.event_id
            and required.lead_id = latest_changes.lead_id
            and required.field = latest_changes.field
        group by required.crm, required.event_id, required.lead_id
    ),
    final as (
        select
            entries.lead_id,
            entries.cycle_no,
            entries.entered_stage as stage,
            entries.occurred_at as entered_at,
            entries.event_id,
            counted.required::integer as required,
            counted.filled::integer as filled,
            counted.filled = counted.required as is_complete,
            cycles.team,
            cycles.source,
            cycles.campaign,
            cycles.country,
            cycles.owner_id,
            entries.crm
        from entries
        inner join counted
            on entries.crm = counted.crm
            and entries.event_id = counted.event_id
            and entries.lead_id = counted.lead_id
        inner join lead_cycles as cycles
            on entries.lead_id = cycles.lead_id and entries.cycle_no = cycles.cycle_no
    )
select * from final
