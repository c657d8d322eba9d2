-- Grain: lead_id and pause_no. When the lead had asked to wait, from paused_from until before paused_until (null: until
-- ever). Pauses are apart from each other and never empty: of several events at one instant the last decides.
with
    states as (
        select lead_id, occurred_at, arg_max(type, event_id) = 'lead_paused' as is_paused
        from int_ordered_events
        where type in ('lead_paused', 'lead_resumed')
        group by lead_id, occurred_at
    ),
    -- A pause while paused changes nothing, nor does a resume while not.
    changes as (
        select *
        from states
        qualify is_paused <> coalesce(lag(is_paused) over (partition by lead_id order by occurred_at), false)
    ),
    bounded as (
        select
            lead_id,
            is_paused,
            occurred_at as paused_from,
            lead(occurred_at) over (partition by lead_id order by occurred_at) as paused_until
        from changes
    ),
    final as (
        select
            lead_id,
            row_number() over (partition by lead_id order by paused_from) as pause_no,
            paused_from,
            paused_until
        from bounded
        where is_paused
    )
select * from final
