-- One row per team and lead owner, in order of name: figures of leads that became MQL on or after the day on which the
-- owners were told of them. Empty without such a day, and before it.
with

notice as (

    select settings.people_notice_date as first_date
    from settings
    cross join build_info
    where settings.people_notice_date <= local_time(build_info.as_of)::date

),

responses as (

    select
        coalesce(responses.team, '(none)') as team,
        responses.owner_id,
        responses.is_counted,
        responses.status,
        -- Unanswered leads rank longest. The owner's own working time, where the agreement knows it.
        if(responses.responded_at is null, 'infinity'::double, responses.own_business_minutes) as minutes
    from lead_responses as responses
    inner join notice on local_time(responses.mql_at)::date >= notice.first_date
    where responses.owner_id is not null

),

answered as (

    select
        team,
        owner_id,
        count(*) filter (where is_counted) as responses,
        count(*) filter (where is_counted and status = 'met') as responses_met,
        count(minutes) filter (where is_counted) as timed,
        quantile_cont(minutes, 0.5) filter (where is_counted) as median,
        max(minutes) filter (where is_counted and isfinite(minutes)) as longest
    from responses
    group by team, owner_id

),

followed_up as (

    select
        coalesce(follow_ups.team, '(none)') as team,
        follow_ups.owner_id,
        count(*) filter (where follow_ups.is_counted) as follow_ups,
        count(*) filter (where follow_ups.is_counted and follow_ups.status = 'met') as follow_ups_met
    from lead_follow_ups as follow_ups
    inner join notice on local_time(follow_ups.mql_at)::date >= notice.first_date
    where follow_ups.owner_id is not null
    group by coalesce(follow_ups.team, '(none)'), follow_ups.owner_id

),

final as (

    select
        team,
        owner_id,
        coalesce(answered.responses, 0) as responses,
        coalesce(answered.responses_met, 0) as responses_met,
        coalesce(answered.timed, 0) as timed,
        if(isfinite(answered.median), answered.median, null) as median_minutes,
        if(answered.median is not null and not isfinite(answered.median), answered.longest, null) as over_minutes,
        coalesce(followed_up.follow_ups, 0) as follow_ups,
        coalesce(followed_up.follow_ups_met, 0) as follow_ups_met
    from answered
    full join followed_up using (team, owner_id)

)

select * from final
where responses > 0 or follow_ups > 0
order by team = '(none)', team, owner_id
