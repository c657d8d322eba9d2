-- Grain: lead_id, meeting_id and slot_no. A meeting and each time it was to take place, and until when somebody has to say
-- how it went.
with
    events as (
        select
            *,
            struct_pack(occurred_at := occurred_at, event_rank := event_rank, event_id := event_id) as event_order,
            count(*) filter (where type = 'meeting_booked' and meeting_id is null) over (
                partition by lead_id
                order by occurred_at, event_rank, event_id
            ) as unnamed_booking_no
        from int_cycle_events
        where type in (
            'meeting_booked',
            'meeting_rescheduled',
            'meeting_cancelled',
            'meeting_held',
            'meeting_no_show'
        )
    ),
    -- Without a meeting_id an event belongs to the lead's latest such booking, which lends the meeting its event_id.
    named as (
        select
            * exclude (meeting_id),
            coalesce(
                meeting_id,
                first_value(event_id) over (
                    partition by lead_id, meeting_id is null, unnamed_booking_no
                    order by event_order
                )
            ) as meeting_id
        from events
    ),
    slotted as (
        select
            *,
            type in ('meeting_rescheduled', 'meeting_booked')
            and lag(type) over meeting in ('meeting_held', 'meeting_no_show') as opens_slot
        from named
        window meeting as (partition by lead_id, meeting_id order by event_order)
    ),
    numbered as (
        select
            *,
            1 + count(*) filter (where opens_slot) over meeting as slot_no
        from slotted
        window meeting as (partition by lead_id, meeting_id order by event_order)
    ),
    slots as (
        select
            lead_id,
            meeting_id,
            slot_no,
            arg_min(struct_pack(at := occurred_at, cycle_no := cycle_no), event_order) as opened,
            arg_max(type, event_order) as latest_type,
            -- The latest time planned; what else the slot's events say of it where no plan names one.
            coalesce(
                arg_max(scheduled_for, event_order) filter (
                    where type in ('meeting_booked', 'meeting_rescheduled')
                ),
                arg_max(scheduled_for, event_order)
            ) as scheduled_for,
            count(*) filter (where type = 'meeting_rescheduled')
            - if(arg_min(type, event_order) = 'meeting_rescheduled', 1, 0) as reschedules,
            min(first_recorded_at) filter (where type in ('meeting_held', 'meeting_no_show')) as reported_at
        from numbered
        group by lead_id, meeting_id, slot_no
    ),
    -- What opened a slot names its cycle.
    placed as (
        select
            slots.lead_id,
            slots.meeting_id,
            slots.slot_no,
            cycles.cycle_no,
            slots.opened.at as booked_at,
            slots.latest_type,
            slots.scheduled_for,
            slots.reschedules,
            slots.reported_at,
            cycles.team,
            cycles.owner_id,
            cycles.source,
            cycles.campaign,
            cycles.country,
            coalesce(promises.is_excluded, false) as is_excluded
        from slots
        left join lead_cycles as cycles
            on slots.lead_id = cycles.lead_id and slots.opened.cycle_no = cycles.cycle_no
        left join int_cycle_promises as promises
            on slots.lead_id = promises.lead_id and slots.opened.cycle_no = promises.cycle_no
    ),
    -- The agreement in force at scheduled_for promises that somebody says how it went.
    promised as (
        select
            placed.lead_id,
            placed.meeting_id,
            placed.slot_no,
            agreements.agreement,
            promises.promise,
            promises.business_days,
            coalesce(team_calendars.calendar_key, agreements.default_calendar_key) as calendar_key,
            epoch_us(placed.scheduled_for) as scheduled_us
        from placed
        inner join sla.agreements
            on placed.scheduled_for >= agreements.effective_at
            and placed.scheduled_for < coalesce(agreements.superseded_at, 'infinity'::timestamptz)
        inner join sla.promises
            on agreements.agreement = promises.agreement
            and promises.kind = 'meeting_outcome'
            and promises.variant = 'normal'
        left join sla.team_calendars
            on agreements.agreement = team_calendars.agreement and placed.team = team_calendars.team
        where placed.latest_type <> 'meeting_cancelled' and not placed.is_excluded
    ),
    -- Due at the last closing of the N-th open local date after that of scheduled_for.
    due as (
        select
            promised.lead_id,
            promised.meeting_id,
            promised.slot_no,
            promised.agreement,
            promised.promise,
            last_dates.last_closing_at as report_due_at,
            case
                when dates.calendar_key is null
                    then 'calendar ' || promised.calendar_key || ' does not reach meeting ' || promised.meeting_id
                        || ' of lead ' || promised.lead_id
                when last_dates.calendar_key is null and dates.open_dates_total > 0
                    then 'calendar ' || promised.calendar_key || ' ends before the outcome of meeting '
                        || promised.meeting_id || ' of lead ' || promised.lead_id || ' falls due'
            end as beyond_calendar
        from promised
        left join sla.calendar_days as days
            on promised.calendar_key = days.calendar_key
            and promised.scheduled_us // 86_400_000_000 = days.utc_day
        left join (
            select *, max(open_dates_through) over (partition by calendar_key) as open_dates_total
            from sla.calendar_dates
        ) as dates
            on promised.calendar_key = dates.calendar_key
            and days.local_date
                + if(promised.scheduled_us >= days.date_change_us, 1, 0)
                + if(promised.scheduled_us >= days.date_change_2_us, 1, 0) = dates.local_date
        left join sla.calendar_dates as last_dates
            on promised.calendar_key = last_dates.calendar_key
            and dates.open_dates_through + promised.business_days = last_dates.open_dates_through
            and last_dates.is_open
    ),
    final as (
        select placed.*, due.agreement, due.promise, due.report_due_at, due.beyond_calendar
        from placed
        left join due using (lead_id, meeting_id, slot_no)
    )
select * from final
