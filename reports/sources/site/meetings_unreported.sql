-- One row per meeting whose time has passed and of which nobody said how it went: the ten latest, which somebody still
-- remembers, and the ten latest of each week. `meetings` and `meetings_in_week` are how many there are in all.
with

unreported as (

    select
        meetings.*,
        week_label(local_time(meetings.scheduled_for)) as week,
        build_info.as_of
    from meetings
    cross join build_info
    where meetings.outcome = 'unknown' and meetings.scheduled_for < build_info.as_of

),

final as (

    select
        case when settings.lead_detail = 'full' then unreported.lead_id end as lead_id,
        records.record_url,
        unreported.week,
        local_minute(unreported.scheduled_for) as scheduled_for,
        coalesce(unreported.team, '(none)') as team,
        unreported.owner_id,
        local_time(unreported.as_of)::date - local_time(unreported.scheduled_for)::date as days_ago,
        strftime(local_time(unreported.report_due_at), '%Y-%m-%d') as report_due_on,
        coalesce(unreported.report_status = 'overdue', false) as is_overdue,
        row_number() over latest as position,
        row_number() over latest_of_week as week_position,
        count(*) over () as meetings,
        count(*) over (partition by unreported.week) as meetings_in_week
    from unreported
    cross join settings
    left join lead_records as records on unreported.lead_id = records.lead_id
    window
        latest as (
            order by unreported.scheduled_for desc, unreported.lead_id, unreported.meeting_id, unreported.slot_no
        ),
        latest_of_week as (
            partition by unreported.week
            order by unreported.scheduled_for desc, unreported.lead_id, unreported.meeting_id, unreported.slot_no
        )
    qualify position <= 10 or week_position <= 10

)

select * from final
order by position
