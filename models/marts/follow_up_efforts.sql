-- Grain: month, team and owner_id. What effort the leads got that became an MQL in the month.
with
    follow_ups as (
        select *, epoch_us(mql_at) as mql_us from lead_follow_ups where not is_excluded
    ),
    dated as (
        select
            follow_ups.*,
            dates.local_date
            + if(follow_ups.mql_us >= dates.date_change_us, 1, 0)
            + if(follow_ups.mql_us >= dates.date_change_2_us, 1, 0) as local_date
        from follow_ups
        inner join sla.dates on follow_ups.mql_us // 86_400_000_000 = dates.utc_day
    ),
    final as (
        select
            local_dates.month,
            -- Empty, not null, so that each row can be told by its grain.
            coalesce(dated.team, '') as team,
            coalesce(dated.owner_id, '') as owner_id,
            count(*) as leads,
            sum(dated.attempts)::bigint as attempts_total,
            median(dated.attempts) as attempts_median,
            median(dated.channels) as channels_median,
            median(dated.span_hours) as span_hours_median,
            median(dated.longest_gap_hours) as longest_gap_hours_median,
            count(dated.last_reply_at) as answered,
            count(*) filter (where dated.is_abandoned) as abandoned,
            count(*) filter (where dated.status = 'in_progress') as in_progress
        from dated
        inner join sla.local_dates on dated.local_date = local_dates.local_date
        group by all
    )
select * from final
