-- Grain: crm and event_id, of stage entries for which the agreement in force requires fields.
with
    required_fields as (
        select
            required_fields.stage,
            required_fields.field,
            agreements.effective_at,
            coalesce(agreements.superseded_at, 'infinity'::timestamptz) as superseded_at
        from sla.required_fields
        inner join sla.agreements on required_fields.agreement = agreements.agreement
    ),
    required as (
        select
            entries.crm,
            entries.event_id,
            entries.lead_id,
            entries.cycle_no,
            entries.entered_stage,
            entries.occurred_at,
            required_fields.field
        from int_stage_entries as entries
        inner join required_fields
            on entries.entered_stage = required_fields.stage
            and entries.occurred_at >= required_fields.effective_at
            and entries.occurred_at < required_fields.superseded_at
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
            required.cycle_no,
            required.entered_stage,
            required.occurred_at,
            count(*) as required,
            count(*) filter (
                where if(
                    latest_changes.changed_to is not null,
                    latest_changes.changed_to.value,
                    created.attributes ->> required.field
                ) <> ''
            ) as filled
        from required
        left join int_created_attributes as created on required.lead_id = created.lead_id
        left join latest_changes
            on required.crm = latest_changes.crm
            and required.event_id = latest_changes.event_id
            and required.lead_id = latest_changes.lead_id
            and required.field = latest_changes.field
        group by
            required.crm,
            required.event_id,
            required.lead_id,
            required.cycle_no,
            required.entered_stage,
            required.occurred_at
    ),
    final as (
        select
            counted.lead_id,
            counted.cycle_no,
            counted.entered_stage as stage,
            counted.occurred_at as entered_at,
            counted.event_id,
            counted.required::integer as required,
            counted.filled::integer as filled,
            counted.filled = counted.required as is_complete,
            cycles.team,
            cycles.source,
            cycles.campaign,
            cycles.country,
            cycles.owner_id,
            counted.crm
        from counted
        inner join lead_cycles as cycles
            on counted.lead_id = cycles.lead_id and counted.cycle_no = cycles.cycle_no
    )
select * from final
