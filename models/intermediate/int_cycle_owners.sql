-- Grain: lead_id and cycle_no, of cycles with an owner: the last assigned, in the cycle or before, by the earlier of
-- responded_at and due_at (without either: by the end of the cycle).
with
    cycles as (
        select
            cycles.lead_id,
            cycles.cycle_no,
            -- least() passes over the one that is missing.
            coalesce(least(responses.responded_at, clocks.due_at), 'infinity'::timestamptz) as charged_at
        from int_cycles as cycles
        left join int_first_responses as responses
            on cycles.lead_id = responses.lead_id and cycles.cycle_no = responses.cycle_no
        left join int_response_clocks as clocks
            on cycles.lead_id = clocks.lead_id and cycles.cycle_no = clocks.cycle_no
    ),
    assignments as (
        select * from int_cycle_events where type = 'owner_assigned' and owner_id is not null
    ),
    final as (
        select
            cycles.lead_id,
            cycles.cycle_no,
            arg_max(
                assignments.owner_id,
                struct_pack(occurred_at := assignments.occurred_at, event_id := assignments.event_id)
            ) as owner_id
        from cycles
        inner join assignments
            on cycles.lead_id = assignments.lead_id
            and cycles.cycle_no >= assignments.cycle_no
            and cycles.charged_at >= assignments.occurred_at
        group by cycles.lead_id, cycles.cycle_no
    )
select * from final
