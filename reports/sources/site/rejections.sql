-- One row per week and reason for which an MQL was rejected (see `exits`) in that week or in the four before; a week without any
-- has one row, without a reason.
with

rejected as (

    select closed_on, reason, count(*) as mqls
    from exits
    where kind = 'rejected'
    group by closed_on, reason

),

accepted as (

    select local_time(accepted_at)::date as accepted_on, count(*) as mqls
    from lead_cycles
    where mql_at is not null and accepted_at is not null and not coalesce(is_excluded, false)
    group by accepted_on

),

weeks as (

    select
        *,
        -- Four weeks before are compared where the data reach that far back.
        min(period_start) over () <= period_start - 28 as has_before
    from periods
    where grain = 'week'

),

taken_on as (

    select weeks.label, sum(accepted.mqls) as mqls
    from weeks
    inner join accepted
        on accepted.accepted_on >= weeks.period_start and accepted.accepted_on < weeks.period_end
    group by weeks.label

),

by_reason as (

    select
        weeks.label,
        weeks.has_before,
        rejected.reason,
        coalesce(sum(rejected.mqls) filter (where rejected.closed_on >= weeks.period_start), 0) as rejected,
        coalesce(sum(rejected.mqls) filter (where rejected.closed_on < weeks.period_start), 0) as before
    from weeks
    left join rejected
        on rejected.closed_on >= weeks.period_start - 28 and rejected.closed_on < weeks.period_end
    group by weeks.label, weeks.has_before, rejected.reason

),

totals as (

    select
        *,
        sum(rejected) over by_week as all_rejected,
        sum(before) over by_week as all_before
    from by_reason
    window by_week as (partition by label)

),

final as (

    select
        totals.label as week,
        totals.reason,
        totals.rejected,
        totals.rejected / nullif(totals.all_rejected, 0) as share,
        totals.all_rejected,
        totals.all_rejected + coalesce(taken_on.mqls, 0) as decided,
        case when totals.has_before then totals.before end as before,
        case when totals.has_before then totals.before / nullif(totals.all_before, 0) end as share_before,
        case when totals.has_before then totals.all_before end as all_before,
        row_number() over (
            partition by totals.label
            order by totals.rejected desc, totals.before desc, totals.reason
        ) as position
    from totals
    left join taken_on using (label)
    qualify position = 1 or totals.rejected > 0 or (totals.has_before and totals.before > 0)

)

select * from final
order by week, position
