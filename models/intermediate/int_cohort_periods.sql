-- Grain: grain and local_date. The period of each grain that a date belongs to.
with
    dates as (
        select
            local_date,
            unnest(
                [
                    struct_pack(grain := 'week', period_start := week),
                    struct_pack(grain := 'month', period_start := month),
                    struct_pack(grain := 'quarter', period_start := quarter)
                ],
                recursive := true
            )
        from sla.local_dates
    ),
    final as (
        select
            dates.local_date,
            dates.grain,
            dates.period_start as cohort_start,
            periods.ends_at
        from dates
        inner join sla.periods
            on dates.grain = periods.grain
            and dates.period_start = periods.period_start
    )
select * from final
