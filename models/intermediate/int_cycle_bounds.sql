-- Grain: lead_id and cycle_no, only of leads with several cycles. A cycle owns the events from owns_from (null: from the
-- lead's first) to before owns_until (null: to its last), both places in the order occurred_at, event_rank, event_id.
with
    entries as (
        select
            lead_id,
            event_id,
            type,
            rung,
            event_rank,
            is_closing,
            occurred_at,
            -- A creation never opens a later cycle and never recycles.
            type <> 'lead_created' and rung < 8 as is_opener,
            type <> 'lead_created' and rung <= 2 as is_restart,
            rung between 3 and 7 as is_advance
        from int_ordered_events
        where entered_stage is not null
    ),
    -- Most leads have one cycle: nothing that could open or recycle comes after what could close.
    leads_to_look_at as (
        select lead_id
        from entries
        group by lead_id
        having max(occurred_at) filter (where is_opener) >= min(occurred_at) filter (where is_closing)
            or max(occurred_at) filter (where is_restart) >= min(occurred_at) filter (where is_advance)
            or max(occurred_at) filter (where rung = 8) >= min(occurred_at) filter (where is_closing and rung is null)
    ),
    -- A segment ends with an entry of won, lost or disqualified, so only its start can lie between two cycles.
    segmented as (
        select
            entries.*,
            row_number() over lead_order as entry_no,
            count(*) filter (where is_closing) over (
                lead_order rows between unbounded preceding and 1 preceding
            ) as segment_no
        from entries
        semi join leads_to_look_at using (lead_id)
        window lead_order as (partition by lead_id order by occurred_at, event_rank, event_id)
    ),
    segments as (
        select
            lead_id,
            segment_no,
            -- A booking opens a cycle after lost or disqualified, never after won.
            coalesce(bool_or(is_opener and type <> 'meeting_booked'), false) as opens_always,
            coalesce(bool_or(is_opener), false) as opens_after_lost,
            bool_or(is_closing and rung = 8) as ends_won,
            bool_or(is_closing and rung is null) as ends_lost,
            bool_or(is_closing and type = 'lead_created') as ends_with_creation
        from segmented
        group by lead_id, segment_no
    ),
    -- How the cycle before each segment ended. An end that closes nothing leaves the earlier outcome as it was;
    -- a segment that a booking opens only after lost ends lost, or leaves won as it was: again no change.
    states as (
        select
            *,
            last_value(
                case
                    when segment_no = 0 then if(ends_won, 'won', 'lost')
                    when ends_won and (opens_after_lost or not ends_with_creation) then 'won'
                    when ends_lost and opens_always then 'lost'
                end ignore nulls
            ) over (
                partition by lead_id
                order by segment_no
                rows between unbounded preceding and 1 preceding
            ) as closed_as
        from segments
    ),
    opened as (
        select
            segmented.*,
            min(entry_no) filter (
                where segmented.segment_no = 0
                    or (is_opener and type <> 'meeting_booked')
                    or (closed_as = 'lost' and (is_opener or (rung = 8 and type <> 'lead_created')))
            ) over (partition by segmented.lead_id, segmented.segment_no) as opening_entry_no
        from segmented
        inner join states using (lead_id, segment_no)
    ),
    -- Within an open cycle a restart recycles when the entry before it, of those that restart or advance, advances.
    moves as (
        select
            lead_id,
            entry_no,
            is_restart and lag(is_advance) over (partition by lead_id, segment_no order by entry_no) as is_recycling
        from opened
        where entry_no >= opening_entry_no and (is_restart or is_advance)
    ),
    openings as (
        select
            opened.lead_id,
            struct_pack(
                occurred_at := opened.occurred_at,
                event_rank := opened.event_rank,
                event_id := opened.event_id
            ) as event_order,
            row_number() over (
                partition by opened.lead_id
                order by opened.entry_no
            ) as cycle_no
        from opened
        left join moves using (lead_id, entry_no)
        where opened.entry_no = opened.opening_entry_no or moves.is_recycling
    ),
    final as (
        select
            lead_id,
            cycle_no,
            if(cycle_no = 1, null, event_order) as owns_from,
            lead(event_order) over by_cycle as owns_until
        from openings
        window by_cycle as (partition by lead_id order by cycle_no)
        qualify cycle_no > 1 or owns_until is not null
    )
select * from final
