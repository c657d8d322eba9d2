-- Grain: lead_id and cycle_no, of cycles with a promised follow-up or a reply. When the promised span ends, and by when
-- somebody has to take up the lead's last reply: both at the last closing of the N-th open local date after that of the
-- instant at which they begin.
with
    cycles as (
        select
            promises.lead_id,
            promises.cycle_no,
            promises.calendar_key,
            if(promises.follow_up_promise is not null, epoch_us(promises.mql_at), null) as mql_us,
            promises.promised_business_days,
            epoch_us(contacts.last_reply_at) as replied_us,
            policies.abandoned_after_business_days
        from int_cycle_promises as promises
        inner join int_cycle_contacts as contacts
            on promises.lead_id = contacts.lead_id and promises.cycle_no = contacts.cycle_no
        left join sla.policies on promises.agreement = policies.agreement
        where promises.agreement is not null
            and (promises.follow_up_promise is not null or contacts.last_reply_at is not null)
    ),
    spans as (
        select
            lead_id,
            cycle_no,
            calendar_key,
            unnest([
                struct_pack(kind := 'follow-up', begins_us := mql_us, business_days := promised_business_days),
                struct_pack(kind := 'reply', begins_us := replied_us, business_days := abandoned_after_business_days)
            ], recursive := true)
        from cycles
    ),
    ends as (
        select
            spans.lead_id,
            spans.cycle_no,
            spans.kind,
            case
                when dates.calendar_key is null
                    then error('calendar ' || spans.calendar_key || ' does not reach lead ' || spans.lead_id)
                when last_dates.calendar_key is null and dates.open_dates_total > 0
                    then error(
                        'calendar ' || spans.calendar_key || ' ends before the span of a ' || spans.kind || ' of lead '
                        || spans.lead_id || ' does'
                    )
                else last_dates.last_closing_at
            end as ends_at
        from spans
        left join sla.calendar_days as days
            on spans.calendar_key = days.calendar_key
            and spans.begins_us // 86_400_000_000 = days.utc_day
        left join (
            select *, max(open_dates_through) over (partition by calendar_key) as open_dates_total
            from sla.calendar_dates
        ) as dates
            on spans.calendar_key = dates.calendar_key
            and days.local_date
                + if(spans.begins_us >= days.date_change_us, 1, 0)
                + if(spans.begins_us >= days.date_change_2_us, 1, 0) = dates.local_date
        left join sla.calendar_dates as last_dates
            on spans.calendar_key = last_dates.calendar_key
            and dates.open_dates_through + spans.business_days = last_dates.open_dates_through
            and last_dates.is_open
        where spans.begins_us is not null and spans.business_days is not null
    ),
    final as (
        select
            lead_id,
            cycle_no,
            max(ends_at) filter (where kind = 'follow-up') as ends_at,
            max(ends_at) filter (where kind = 'reply') as next_step_due_at
        from ends
        group by lead_id, cycle_no
    )
select * from final
