-- Grain: grain, period_start, outcome, stage and reason. Cycles that ended without being won, by how far they had come
-- and why they ended.
with
    exits as (
        select
            epoch_us(closed_at) as closed_us,
            outcome,
            -- What was recorded after the close was not reached before it.
            case
                when proposal_at <= closed_at then 'proposal'
                when meeting_at <= closed_at then 'meeting'
                when sql_at <= closed_at then 'sql'
                when sal_at <= closed_at then 'sal'
                when mql_at <= closed_at then 'mql'
                when lead_at <= closed_at then 'lead'
                when subscriber_at <= closed_at then 'subscriber'
                else '(none)'
            end as stage,
            coalesce(nullif(exit_reason, ''), '(none)') as reason
        from lead_cycles
        where outcome in ('lost', 'disqualified', 'recycled')
    ),
    daily as (
        select
            dates.local_date
            + if(exits.closed_us >= dates.date_change_us, 1, 0)
            + if(exits.closed_us >= dates.date_change_2_us, 1, 0) as local_date,
            exits.outcome,
            exits.stage,
            exits.reason
        from exits
        inner join sla.dates on exits.closed_us // 86_400_000_000 = dates.utc_day
    ),
    dated as (
        select
            unnest([
                struct_pack(grain := 'month', period_start := local_dates.month),
                struct_pack(grain := 'quarter', period_start := local_dates.quarter)
            ], recursive := true),
            daily.outcome,
            daily.stage,
            daily.reason
        from daily
        inner join sla.local_dates on daily.local_date = local_dates.local_date
    ),
    counted as (
        select
            grain,
            period_start,
            outcome,
            stage,
            reason,
            count(*) as cycles,
            sum(count(*)) over (partition by grain, period_start, outcome)::bigint as outcome_cycles
        from dated
        group by grain, period_start, outcome, stage, reason
    ),
    final as (
        select
            counted.*,
            counted.cycles / counted.outcome_cycles as share,
            periods.ends_at <= clock.as_of as is_complete
        from counted
        cross join run.clock
        inner join sla.periods
            on counted.grain = periods.grain and counted.period_start = periods.period_start
    )
select * from final
