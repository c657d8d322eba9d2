-- Grain: measure, crm and item. What of the data can be trusted and since when, and what was set aside on the way from the
-- exports to the marts.
with
    survivors as (
        select * from int_lead_survivors
    ),
    limits as (
        select * from seeds.health_limits
    ),
    as_of as (
        select epoch_us(as_of) // 86_400_000_000 as today from run.clock
    ),
    -- A stage that nobody but imports entered has no history that could be trusted.
    stages as (
        select
            crm,
            case type
                when 'lead_created' then coalesce(stage, 'lead')
                else stage
            end as stage,
            -- Few events say so: the others need not be parsed.
            contains(properties::varchar, 'is_bulk') and (properties ->> 'is_bulk') = 'true' as is_bulk,
            occurred_at
        from crm_events
        where type = 'stage_entered' or type = 'lead_created'
    ),
    stage_history as (
        select
            crm,
            stage,
            count(*) filter (is_bulk is distinct from true) as entries,
            min(occurred_at) filter (is_bulk is distinct from true) as since
        from stages
        where stage is not null
        group by crm, stage
    ),
    -- UTC days: the two last weeks, each beside the same weekday in the four weeks before it.
    first_days as (
        select crm, epoch_us(min(occurred_at)) // 86_400_000_000 as first_day
        from crm_events
        group by crm
    ),
    day_counts as (
        select
            events.crm,
            epoch_us(events.occurred_at) // 86_400_000_000 as day,
            count(*) as events
        from crm_events as events
        inner join run.clock on events.occurred_at > clock.as_of - interval 43 days
        group by all
    ),
    days as (
        select
            first_days.crm,
            first_days.first_day,
            as_of.today - back.days as day
        from first_days, as_of, range(1, 15) as back(days)
    ),
    earlier_days as (
        select
            days.crm,
            days.day,
            coalesce(day_counts.events, 0) as events
        from days
        cross join range(1, 5) as back(weeks)
        left join day_counts on days.crm = day_counts.crm and days.day - 7 * back.weeks = day_counts.day
        where days.day - 7 * back.weeks >= days.first_day
    ),
    usual_days as (
        select crm, day, median(events)::bigint as expected
        from earlier_days
        group by crm, day
    ),
    compared_days as (
        select
            days.crm,
            (date '1970-01-01' + days.day::integer)::varchar as item,
            coalesce(day_counts.events, 0) as value,
            usual_days.expected,
            coalesce(
                usual_days.expected >= limits.expected_at_least
                and coalesce(day_counts.events, 0) < usual_days.expected * limits.share,
                false
            ) as is_problem
        from days
        inner join usual_days on days.crm = usual_days.crm and days.day = usual_days.day
        left join day_counts on days.crm = day_counts.crm and days.day = day_counts.day
        left join limits on limits.measure = 'events_on_day'
    ),
    counts as (
        select
            'future_events' as measure,
            (select count(*) from stg_events, run.clock where stg_events.occurred_at > clock.as_of) as value,
            false as is_problem
        union all
        select 'merged_leads', count(*), false from survivors where lead_id <> surviving_lead_id
        union all
        select 'merge_loops', count(distinct (crm, surviving_lead_id)), count(*) > 0 from survivors where is_looping
        union all
        select 'deleted_leads', count(*), false from survivors where is_deleted and lead_id = surviving_lead_id
        union all
        select 'leads_without_stage', count(*), false
        from (select distinct lead_id from crm_events anti join int_cycles using (lead_id))
    ),
    final as (
        select
            measure,
            'all' as crm,
            'all' as item,
            value,
            if(measure = 'merge_loops', 0, null)::bigint as expected,
            null::timestamptz as since,
            is_problem
        from counts
        union all
        select 'stage_history', crm, stage, entries, null, since, entries = 0 from stage_history
        union all
        -- Of such an amount it is only known that it is no longer what it was.
        select 'unreadable_amount', crm, 'amount', count(*), 0, null, true
        from int_deal_events
        where is_unreadable
        group by crm
        union all
        select 'events_on_day', crm, item, value, expected, null, is_problem from compared_days
        union all
        select measure, crm, item, value, expected, null, is_problem from stg_hubspot_health
        union all
        select measure, crm, item, value, expected, null, is_problem from stg_salesforce_health
        union all
        select measure, crm, item, value, expected, null, is_problem from stg_pipedrive_health
    )
select * from final
