-- Grain: lead_id and leg_no. Who held the lead one after another, whatever the cycle: a leg begins when the lead is
-- assigned to somebody else than before. A cycle knows only the assignments up to its own.
with
    assignments as (
        select lead_id, cycle_no, event_id, owner_id, occurred_at
        from int_cycle_events
        where type = 'owner_assigned' and owner_id is not null
    ),
    changes as (
        select *
        from assignments
        qualify owner_id is distinct from lag(owner_id) over (partition by lead_id order by occurred_at, event_id)
    ),
    final as (
        select
            lead_id,
            row_number() over by_time as leg_no,
            cycle_no,
            owner_id,
            occurred_at as held_from,
            lead(occurred_at) over by_time as held_until,
            lead(cycle_no) over by_time as next_cycle_no
        from changes
        window by_time as (partition by lead_id order by occurred_at, event_id)
    )
select * from final
