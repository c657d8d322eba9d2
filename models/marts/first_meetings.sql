-- Grain: lead_id and cycle_no, of cycles with a meeting. How long it took from the first sign of interest.
with
    cycles as (
        select * from lead_cycles where meeting_at is not null
    ),
    first_activities as (
        select lead_id, min(occurred_at) as occurred_at
        from int_ordered_events
        where type = 'activity'
        group by lead_id
    ),
    dated as (
        select
            cycles.*,
            -- Only the first cycle owns what came before it opened; least() passes over the one that is missing.
            if(
                cycles.cycle_no = 1,
                least(cycles.opened_at, first_activities.occurred_at),
                cycles.opened_at
            ) as first_interest_at
        from cycles
        left join first_activities on cycles.lead_id = first_activities.lead_id
    ),
    final as (
        select
            dated.lead_id,
            dated.cycle_no,
            dated.source,
            dated.campaign,
            dated.country,
            contents.first_content,
            dated.team,
            dated.owner_id,
            dated.first_interest_at,
            dated.meeting_at as booked_at,
            (epoch_us(dated.meeting_at) - epoch_us(dated.first_interest_at))
            / 86_400_000_000 as interest_to_meeting_days
        from dated
        left join int_first_contents as contents
            on dated.lead_id = contents.lead_id and dated.cycle_no = contents.cycle_no
    )
select * from final
