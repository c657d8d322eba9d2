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
    legs as (
        select * from int_owner_legs
    ),
    charged as (
        select
            cycles.lead_id,
            cycles.cycle_no,
            arg_max(
                struct_pack(owner_id := legs.owner_id, leg_no := legs.leg_no, held_from := legs.held_from),
                legs.leg_no
            ) as leg
        from cycles
        inner join legs
            on cycles.lead_id = legs.lead_id
            and cycles.cycle_no >= legs.cycle_no
            and cycles.charged_at >= legs.held_from
        group by cycles.lead_id, cycles.cycle_no
    ),
    final as (
        select lead_id, cycle_no, leg.owner_id, leg.leg_no, leg.held_from from charged
    )
select * from final
