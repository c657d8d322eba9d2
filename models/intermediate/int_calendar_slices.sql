-- Grain: calendar_key and slice_no. Each calendar's span cut into slices that count or do not, and why not; slices follow
-- each other without a gap, and two of the same kind never meet.
with
    days as (
        select * from sla.calendar_days
    ),
    spans as (
        select
            calendar_key,
            min(utc_day) * 86_400_000_000 as starts_us,
            (max(utc_day) + 1) * 86_400_000_000 as ends_us
        from days
        group by calendar_key
    ),
    starts as (
        select calendar_key, local_date, utc_day * 86_400_000_000 as starts_us from days
        union all
        select calendar_key, local_date + 1, date_change_us from days where date_change_us is not null
        union all
        select calendar_key, local_date + 2, date_change_2_us from days where date_change_2_us is not null
    ),
    dates as (
        select
            calendar_key,
            local_date,
            min(starts_us) as starts_us,
            lead(min(starts_us)) over (partition by calendar_key order by local_date) as ends_us
        from starts
        group by calendar_key, local_date
        -- A date that its zone skipped begins where the next one does.
        qualify ends_us is distinct from min(starts_us)
    ),
    -- Special hours win over a holiday.
    names as (
        select calendar_key, local_date, min(name_en) as name_en, arg_min(name_da, name_en) as name_da
        from sla.calendar_holidays
        anti join sla.calendar_special_hours using (calendar_key, local_date)
        group by calendar_key, local_date
    ),
    holidays as (
        select
            dates.calendar_key,
            dates.starts_us,
            coalesce(dates.ends_us, spans.ends_us) as ends_us,
            names.name_en,
            names.name_da
        from dates
        inner join spans on dates.calendar_key = spans.calendar_key
        inner join names on dates.calendar_key = names.calendar_key and dates.local_date = names.local_date
    ),
    openings as (
        select
            intervals.calendar_key,
            intervals.opens_us,
            intervals.closes_us,
            dates.local_date
        from sla.calendar_intervals as intervals
        asof inner join dates
            on intervals.calendar_key = dates.calendar_key and intervals.opens_us >= dates.starts_us
    ),
    -- Between two openings of one local date it is lunch time.
    intervals as (
        select
            calendar_key,
            opens_us,
            closes_us,
            local_date = lead(local_date) over (partition by calendar_key order by opens_us) as is_before_lunch
        from openings
    ),
    cuts as (
        select calendar_key, starts_us from spans
        union
        select calendar_key, opens_us from intervals
        union
        select calendar_key, closes_us from intervals
        union
        select calendar_key, starts_us from holidays
        union
        select calendar_key, ends_us from holidays
    ),
    pieces as (
        select
            cuts.calendar_key,
            cuts.starts_us,
            case
                when cuts.starts_us < intervals.closes_us then 'counted'
                when cuts.starts_us < holidays.ends_us then 'holiday'
                when intervals.is_before_lunch then 'lunch'
                else 'closed'
            end as reason,
            if(reason = 'holiday', holidays.name_en, null) as holiday_en,
            if(reason = 'holiday', holidays.name_da, null) as holiday_da
        from cuts
        asof left join intervals on cuts.calendar_key = intervals.calendar_key and cuts.starts_us >= intervals.opens_us
        asof left join holidays on cuts.calendar_key = holidays.calendar_key and cuts.starts_us >= holidays.starts_us
        inner join spans on cuts.calendar_key = spans.calendar_key and cuts.starts_us < spans.ends_us
    ),
    changes as (
        select *
        from pieces
        window by_time as (partition by calendar_key order by starts_us)
        qualify reason is distinct from lag(reason) over by_time
            or holiday_en is distinct from lag(holiday_en) over by_time
    ),
    final as (
        select
            changes.calendar_key,
            row_number() over by_time as slice_no,
            changes.starts_us,
            lead(changes.starts_us, 1, spans.ends_us) over by_time as ends_us,
            changes.reason,
            changes.holiday_en,
            changes.holiday_da
        from changes
        inner join spans on changes.calendar_key = spans.calendar_key
        window by_time as (partition by changes.calendar_key order by changes.starts_us)
    )
select * from final
