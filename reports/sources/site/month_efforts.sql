-- One row per month and row of teams (see `team_rows`), and one for all teams: what effort the leads got that became an MQL in the month. Medians are taken
-- over the leads themselves. Leads that the agreement excludes are left out.
with

follow_ups as (

    select
        lead_follow_ups.* exclude (team),
        coalesce(team_rows.team_row, lead_follow_ups.team, '(none)') as team,
        local_time(lead_follow_ups.mql_at)::date as mql_on
    from lead_follow_ups
    left join team_rows on coalesce(lead_follow_ups.team, '(none)') = team_rows.team
    where not coalesce(lead_follow_ups.is_excluded, false)

),

dated as (

    select periods.label, periods.is_complete, follow_ups.*
    from follow_ups
    inner join periods
        on periods.grain = 'month'
        and follow_ups.mql_on >= periods.period_start
        and follow_ups.mql_on < periods.period_end

),

final as (

    select
        label as review,
        any_value(is_complete) as is_complete,
        case when grouping(team) = 0 then team end as team,
        grouping(team) = 1 as is_total,
        count(*) as leads,
        sum(attempts)::bigint as attempts_total,
        median(attempts) as attempts_median,
        median(channels) as channels_median,
        median(longest_gap_hours) as longest_gap_hours_median,
        count(longest_gap_hours) as with_gap,
        count(last_reply_at) as answered,
        count(*) filter (where is_abandoned) as abandoned,
        count(*) filter (where status = 'in_progress') as in_progress,
        count(*) < usual_minimum_sample() as is_too_few
    from dated
    group by grouping sets ((label, team), (label))

)

select * from final
order by review, is_total, team = '(none)', team
