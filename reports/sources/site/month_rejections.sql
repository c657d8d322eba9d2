-- One row per month and reason for which an MQL was rejected (see `exits`), in this month or the one before: how many, of how
-- many, and whether the share moved by more than chance (Newcombe's interval of the difference).
with

months as (

    select
        label,
        period_start,
        period_end,
        is_complete and coalesce(lag(is_complete) over by_start, false) as is_comparable,
        lag(label) over by_start as previous_label
    from periods
    where grain = 'month'
    window by_start as (order by period_start)

),

rejections as (

    select months.label, exits.reason
    from exits
    inner join months on exits.closed_on >= months.period_start and exits.closed_on < months.period_end
    where exits.kind = 'rejected'

),

counted as (

    select label, reason, count(*) as cycles
    from rejections
    group by label, reason

),

totals as (

    select label, count(*) as cycles
    from rejections
    group by label

),

-- Each reason of a month stands in that month and in the next.
reasons as (

    select label, reason from counted
    union
    select months.label, counted.reason
    from counted
    inner join months on counted.label = months.previous_label

),

compared as (

    select
        reasons.label,
        reasons.reason,
        months.is_comparable,
        coalesce(counted.cycles, 0) as cycles,
        coalesce(totals.cycles, 0) as total,
        coalesce(counted.cycles, 0) / nullif(totals.cycles, 0) as share,
        case when months.previous_label is not null then coalesce(earlier.cycles, 0) end as previous_cycles,
        case when months.previous_label is not null then coalesce(earlier_totals.cycles, 0) end as previous_total,
        coalesce(earlier.cycles, 0) / nullif(earlier_totals.cycles, 0) as previous_share,
        -- Of the 95 % Wilson intervals: z² / n.
        3.841458820694124 / nullif(totals.cycles, 0) as spread,
        3.841458820694124 / nullif(earlier_totals.cycles, 0) as previous_spread
    from reasons
    inner join months on reasons.label = months.label
    left join counted on reasons.label = counted.label and reasons.reason = counted.reason
    left join totals on reasons.label = totals.label
    left join counted as earlier on months.previous_label = earlier.label and reasons.reason = earlier.reason
    left join totals as earlier_totals on months.previous_label = earlier_totals.label

),

bounded as (

    select
        *,
        (share + spread / 2) / (1 + spread) as middle,
        sqrt(spread * (share * (1 - share) + spread / 4)) / (1 + spread) as margin,
        (previous_share + previous_spread / 2) / (1 + previous_spread) as previous_middle,
        sqrt(previous_spread * (previous_share * (1 - previous_share) + previous_spread / 4)) / (1 + previous_spread)
            as previous_margin
    from compared

),

final as (

    select
        label as review,
        reason,
        cycles,
        total,
        share,
        previous_cycles,
        previous_total,
        previous_share,
        least(total, previous_total) as compared_sample_size,
        case
            when not is_comparable or share is null or previous_share is null then null
            when least(total, previous_total) < minimum_sample_of('mql_acceptance_rate') then 'too_few'
            when
                share - previous_share
                > sqrt(power(share - (middle - margin), 2) + power(previous_middle + previous_margin - previous_share, 2))
                then 'rose'
            when
                previous_share - share
                > sqrt(power(previous_share - (previous_middle - previous_margin), 2) + power(middle + margin - share, 2))
                then 'fell'
            else 'steady'
        end as change
    from bounded

)

select * from final
order by review, cycles desc, previous_cycles desc, reason
