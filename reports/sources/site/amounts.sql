-- One row per quarter, kind, source and currency, where any lead has an amount: `won` are the cycles won in the quarter by their
-- close, `open` the pipeline as of as_of, on the current quarter only. Amounts of different currencies are never added. Leads
-- without an amount are counted in rows of their own: won cycles, and open ones that have reached SQL.
with

quarters as (

    select
        periods.label,
        periods.period_start,
        periods.period_end,
        local_time(build_info.as_of)::date >= periods.period_start
        and local_time(build_info.as_of)::date < periods.period_end as is_current
    from periods
    cross join build_info
    where periods.grain = 'quarter'

),

amounts as (

    select * from deal_amounts where amount is not null

),

won as (

    select lead_id, cycle_no, source, local_time(closed_at)::date as closed_on
    from lead_cycles
    where outcome = 'won'

),

pipeline as (

    select lead_id, cycle_no, source
    from lead_cycles
    where closed_at is null and sql_reached_at is not null

),

rows as (

    select quarters.label, 'won' as kind, amounts.source, true as has_amount, amounts.currency, amounts.amount
    from amounts
    inner join quarters
        on local_time(amounts.closed_at)::date >= quarters.period_start
        and local_time(amounts.closed_at)::date < quarters.period_end
    where amounts.outcome = 'won'
    union all
    select quarters.label, 'won' as kind, won.source, false as has_amount, null as currency, null as amount
    from won
    inner join quarters on won.closed_on >= quarters.period_start and won.closed_on < quarters.period_end
    anti join amounts on won.lead_id = amounts.lead_id and won.cycle_no = amounts.cycle_no
    union all
    select quarters.label, 'open' as kind, amounts.source, true as has_amount, amounts.currency, amounts.amount
    from amounts
    inner join quarters on quarters.is_current
    where amounts.is_open
    union all
    select quarters.label, 'open' as kind, pipeline.source, false as has_amount, null as currency, null as amount
    from pipeline
    inner join quarters on quarters.is_current
    anti join amounts on pipeline.lead_id = amounts.lead_id and pipeline.cycle_no = amounts.cycle_no

),

final as (

    select
        label as review,
        kind,
        coalesce(source, '(none)') as source,
        has_amount,
        currency,
        count(*) as leads,
        sum(amount) as amount
    from rows
    where exists (select 1 from amounts)
    group by all

)

select * from final
order by review, kind desc, not has_amount, currency nulls last, amount desc, source
